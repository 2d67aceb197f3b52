"""Emoji as Discord writes them, and when two writings mean the same one."""

import re
import unicodedata

_CUSTOM = re.compile(r"^<?(a?):(\w{2,32}):(\d{15,20})>?$")
_VARIATION_SELECTOR = "\ufe0f"


def emoji_key(text: str) -> str:
    """Reduce an emoji to what tells it from others: a custom one's id, else no U+FE0F."""
    custom = _CUSTOM.match(text.strip())
    return custom[3] if custom else text.strip().replace(_VARIATION_SELECTOR, "")


def is_emoji(text: str) -> bool:
    """Say whether this could be an emoji: a custom one, or a short run of signs, no letters."""
    text = text.strip()
    if _CUSTOM.match(text):
        return True
    plain = text.replace(_VARIATION_SELECTOR, "").replace("\u200d", "")
    keycap = plain.endswith("\u20e3")
    return 0 < len(plain) <= 8 and (keycap or all(map(_is_sign, plain)))


def _is_sign(char: str) -> bool:
    return ord(char) > 0x2000 and (unicodedata.category(char)[0] != "L" or char == "ℹ")
