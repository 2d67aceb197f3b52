"""A post's revisions as text: each with what it changed."""

from collections.abc import Sequence
from itertools import pairwise

import discord

from bot.domain.diff import readable
from bot.domain.text import escape
from bot.services.edits import Version

PAGE_LIMIT = 2000
SHOWN = 5
"""The newest changes; earlier ones are counted."""


def as_text(versions: Sequence[tuple[Version, str]]) -> list[str]:
    """Write the history of a post, newest change first, a message a change."""
    pairs = list(pairwise(versions))
    if not pairs:
        return ["This post was never edited."]
    newest = reversed(pairs[-SHOWN:])
    pages = [_change(before[0], after[0], after[1]) for before, after in newest]
    left = len(pairs) - len(pages)
    return pages + ([f"{left} earlier changes are kept too."] if left else [])


def _change(before: Version, after: Version, editor: str) -> str:
    at = discord.utils.format_dt(after.at, "R")
    head = f"**Revision {after.number}** {at} by {escape(editor)}\n"
    return head + readable(_whole(before), _whole(after), PAGE_LIMIT - len(head) - 10)


def _whole(version: Version) -> str:
    lines = [version.title, version.body]
    if version.tags:
        lines.append(f"Tags: {' '.join(version.tags)}")
    return "\n".join(line for line in lines if line)
