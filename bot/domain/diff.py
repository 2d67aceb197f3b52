"""What an edit changed, shown to people."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile, zip_longest
from operator import eq
from typing import Final

from bot.domain.pages import fitting, utf16

SAME: Final = "(no difference)"
SHORTEST: Final = 40
CONTEXT: Final = 4
"""Words kept on either side of a change."""
FOLD: Final = "…"
COMPARED: Final = 250_000
"""Pairs of lines, or of words, that are compared; beyond, only what begins and ends alike."""

_OPEN, _CLOSE = "```diff\n", "\n```"
_LINE_LIMIT = 400
_SHORT = 80
_TICKS = re.compile("`(?=`)")
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_PIECES = re.compile(r"\s*\S+|\s+\Z")


def readable(before: str, after: str, limit: int = 1500) -> str:
    """Show the lines that changed as a diff block of at most `limit` UTF-16 units."""
    if limit < SHORTEST:
        raise ValueError(f"a diff needs at least {SHORTEST} units")
    if before == after:
        return SAME
    room = limit - len(_OPEN) - len(_CLOSE)
    lines: list[str] = []
    for line in _lines(before.split("\n"), after.split("\n")):
        shown = _short(_safe(line), min(_LINE_LIMIT, room - 3))
        if room < utf16(shown) + 3:
            lines.append(FOLD)
            break
        lines.append(shown)
        room -= utf16(shown) + 1
    return _OPEN + "\n".join(lines) + _CLOSE


def _lines(old: list[str], new: list[str]) -> Iterator[str]:
    """Write every change, and a fold for every run of lines that stayed."""
    for tag, a, a_end, b, b_end in _changes(old, new):
        if tag == "equal":
            yield f"  {old[a]}" if a_end - a == 1 and len(old[a]) <= _SHORT else FOLD
            continue
        for was, now in zip_longest(old[a:a_end], new[b:b_end]):
            yield from _pair(was, now)


def _changes(old: list[str], new: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """Say what stayed and what was replaced; so many parts that it would take long are one."""
    if len(old) * len(new) <= COMPARED:
        return SequenceMatcher(None, old, new).get_opcodes()
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    a, b = len(old) - tail, len(new) - tail
    parts = [
        ("equal", 0, head, 0, head),
        ("replace", head, a, head, b),
        ("equal", a, len(old), b, len(new)),
    ]
    return [part for part in parts if part[1] < part[2] or part[3] < part[4]]


def _alike(old: list[str], new: list[str]) -> int:
    """Count the parts that both begin with."""
    return sum(takewhile(bool, map(eq, old, new)))


def _pair(was: str | None, now: str | None) -> Iterator[str]:
    """Write one changed line, with what its two states share folded away."""
    if was is not None and now is not None:
        was, now = _folded(was, now)
    if was is not None:
        yield f"- {was}"
    if now is not None:
        yield f"+ {now}"


def _folded(was: str, now: str) -> tuple[str, str]:
    """Fold long runs of shared words in both states of a line."""
    old, new = _PIECES.findall(was), _PIECES.findall(now)
    left, right = "", ""
    for tag, a, a_end, b, b_end in _changes(old, new):
        gone, come = old[a:a_end], new[b:b_end]
        if tag == "equal":
            gone = come = _fold(
                gone, at_start=a == b == 0, at_end=(a_end, b_end) == (len(old), len(new))
            )
        left += "".join(gone)
        right += "".join(come)
    return left, right


def _fold(run: list[str], *, at_start: bool, at_end: bool) -> list[str]:
    """Keep only the words of a run that stand next to a change."""
    head = 0 if at_start else CONTEXT
    tail = 0 if at_end else CONTEXT
    if len(run) <= head + tail + 1:
        return run
    return [*run[:head], f" {FOLD}" if head else FOLD, *run[len(run) - tail :]]


def _safe(line: str) -> str:
    """Break up fences and name the signs that nobody sees."""
    named = _HIDDEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", line)
    return _TICKS.sub("`\u200b", named)


def _short(line: str, limit: int) -> str:
    """Cut a line that is too long to show whole."""
    if utf16(line) <= limit:
        return line
    return line[: fitting(line, limit - 1)] + FOLD
