"""From every revision that was ever out there to the newest one, with data in every table."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Boolean, Column, Connection, Integer, MetaData, String, Table, insert, select

from bot.domain.settings import GuildSettings
from bot.services.forum import Forum
from db import migrate
from db.engine import Database
from db.state import Newer, Unusable, pending
from tests.queries.test_schema import FULL_TEXT, found_in
from tests.world import ADA, BEN, GUILD, Clock, answer, ask, score, sql, up

SCRIPTS: Final = ScriptDirectory(str(Path(migrate.__file__).parent / "migrations"))
REVISIONS: Final = [script.revision for script in SCRIPTS.walk_revisions()][::-1]
OWN: Final = ("alembic_version", FULL_TEXT)
UPGRADER: Final = """
import asyncio, sys
from db import migrate
from db.engine import Database

async def main():
    database = Database(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    await migrate.upgrade(database)
    await database.close()

asyncio.run(main())
"""
Rows = Mapping[str, Mapping[str, Any]]


def reflected(connection: Connection) -> list[Table]:
    """The forum's tables as they are, those first that others refer to."""
    there = MetaData()
    there.reflect(connection)
    return [table for table in there.sorted_tables if not table.name.startswith(OWN)]


def some_value(column: Column[Any]) -> object:
    """A value that a column takes; every number is 7, so that every reference finds its row."""
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, Integer):
        return 7
    assert isinstance(column.type, String), column
    return "{}" if column.name in {"settings", "tags", "fields", "report"} else "a 'text' ✓"[:16]


def fill(connection: Connection) -> Rows:
    """One row in every table, with something in every column."""
    rows = {}
    for table in reflected(connection):
        rows[table.name] = {column.name: some_value(column) for column in table.columns}
        connection.execute(insert(table), [rows[table.name]])
    return rows


def stored(connection: Connection) -> Rows:
    found = {}
    for table in reflected(connection):
        found[table.name] = dict(connection.execute(select(table)).mappings().one())
    return found


@pytest.mark.parametrize("revision", REVISIONS)
async def test_whatever_revision_a_forum_is_at_its_data_comes_along(
    empty: Database, revision: str
) -> None:
    await migrate.upgrade(empty, revision)
    assert await migrate.current(empty) == revision
    async with empty.write() as tx:
        before = await tx.run_sync(fill)
    assert len(before) > 10
    await migrate.upgrade(empty)
    assert await migrate.current(empty) == migrate.head()
    assert await found_in(empty) == []
    async with empty.read() as tx:
        after = await tx.run_sync(stored)
    assert {name: {key: after[name][key] for key in row} for name, row in before.items()} == before


@pytest.mark.parametrize("revision", REVISIONS)
async def test_after_an_upgrade_the_forum_goes_on(empty: Database, revision: str) -> None:
    await migrate.upgrade(empty, revision)
    await migrate.upgrade(empty)
    forum = Forum(empty, GuildSettings(), Clock())
    question = await ask(forum, ADA)
    await up(forum, await answer(forum, question, BEN), ADA)
    await up(forum, question, BEN)
    assert await score(forum, question) == (1, 0)
    assert (await forum.recount.guild(GUILD)).none
    await forum.close()


def test_revisions_stand_in_one_line_from_nothing_to_the_newest() -> None:
    assert [SCRIPTS.get_revision(each).down_revision for each in REVISIONS] == [
        None,
        *REVISIONS[:-1],
    ]
    assert REVISIONS[-1] == migrate.head()


async def test_two_processes_that_upgrade_at_once_do_it_once(empty: Database, blank: str) -> None:
    command = (sys.executable, "-c", UPGRADER, blank)
    upgraders = [
        await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE)
        for _ in range(2)
    ]
    for upgrader in upgraders:
        assert upgrader.stdout is not None
        assert await upgrader.stdout.readline() == b"ready\n"
    said = await asyncio.gather(*(upgrader.communicate(b"go\n") for upgrader in upgraders))
    assert [upgrader.returncode for upgrader in upgraders] == [0, 0], said
    assert await migrate.current(empty) == migrate.head()
    assert await found_in(empty) == []


async def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(
    database: Database,
) -> None:
    await sql(database, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Newer, match="newer version"):
        await pending(database)
    with pytest.raises(Exception, match="9999"):
        await migrate.upgrade(database)
    assert await migrate.current(database) == "9999"


@pytest.mark.parametrize("at", range(len(REVISIONS) + 1))
async def test_what_an_upgrade_would_apply_is_told_without_applying_it(
    empty: Database, at: int
) -> None:
    if at:
        await migrate.upgrade(empty, REVISIONS[at - 1])
    assert await pending(empty) == REVISIONS[at:]
    assert await migrate.current(empty) == ([None, *REVISIONS][at])


async def test_a_server_that_is_not_there_is_told_in_words() -> None:
    database = Database("postgresql+asyncpg://somebody@127.0.0.1:1/forum")
    with pytest.raises(Unusable, match="whether the server runs"):
        await pending(database)
    await database.close()
