"""What most tests stand on: a real forum over a real, migrated SQLite file."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.settings import GuildSettings
from bot.services.forum import Forum
from db import migrate
from db.engine import Database
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


@pytest.fixture
async def database(template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    path = shutil.copyfile(template, tmp_path / "forum.db")
    database = Database(f"sqlite+aiosqlite:///{path}", synchronous="OFF")
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
