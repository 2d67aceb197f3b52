"""What most tests stand on: a real forum over a real, migrated database of either engine."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.domain.settings import GuildSettings
from bot.services.forum import Forum
from db import migrate
from db.engine import Database
from tests.postgres import Server, server
from tests.world import Clock


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty forum's file, migrated once; tests work on copies."""
    path = tmp_path_factory.mktemp("template") / "forum.db"

    async def make() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}")
        await migrate.upgrade(database)
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server for all tests of one worker."""
    with server() as started:
        yield started


@pytest.fixture(scope="session")
def other_postgres() -> Iterator[Server]:
    """A second server, for tests that trouble it."""
    with server() as started:
        yield started


@pytest.fixture
def own_postgres(other_postgres: Server) -> Iterator[Server]:
    """A PostgreSQL server that a test may stop and freeze; the next one finds it running."""
    yield other_postgres
    other_postgres.thaw()
    other_postgres.start()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """What the database runs on; `on_sqlite` and `on_postgres` of tests.world choose one."""
    return str(request.param)


@pytest.fixture
async def address(
    engine: str, template: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[str]:
    """The URL of a migrated database of the test's own."""
    if engine == "sqlite":
        yield f"sqlite+aiosqlite:///{shutil.copyfile(template, tmp_path / 'forum.db')}"
        return
    async with request.getfixturevalue("postgres").fresh_database() as url:
        yield url


@pytest.fixture
async def blank(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The URL of a database without any table."""
    if engine == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'blank.db'}"
        return
    async with request.getfixturevalue("postgres").fresh_database(empty=True) as url:
        yield url


@pytest.fixture
async def empty(blank: str) -> AsyncIterator[Database]:
    database = Database(blank, synchronous="OFF")
    yield database
    await database.close()


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    database = Database(address, synchronous="OFF")
    yield database
    await database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def forum(database: Database, clock: Clock) -> AsyncIterator[Forum]:
    forum = Forum(database, GuildSettings(), clock)
    yield forum
    await forum.close()
