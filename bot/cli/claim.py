"""Keeping two runs of the bot from serving the same shards."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from bot.domain.shards import ALL, Shards
from db.engine import Database
from db.leases import Lease

log = logging.getLogger(__name__)
_ASK_EACH: Final = 1.0


@asynccontextmanager
async def claimed(
    database: Database, shards: Shards, stopped: asyncio.Event
) -> AsyncIterator[None]:
    """Hold these shards; wait where another run has one of them, until it ends or we stop.

    So a second run of the same range stands by, and a new one takes over from an old one.
    """
    lease = Lease(database, *(f"shard {number} of {shards.count}" for number in shards.ids))
    if shards != ALL:
        await _wait_for(lease, shards, stopped)
    try:
        yield
    finally:
        await lease.close()


async def _wait_for(lease: Lease, shards: Shards, stopped: asyncio.Event) -> None:
    waits = False
    while not stopped.is_set() and not await lease.held():
        if not waits:
            log.warning("another run serves shards of %s; waiting until it ends", shards)
        waits = True
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), _ASK_EACH)
