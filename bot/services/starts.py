"""Log-ins at Discord's gateway, which it takes one at a time from all runs of a bot."""

import asyncio
from typing import Final

from db.engine import Database
from db.leases import Lease

APART: Final = 6.0
"""Seconds between two: Discord wants 5, and one may travel slower than the next.

Only the very largest bots may begin several at once; they wait longer than they must.
"""
_TRY_EACH: Final = 0.25


class Starts:
    """Hands out turns, among all processes on one database."""

    def __init__(self, database: Database, apart: float = APART, first: float = APART) -> None:
        self._lease = Lease(database, "log-in")
        self._apart = apart
        self._first = first
        self._taken = asyncio.Lock()
        self._resting: asyncio.Task[None] | None = None

    async def turn(self) -> None:
        """Wait for one's turn; the next one comes a while after it.

        A run that was killed has left no word of when it logged in, so the first turn waits too.
        """
        await self._taken.acquire()
        try:
            while not await self._lease.held():  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(_TRY_EACH)
            wait, self._first = self._first, 0
            await asyncio.sleep(wait)
        except BaseException:
            self._taken.release()
            raise
        self._resting = asyncio.create_task(self._rest())

    async def close(self) -> None:
        """Let the others have their turns."""
        if self._resting is not None:
            self._resting.cancel()
        await self._lease.close()

    async def _rest(self) -> None:
        await asyncio.sleep(self._apart)
        await self._lease.close()
        self._taken.release()
