"""Masked links that lie about where they lead."""

import re
from urllib.parse import urlsplit

_MASKED = re.compile(
    r"(?<!!)\[([^\[\]\n]{1,500})\]\(\s*<?(https?://[^\s<>()]{1,1500})>?[^()\n]{0,200}\)",
    re.IGNORECASE,
)
_LOOKS_LIKE_ADDRESS = re.compile(
    r"(?:https?://|www\.)?([\w-]+(?:\.[\w-]+)*\.[a-z]{2,})", re.IGNORECASE
)


def unmask(text: str) -> str:
    """Show both parts of a link whose text names another host than the one it opens."""
    return _MASKED.sub(_shown, text)


def _shown(link: re.Match[str]) -> str:
    label, target = link[1], link[2]
    claimed = _LOOKS_LIKE_ADDRESS.search(label)
    if claimed is None or _host(claimed[1]) == _host(urlsplit(target).hostname or ""):
        return link[0]
    return f"{label} (leads to <{target}>)"


def _host(name: str) -> str:
    return name.lower().removeprefix("www.")
