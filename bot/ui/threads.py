"""Question threads: finding one, and waking an archived one only for as long as needed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord


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
