"""A body in pages that Discord takes, cut where a reader would cut it.

Lengths are UTF-16 code units: Discord may count those, and they are never fewer.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

SHORTEST: Final = 64
"""Smallest page; it leaves room to open and close a fence."""
FENCE: Final = "```"

_Cutter = Callable[[str, int], int]
_INFO = r"[\w+\-.#]{1,20}(?=\n)"
_TOKEN = re.compile(
    rf"\\.|(?P<open>```(?:{_INFO})?)(?P<code>.*?)(?P<close>```|\Z)|(?P<ticks>`{{1,2}})(?!`)"
    r"(?:.*?[^`])(?P=ticks)(?!`)",
    re.DOTALL,
)
_SENTENCE = re.compile(r"(?:(?<![.!?…])[.!?…]+[\"'”’)\]*_]*(?=\s|$)|[。！？]+[」』）]*)")
_SPACE = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"(?:[^\S\n]*\n)+")
_CLOSING = re.compile(r"\s*```[^\S\n]*")
_JOINERS = "\u200c\u200d"


def utf16(text: str) -> int:
    """Count UTF-16 code units, as JavaScript and perhaps Discord do."""
    return len(text) + sum(char > "\uffff" for char in text)


def fitting(text: str, limit: int) -> int:
    """Say how many characters fit into `limit` UTF-16 units without splitting a glyph."""
    limit = max(limit, 0)
    end = min(len(text), limit)
    over = utf16(text[:end]) - limit
    while over > 0:
        end -= 1
        over -= 2 if text[end] > "\uffff" else 1
    if end == len(text):
        return end
    start = end
    while end > max(0, start - 40) and _splits(text, end):
        end -= 1
    return start if _splits(text, end) or end == 0 else end


def split(text: str, first: int, rest: int) -> list[str]:
    """Cut a markdown body into pages; always at least one, open fences carried over."""
    if min(first, rest) < SHORTEST:
        raise ValueError(f"a page needs at least {SHORTEST} units")
    pages: list[str] = []
    opener, left = "", _closed(text, first)
    while True:
        limit = rest if pages else first
        if utf16(opener + left) <= limit:
            return [*pages, opener + left] if left or not pages else pages
        closing_room = len(FENCE) + 1 if opener or FENCE in left else 0
        end = _cut(left, opener, limit - utf16(opener) - closing_room)
        chunk = left[:end].rstrip()
        reopened = _open_fence(opener + chunk)
        if chunk:
            pages.append(f"{opener}{chunk}\n{FENCE}" if reopened else opener + chunk)
        opener, left = reopened, _tail(left[end:], reopened)
        if opener and (closing := _CLOSING.match(left)):
            opener, left = "", _tail(left[closing.end() :], "")


def _closed(text: str, limit: int) -> str:
    """Drop blank ends, and close a fence that its author left open if one page is too short."""
    blank = _BLANK_LINES.match(text)
    text = text[blank.end() if blank else 0 :].rstrip()
    return f"{text}\n{FENCE}" if utf16(text) > limit and _open_fence(text) else text


def _cut(text: str, opener: str, limit: int) -> int:
    """Find the best place to end a page, but never leave an empty fence behind."""
    end = next(at for cutter in _CUTTERS if (at := cutter(text, limit)) > 0)
    start = _last_opening(f"{opener}{text[:end]}\n")
    return start - len(opener) if start > len(opener) else end


def _enough(cutter: _Cutter) -> _Cutter:
    """Take a boundary only where it fills a third of the page."""

    def cut(text: str, limit: int) -> int:
        most = fitting(text, limit)
        at = cutter(text, most)
        return at if at > most // 3 else 0

    return cut


def _paragraph(text: str, most: int) -> int:
    return text.rfind("\n\n", 0, most + 2)


def _line(text: str, most: int) -> int:
    return text.rfind("\n", 0, most + 1)


def _sentence(text: str, most: int) -> int:
    ends = (found.end() for found in _SENTENCE.finditer(text, 0, most + 1))
    return max((end for end in ends if end <= most), default=0)


def _word(text: str, most: int) -> int:
    starts = (found.start() for found in _SPACE.finditer(text, 0, most + 1))
    return max(starts, default=0)


_CUTTERS: tuple[_Cutter, ...] = (
    _enough(_paragraph),
    _enough(_line),
    _enough(_sentence),
    _enough(_word),
    fitting,
)


def _open_fence(page: str) -> str:
    """Return the line that opens the code block a text ends in, or nothing."""
    for found in _TOKEN.finditer(page):
        if found["open"] and not found["close"]:
            return found["open"] + "\n"
    return ""


def _last_opening(page: str) -> int:
    """Say where a code block begins of which the text shows nothing yet; -1 if none does."""
    for found in _TOKEN.finditer(page):
        if found["open"] and not found["close"] and not found["code"].strip():
            return found.start()
    return -1


def _tail(text: str, opener: str) -> str:
    """Drop the white space at a cut, but keep the indentation of the line that follows."""
    if opener:
        return text.removeprefix("\n")
    if blank := _BLANK_LINES.match(text):
        return text[blank.end() :]
    return text.lstrip()


def _splits(text: str, at: int) -> bool:
    """Tell whether a cut here would tear apart what is read as one sign."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if before == after == "`" or before == "\\":
        return True
    if before in _JOINERS or after in _JOINERS or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    if unicodedata.category(after)[0] == "M" or "\U000e0020" <= after <= "\U000e007f":
        return True
    return _is_regional(after) and _regionals_before(text, at) % 2 == 1


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _regionals_before(text: str, at: int) -> int:
    """Count the letters of flags that stand right before a place."""
    start = at
    while start and _is_regional(text[start - 1]):
        start -= 1
    return at - start
