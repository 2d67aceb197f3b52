"""Question threads: finding one, and waking an archived one only for as long as needed."""

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

import discord

log = logging.getLogger(__name__)
OFTEN: Final = 30.0
"""Seconds between two lines of the log about the same work."""


async def find_thread(client: discord.Client, thread_id: int) -> discord.Thread | None:
    """Find a thread, archived ones included; None when it was deleted.

    Raises Forbidden for one that is out of sight: that may change again.
    """
    known = client.get_channel(thread_id)
    if isinstance(known, discord.Thread):
        return known
    try:
        found = await client.fetch_channel(thread_id)
    except discord.NotFound:
        return None
    return found if isinstance(found, discord.Thread) else None


async def is_gone(client: discord.Client, thread_id: int) -> bool:
    """Ask Discord whether a thread was deleted, whatever is known of it."""
    try:
        await client.fetch_channel(thread_id)
    except discord.NotFound:
        return True
    return False


@asynccontextmanager
async def awake(thread: discord.Thread) -> AsyncIterator[discord.Thread]:
    """Wake an archived thread and put it back as it was afterwards."""
    archived, locked = thread.archived, thread.locked
    if archived:
        thread = await thread.edit(archived=False)
    try:
        yield thread
    finally:
        if archived:
            await thread.edit(archived=True, locked=locked)


async def lately_active(
    channel: discord.ForumChannel, earliest: datetime, since: datetime
) -> tuple[list[discord.Thread], set[int]]:
    """Threads in which something may have changed since then; and the ids of all there are.

    Those archived before can have got no reactions. Those written in last come first.
    """
    found = {thread.id: thread for thread in channel.threads if not thread.archived}
    there = set(found)
    async for thread in channel.archived_threads(limit=None):
        if thread.archive_timestamp < earliest:
            break
        there.add(thread.id)
        if thread.archive_timestamp >= since:
            found.setdefault(thread.id, thread)
    latest = sorted(found.values(), key=lambda each: each.last_message_id or each.id, reverse=True)
    return latest, there


class Progress:
    """Tells the log how far a long walk through a forum's threads has come."""

    def __init__(self, channel: discord.ForumChannel, number: int, often: float = OFTEN) -> None:
        self._channel_id = channel.id
        self._number = number
        self._often = often
        self._begun = 0
        self._told = time.monotonic()

    def next(self) -> None:
        """Begin with the next thread."""
        now = time.monotonic()
        if now - self._told >= self._often:
            self._told = now
            told = "forum %s: %d of %d threads are looked through"
            log.info(told, self._channel_id, self._begun, self._number)
        self._begun += 1
