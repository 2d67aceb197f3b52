"""What one process at a time may hold, and loses with its life."""

import asyncio
import logging
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

from sqlalchemy import text

from db.engine import Database, Tx
from db.state import Unusable, in_words

log = logging.getLogger(__name__)
PATIENCE: Final = 10.0
"""Seconds that the server has to answer before the connection counts as lost."""
_TAKE: Final = text("SELECT pg_try_advisory_lock(CAST(:key AS BIGINT))")
_KEEP: Final = text("SELECT 1")


class Lease:
    """PostgreSQL session advisory locks on a connection of their own, one a name, or none.

    On SQLite it is always held: there is one process.
    """

    def __init__(self, database: Database, *names: str) -> None:
        self._database = database
        self._names = names
        self._session: Tx | None = None
        self._asking = asyncio.Lock()

    async def held(self) -> bool:
        """Say whether it is ours, and take it where nobody has it.

        It never waits for another process, and is nobody's while the database is lost.
        """
        if self._database.is_sqlite:
            return True
        async with self._asking:
            try:
                with in_words(self._database):
                    async with asyncio.timeout(PATIENCE):
                        return await self._keep_or_take()
            except Unusable as lost:
                log.warning("the lease for %s is lost: %s", ", ".join(self._names), lost)
                await self._end()
                return False

    async def close(self) -> None:
        """Give it back."""
        async with self._asking:
            await self._end()

    async def _keep_or_take(self) -> bool:
        if self._session is not None:
            await self._session.execute(_KEEP)
            return True
        session = await self._database.apart()
        try:
            taken = await _take(session, self._names)
            self._session = session if taken else None
        finally:
            if self._session is None:
                await _hang_up(session)
        return taken

    async def _end(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await _hang_up(session)


async def _take(session: Tx, names: Iterable[str]) -> bool:
    """Take a lock for each name; False when another process has one of them."""
    for name in names:
        digest = blake2b(name.encode(), digest_size=8).digest()
        if not await session.scalar(_TAKE, {"key": int.from_bytes(digest, signed=True)}):
            return False
    return True


async def _hang_up(session: Tx) -> None:
    """End the session itself: given back to the pool it would keep its lock."""
    await session.invalidate()
    await session.close()
