"""How numbers, times, names and titles are written for people.

Sources: Question2Answer's formats (qa A6) and Discord's markdown.
"""

import re
from datetime import datetime, timedelta
from typing import Final

from bot.domain.pages import fitting

MINUS: Final = "−"
"""U+2212, as qa A6 writes it: a hyphen would start a list in Discord."""
RELATIVE_FOR: Final = timedelta(days=7)
EDIT_GRACE: Final = timedelta(seconds=300)
ELLIPSIS: Final = "…"

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNITS = (
    (31_557_600, "year"),
    (2_629_800, "month"),
    (604_800, "week"),
    (86_400, "day"),
    (3_600, "hour"),
    (60, "minute"),
    (1, "second"),
)
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "(\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f)"  # A flag of England is spelt with tags.
    "|[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
_SELECTOR = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_STRAY_SELECTOR = re.compile(f"(?<![^\\s\u200c\u200d\u2800{_SELECTOR}])[{_SELECTOR}]+")
_JOINABLE = "[^\x00-\u024f\\s\u200c\u200d\u2800]"
_STRAY_JOINER = re.compile(f"(?<!{_JOINABLE})[\u200c\u200d]|[\u200c\u200d](?!{_JOINABLE})")
_BLANK = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u2800"
_MARKDOWN = re.compile(r"[\\*_~`|\[\]():<]|^(?:[->#+]|\d+(?=\.))")


def compact(n: int) -> str:
    """Shorten thousands and millions; negatives stay in full (qa A6)."""
    if n < 1000:
        return plain(n)
    scale, letter = (1_000_000, "m") if n >= 1_000_000 else (1000, "k")
    if n < 100 * scale:
        tenths = (10 * n + scale // 2) // scale
        return f"{tenths // 10:,}.{tenths % 10}{letter}"
    return f"{(n + scale // 2) // scale:,}{letter}"


def plain(n: int) -> str:
    """Write a number in full with commas, as a profile does (qa A6)."""
    return f"{n:,}".replace("-", MINUS)


def count_text(n: int, one: str, many: str) -> str:
    """Write a compact number with its noun (qa A6)."""
    return f"{compact(n)} {one if n == 1 else many}"


def score_text(net: int) -> str:
    """Write net votes as on a comment: signed, en dash for minus (qa A6)."""
    sign = "+" if net > 0 else "–" if net < 0 else ""
    return sign + compact(abs(net))


def votes_text(net: int) -> str:
    """Write net votes as on a question or an answer (qa A6)."""
    return f"{score_text(net)} {'vote' if abs(net) == 1 else 'votes'}"


def points_text(points: int) -> str:
    """Write points as in a byline (qa A6)."""
    return count_text(points, "point", "points")


def answers_text(n: int) -> str:
    """Write how many answers a question has (qa A6)."""
    return count_text(n, "answer", "answers")


def comments_text(n: int) -> str:
    """Write how many comments a post has (qa A6)."""
    return count_text(n, "comment", "comments")


def ago(then: datetime, now: datetime) -> str:
    """Say how long ago in the largest whole unit, at least a second (qa A6)."""
    seconds = max(1, int((now - then).total_seconds()))
    size, unit = next(item for item in _UNITS if seconds >= item[0])
    count = seconds // size
    return f"{count} {unit}{'' if count == 1 else 's'} ago"


def when(then: datetime, now: datetime) -> str:
    """Say how long ago up to seven days, then the date (qa A6)."""
    if now - then <= RELATIVE_FOR:
        return ago(then, now)
    day = f"{_MONTHS[then.month - 1]} {then.day}"
    return day if then.year == now.year else f"{day}, {then.year}"


def was_edited(created: datetime, edited: datetime, author_id: int, editor_id: int) -> bool:
    """Tell whether an edit gets a line of its own: another's, or after 300 s (qa A6)."""
    return author_id != editor_id or edited - created > EDIT_GRACE


def byline(
    what: str | None = None,
    when: str | None = None,
    category: str | None = None,
    name: str | None = None,
    points: int | None = None,
) -> str:
    """Join what, when, where and who in Question2Answer's order; escapes nothing (qa A6)."""
    parts = (
        what,
        when,
        f"in {category}" if category else None,
        f"by {name}" if name else None,
        None if points is None else f"({points_text(points)})",
    )
    return " ".join(part for part in parts if part)


def visible(text: str) -> str:
    """Drop what nobody sees or what turns text around; emoji sequences stay whole."""
    text = _BREAKS.sub("\n", text)
    text = _UNSEEN.sub(lambda found: found[1] or "", text)
    text = _STRAY_SELECTOR.sub("", text)
    text = _STRAY_JOINER.sub("", text)
    return text.strip(_BLANK)


def plain_title(text: str) -> str:
    """Write a title on one line with single spaces and nothing invisible."""
    return " ".join(visible(text).split())


def escape(name: str) -> str:
    """Write a person's name so that Discord reads no markdown, link or mention in it."""
    quiet = _MARKDOWN.sub(_escaped, plain_title(name))
    return quiet.replace("@", "@\u200b")


def _escaped(found: re.Match[str]) -> str:
    """Put the backslash before the sign, or after the number of a list."""
    sign = found[0]
    return f"{sign}\\" if sign[0].isdigit() else f"\\{sign}"


def cut_at_word(text: str, limit: int) -> str:
    """Shorten to one line of at most `limit` UTF-16 units, for a thread's name (max 100)."""
    line = plain_title(text) or ELLIPSIS
    if fitting(line, limit) == len(line):
        return line
    end = fitting(line, limit - 1)
    space = line.rfind(" ", 0, end + 1)
    if space > end // 2:
        end = space
    return line[:end].rstrip(" ,;:-") + ELLIPSIS
