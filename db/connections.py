"""How connections to each engine are made, and what a transaction on them begins with."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import URL, event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

WRITES: Final = "askwell_writes"
"""The execution option that makes a transaction a writer's."""
_WRITERS: Final = int.from_bytes(blake2b(b"writers", digest_size=8).digest(), signed=True)
_CONNECTIONS: Final = 5
_CONNECTIONS_IN_A_RUSH: Final = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that PostgreSQL has for things; a database that hangs gives errors then."""

    connecting: float = 5
    connection: float = 10
    """For a place among the connections."""
    statement: float = 30
    pause: float = 30
    """Between two statements of one transaction."""


def open_sqlite(url: URL, synchronous: str, busy_timeout: float) -> AsyncEngine:
    """Send BEGIN ourselves, for writers BEGIN IMMEDIATE.

    SQLAlchemy's default keeps DDL after a rollback and takes no write lock before reading,
    so two writers would count from the same old number.
    """
    engine = create_async_engine(url, hide_parameters=True)

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
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def open_postgresql(url: URL, limits: Limits | None) -> AsyncEngine:
    """Give readers one snapshot, and let writers of all processes take turns.

    A writer waits for its turn before its first statement and sees what was committed when the
    turn came (READ COMMITTED), so two writers never count from the same old number. Without
    limits everything may take as long as it wants.
    """
    engine = create_async_engine(
        url,
        hide_parameters=True,
        isolation_level="REPEATABLE READ",
        pool_size=_CONNECTIONS,
        max_overflow=_CONNECTIONS_IN_A_RUSH,
        pool_timeout=limits.connection if limits else None,
        connect_args=_arguments(limits),
    )

    @event.listens_for(engine.sync_engine, "checkout")
    def _is_alive(connection: Any, _record: object, _proxy: object) -> None:
        # Its socket knows already; asking the server would cost each transaction a round trip.
        if connection.driver_connection.is_closed():
            raise DisconnectionError

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITES):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")

    return engine


def _arguments(limits: Limits | None) -> dict[str, Any]:
    """Have the server give up first, and notice a process or a machine that vanished."""
    settings = {
        "application_name": "askwell",
        "jit": "off",
        "tcp_keepalives_idle": "15",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "3",
    }
    if limits is None:
        return {"server_settings": settings}
    most = str(round(limits.statement * 1000))
    settings |= {"statement_timeout": most, "lock_timeout": most}
    settings["idle_in_transaction_session_timeout"] = str(round(limits.pause * 1000))
    return {
        "server_settings": settings,
        "timeout": limits.connecting,
        "command_timeout": limits.statement * 1.2,
    }
