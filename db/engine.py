"""The database: who may read, who may write, and what a transaction is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

Tx = AsyncConnection
"""An open transaction; every query takes one first."""
_WRITES = "askwell_writes"


class Database:
    """One database by URL; SQLite serves one process, PostgreSQL several."""

    def __init__(
        self, url: str, *, synchronous: str = "FULL", busy_timeout_seconds: float = 30
    ) -> None:
        self._url = make_url(url)
        self._engine = create_async_engine(self._url, hide_parameters=True)
        self._writer = asyncio.Lock()
        self.after_commit: Callable[[], None] = _nothing
        """Called after each write that was committed (the refresher listens)."""
        if self.is_sqlite:
            _configure_sqlite(self._engine, synchronous, busy_timeout_seconds)

    @property
    def is_sqlite(self) -> bool:
        """SQLite has one writer at a time, and dialect rows of its own."""
        return self._url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path | None:
        """The SQLite file; None for a server or for memory."""
        name = self._url.database
        return Path(name) if self.is_sqlite and name and name != ":memory:" else None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """Give one consistent snapshot; what is written in it is rolled back."""
        async with self._engine.connect() as tx:
            yield tx

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """Commit all or nothing; never await anything but SQL inside."""
        async with self._writer, self._engine.connect() as connection:
            tx = await connection.execution_options(**{_WRITES: True})
            async with tx.begin():
                yield tx
        self.after_commit()

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

    async def close(self) -> None:
        """Give all connections back; the last one folds the write-ahead log in."""
        await self._engine.dispose()


def _nothing() -> None:
    """Stand in until somebody listens."""


def _configure_sqlite(engine: AsyncEngine, synchronous: str, busy_timeout: float) -> None:
    """Send BEGIN ourselves, for writers BEGIN IMMEDIATE.

    SQLAlchemy's default keeps DDL after a rollback and takes no write lock before reading,
    so two writers would count from the same old number.
    """

    @event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(busy_timeout * 1000)}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA synchronous = {synchronous}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
