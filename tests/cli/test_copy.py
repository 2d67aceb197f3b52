"""`db copy` as a person types it, between real databases."""

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from bot.domain.settings import GuildSettings
from bot.services.forum import Forum
from db import migrate
from db.engine import Database
from tests.cli.shell import bot, files, started
from tests.lively import live
from tests.postgres import Server
from tests.world import Clock

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
async def home(template: Path, tmp_path: Path) -> Path:
    """A directory with a lively forum in a file."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'forum.db'}")
    await migrate.upgrade(database)
    forum = Forum(database, GuildSettings(), Clock())
    await live(forum)
    await forum.close()
    await database.close()
    return tmp_path


@pytest.fixture
async def empty(postgres: Server) -> AsyncIterator[str]:
    async with postgres.fresh_database(empty=True) as url:
        yield url


async def held(url: str) -> dict[str, int]:
    """How many rows each table has, in those that there are."""
    database = Database(url)
    async with database.read() as tx:
        names = await tx.run_sync(lambda connection: inspect(connection).get_table_names())
        found = {name: await tx.scalar(text(f"SELECT count(*) FROM {name}")) for name in names}
    await database.close()
    return found


async def test_a_forum_moves_to_postgresql_and_back_and_both_are_shown_to_be_equal(
    home: Path, empty: str
) -> None:
    there = bot(home, "db", "copy", "forum.db", empty)
    assert (there.code, there.err) == (0, "")
    assert " UTC. If the bot is running, what it stores after that is not in the copy" in there.out
    lines = {line[:22].strip(): line[22:].split() for line in there.out.splitlines()}
    assert lines["posts"] == ["5", "5", "equal"]
    assert lines["ballots"] == ["4", "4", "equal"]
    assert lines["points of members"][2:] == ["equal"]
    assert lines["questions to be found"] == ["2", "2", "equal"]
    assert "DIFFERENT" not in there.out

    back = bot(home, "db", "copy", empty.replace("+asyncpg", ""), "sqlite:///again.db")
    assert (back.code, back.err) == (0, "")
    assert back.out.splitlines()[1:] == there.out.splitlines()[1:]
    assert files(home) == ["again.db", "forum.db"]


async def test_a_copy_overwrites_nothing(home: Path) -> None:
    before = (home / "forum.db").read_bytes()
    said = bot(home, "db", "copy", "forum.db", "forum.db")
    assert said.code == 1
    assert "forum.db is not empty: there is something in its table" in said.err
    assert (home / "forum.db").read_bytes() == before


async def test_a_file_that_is_not_there_is_not_made_by_copying_it(tmp_path: Path) -> None:
    said = bot(tmp_path, "db", "copy", "forum.db", "copy.db")
    assert (said.code, said.err) == (1, "There is no database forum.db.\n")
    assert files(tmp_path) == []


async def test_a_server_that_does_not_answer_is_told_without_the_password(home: Path) -> None:
    url = "postgresql://forum:tops3cret@127.0.0.1:1/forum"
    for source, target in [("forum.db", url), (url, "copy.db")]:
        said = bot(home, "db", "copy", source, target)
        assert said.code == 1
        assert "The PostgreSQL database cannot be used" in said.err
        assert "tops3cret" not in said.err + said.out
    assert files(home) == ["forum.db"]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("mysql://forum:tops3cret@host/forum", "TO: the address must begin with"),
        ("postgresql://forum:tops3cret@host:port/forum", "TO: the address is not a URL"),
        ("postgresql://forum:tops3cret@host", "TO: the address must name a database"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_without_the_password(
    tmp_path: Path, address: str, told: str
) -> None:
    said = bot(tmp_path, "db", "copy", "forum.db", address)
    assert said.code == 2
    assert told in said.err
    assert "tops3cret" not in said.err


async def test_a_database_of_an_older_version_is_to_be_brought_up_to_date_first(
    home: Path,
) -> None:
    database = Database(f"sqlite+aiosqlite:///{home / 'older.db'}")
    await migrate.upgrade(database, "0001")
    async with database.write() as tx:
        await tx.execute(text("DELETE FROM alembic_version"))
    await database.close()
    said = bot(home, "db", "copy", "older.db", "copy.db")
    assert said.code == 1
    assert "older.db is not up to date" in said.err
    assert "copy.db" not in files(home)


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
async def test_a_copy_that_is_stopped_leaves_the_other_database_empty(
    home: Path, postgres: Server, by: signal.Signals
) -> None:
    async with postgres.fresh_database() as url:
        blocker = Database(url)
        async with blocker.read() as tx:
            await tx.execute(text("LOCK TABLE revisions IN SHARE MODE"))
            async with started(home, NOWHERE, "db", "copy", "forum.db", url) as running:
                await waited_for(url)
                said = await running.end(by)
        assert said.code != 0
        assert "Traceback" not in said.err
        if by is signal.SIGINT:
            assert "Stopped. The PostgreSQL database is as empty as before." in said.err
        rows = await held(url)
        assert {name for name, count in rows.items() if count} == {"alembic_version"}
        await blocker.close()


async def waited_for(url: str) -> None:
    """Come back once somebody waits for a lock."""
    watcher = Database(url)
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(30):
        session = await watcher.apart()
        while not await session.scalar(waiting):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
        await session.close()
    await watcher.close()


def test_a_new_file_is_gone_again_when_the_copy_fails(home: Path) -> None:
    with closing(sqlite3.connect(home / "forum.db")) as damaged, damaged:
        damaged.execute("INSERT INTO ballots (post_id, voter_id, vote, day) VALUES (999, 1, 1, 1)")
    said = bot(home, "db", "copy", "forum.db", "copy.db")
    assert said.code == 1
    assert "FOREIGN KEY constraint failed" in said.err
    assert "Nothing was copied." in said.err
    assert files(home) == ["forum.db"]
