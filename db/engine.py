"""The database: who may read, who may write, and what a transaction is."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.observer import NOBODY, Transaction
from db.connections import WRITES, Limits, open_postgresql, open_sqlite
from db.failures import Outages

Tx = AsyncConnection
"""An open transaction; every query takes one first."""
_LIMITS = Limits()


class Database:
    """One database by URL; SQLite serves one process, PostgreSQL several.

    Reading and writing raise Unavailable for a database that cannot work at the moment.
    """

    def __init__(
        self,
        url: str,
        *,
        synchronous: str = "FULL",
        busy_timeout_seconds: float = 30,
        limits: Limits | None = _LIMITS,
    ) -> None:
        self._url = make_url(url)
        self._limits = limits
        self._engine = (
            open_sqlite(self._url, synchronous, busy_timeout_seconds)
            if self.is_sqlite
            else open_postgresql(self._url, limits)
        )
        self._writer = asyncio.Lock()
        # A locked or full file can still be read.
        self._reading, self._storing = Outages("be read"), Outages("be written")
        self.after_commit: Callable[[], None] = _nothing
        """Called after each write that was committed (the refresher listens)."""
        self.observer = NOBODY
        """Told how long each transaction took."""

    @property
    def is_sqlite(self) -> bool:
        """SQLite has one writer at a time, and dialect rows of its own."""
        return self._url.get_backend_name() == "sqlite"

    @property
    def _writing(self) -> dict[str, Any]:
        if self.is_sqlite:
            return {WRITES: True}
        return {WRITES: True, "isolation_level": "READ COMMITTED"}

    @property
    def file(self) -> Path | None:
        """The SQLite file; None for a server or for memory."""
        name = self._url.database
        return Path(name) if self.is_sqlite and name and name != ":memory:" else None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """Give one consistent snapshot; what is written in it is rolled back."""
        with self._timed("read"), self._reading.told_apart():
            async with self._engine.connect() as tx:
                yield tx

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """Commit all or nothing; never await anything but SQL inside."""
        with self._timed("write"), self._storing.told_apart():
            async with self._turn(), self._engine.connect() as connection:
                tx = await connection.execution_options(**self._writing)
                async with tx.begin():
                    yield tx
        self.after_commit()

    @asynccontextmanager
    async def write_at_length(self) -> AsyncIterator[Tx]:
        """Write, and wait for other processes, however long it takes: a migration may."""
        if self.is_sqlite:
            async with self.write() as tx:
                yield tx
            return
        address = self._url.render_as_string(hide_password=False)
        unlimited = Database(address, limits=None)
        try:
            async with unlimited.write() as tx:
                yield tx
        finally:
            await unlimited.close()

    async def apart(self) -> Tx:
        """Open a connection without transactions, for what lasts as long as its session."""
        connection = await self._engine.connect()
        return await connection.execution_options(isolation_level="AUTOCOMMIT")

    async def backup(self, target: Path) -> None:
        """Copy a live SQLite database to a new file, consistently; raises ValueError else."""
        if self.file is None:
            raise ValueError("Only SQLite is copied like this. For PostgreSQL, use pg_dump.")
        if await asyncio.to_thread(target.exists):
            raise ValueError(
                f"{target} exists already. Choose a new name; nothing was overwritten."
            )
        async with self._engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.execute("VACUUM INTO ?", (str(target),))

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Wait until no other task of this process writes, but not for ever."""
        async with asyncio.timeout(self._limits.statement if self._limits else None):
            await self._writer.acquire()
        try:
            yield
        finally:
            self._writer.release()

    @contextmanager
    def _timed(self, kind: Transaction) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.observer.stored(kind, time.perf_counter() - start)

    async def close(self) -> None:
        """Give all connections back; the last one folds the write-ahead log in."""
        await self._engine.dispose()


def _nothing() -> None:
    """Stand in until somebody listens."""
