"""Copying a whole forum, from each engine to each."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from bot.domain.settings import GuildSettings
from bot.services.forum import Forum
from db import migrate
from db.copy import Different, Occupied, copy
from db.engine import Database
from db.models import Base
from tests.lively import live
from tests.postgres import Server
from tests.world import (
    ADA,
    BEN,
    CID,
    DEE,
    GUILD,
    Clock,
    answer,
    ask,
    on_postgres,
    on_sqlite,
    points,
    score,
    see,
    sql,
    up,
)

INDEX = "post_search"
Tables = dict[str, list[tuple[object, ...]]]


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Server
) -> AsyncIterator[Database]:
    """A database without any table, to be filled."""
    async with postgres.fresh_database(empty=True) as url:
        file = f"sqlite+aiosqlite:///{tmp_path / 'copy.db'}"
        database = Database(file if request.param == "sqlite" else url, synchronous="OFF")
        yield database
        await database.close()


def quietly(_done: int, _total: int) -> None:
    """Show no bar."""


async def tables(database: Database) -> Tables:
    """All rows of all tables that there are, the full-text index and its own apart."""
    async with database.read() as tx:
        names = await tx.run_sync(lambda connection: inspect(connection).get_table_names())
        ours = [name for name in names if not name.startswith(INDEX)]
        rows = {name: list(await tx.execute(text(f"SELECT * FROM {name}"))) for name in ours}
    return {name: sorted((tuple(row) for row in found), key=repr) for name, found in rows.items()}


async def test_every_row_of_every_table_is_copied(
    database: Database, forum: Forum, empty: Database
) -> None:
    await live(forum)
    before = await tables(database)
    assert set(Base.metadata.tables) <= set(before)
    assert [name for name, rows in before.items() if not rows] == []

    compared = await copy(database, empty, quietly)

    assert await tables(empty) == before
    assert await tables(database) == before
    assert all(each.same for each in compared)
    assert {each.what: each.after for each in compared} | {
        name: len(before[name]) for name in Base.metadata.tables
    } == {each.what: each.after for each in compared}


async def test_the_forum_goes_on_in_the_copy_where_it_was(
    database: Database, forum: Forum, empty: Database, clock: Clock
) -> None:
    question = await live(forum)
    await copy(database, empty, quietly)
    moved = Forum(empty, GuildSettings(), clock)

    assert await see(moved, question) == await see(forum, question)
    assert (await moved.settings.server(GUILD)) == (await forum.settings.server(GUILD))
    assert await points(moved, BEN) == await points(forum, BEN) > 0
    assert await score(moved, question) == (2, 0)
    assert (await moved.recount.guild(GUILD)).none

    newer = await ask(moved, CID, title="How do bees sleep?", category="Animals")
    await up(moved, await answer(moved, newer, ADA), DEE)
    found = await moved.search.similar(GUILD, "bees", 5)
    assert {match.post_id for match in found} == {question, newer}
    assert (await moved.recount.guild(GUILD)).none
    await moved.close()


async def test_no_number_is_given_twice_after_a_copy_not_even_a_dropped_drafts(
    database: Database, forum: Forum, empty: Database, clock: Clock
) -> None:
    await live(forum)
    dropped = await forum.drafts.keep(GUILD, ADA, "question", {"title": "Never mind"})
    await forum.drafts.drop(GUILD, ADA, dropped)
    await copy(database, empty, quietly)
    moved = Forum(empty, GuildSettings(), clock)
    assert await moved.drafts.keep(GUILD, ADA, "question", {}) > dropped
    used = {row[0] for row in await sql(database, "SELECT id FROM posts")}
    assert await ask(moved, DEE, category="Animals") not in used
    await moved.close()


async def test_drafts_alone_that_were_all_dropped_still_count(
    database: Database, forum: Forum, empty: Database, clock: Clock
) -> None:
    dropped = await forum.drafts.keep(GUILD, ADA, "question", {"title": "Never mind"})
    await forum.drafts.drop(GUILD, ADA, dropped)
    await copy(database, empty, quietly)
    moved = Forum(empty, GuildSettings(), clock)
    assert await moved.drafts.keep(GUILD, ADA, "question", {}) > dropped
    await moved.close()


async def test_what_is_written_during_the_copy_is_not_in_it(
    database: Database, forum: Forum, empty: Database, address: str
) -> None:
    await live(forum)
    before = await tables(database)
    steps = []

    def write(_done: int, _total: int) -> None:
        steps.append(1)
        with ThreadPoolExecutor() as elsewhere:
            elsewhere.submit(busy, address).result()

    compared = await copy(database, empty, write)
    assert len(steps) > 5
    assert await tables(empty) == before
    assert all(each.same for each in compared)
    after = await tables(database)
    assert len(after["posts"]) == len(before["posts"]) + len(steps)


def busy(address: str) -> None:
    """Ask and vote as another process does."""

    async def write() -> None:
        other = Database(address, synchronous="OFF")
        forum = Forum(other, GuildSettings(), Clock())
        await up(forum, await ask(forum, BEN, category="Animals"), CID)
        await forum.close()
        await other.close()

    asyncio.run(write())


class Stopped(Exception):
    """Somebody pulled the plug."""


async def test_a_copy_that_stops_half_way_leaves_nothing_and_may_begin_again(
    database: Database, forum: Forum, empty: Database
) -> None:
    await live(forum)
    steps = []

    def stop(done: int, total: int) -> None:
        steps.append((done, total))
        if done > total // 2:
            raise Stopped

    with pytest.raises(Stopped):
        await copy(database, empty, stop)
    assert steps[-1][0] < steps[-1][1]
    assert await tables(empty) == {}
    await copy(database, empty, quietly)
    assert await tables(empty) == await tables(database)


async def test_the_bar_runs_from_the_first_row_to_the_last(
    database: Database, forum: Forum, empty: Database
) -> None:
    await live(forum)
    steps: list[tuple[int, int]] = []
    await copy(database, empty, lambda done, total: steps.append((done, total)))
    rows = sum(len(found) for found in (await tables(database)).values())
    assert steps == sorted(steps)
    assert steps[-1] == (rows - 1, rows - 1)  # The revision is no row of the forum's.


@on_sqlite
async def test_a_text_that_postgresql_cannot_hold_is_copied_without_what_it_refuses(
    database: Database, forum: Forum, postgres: Server
) -> None:
    await live(forum)
    await sql(database, "UPDATE posts SET body = 'a' || char(0) || 'b'")
    async with postgres.fresh_database(empty=True) as url:
        target = Database(url)
        await copy(database, target, quietly)
        assert set(await sql(target, "SELECT body FROM posts")) == {("ab",)}
        await target.close()


async def test_a_database_that_holds_something_is_refused_and_left_as_it_is(
    database: Database, forum: Forum, empty: Database
) -> None:
    await live(forum)
    await migrate.upgrade(empty)
    await sql(empty, "INSERT INTO guilds (id, name, settings) VALUES (7, 'Precious', '{}')")
    before = await tables(empty)
    with pytest.raises(Occupied, match="guilds"):
        await copy(database, empty, quietly)
    assert await tables(empty) == before


async def test_a_database_of_some_other_program_is_refused(
    database: Database, empty: Database
) -> None:
    await sql(empty, "CREATE TABLE invoices (id INTEGER)")
    with pytest.raises(Occupied, match="invoices"):
        await copy(database, empty, quietly)
    assert await tables(empty) == {"invoices": []}


async def test_a_database_with_empty_tables_is_filled(
    database: Database, forum: Forum, empty: Database
) -> None:
    await live(forum)
    await migrate.upgrade(empty)
    await copy(database, empty, quietly)
    assert await tables(empty) == await tables(database)


@on_postgres
async def test_a_copy_that_is_not_the_same_is_told_and_taken_back(
    database: Database, forum: Forum, postgres: Server
) -> None:
    await live(forum)
    async with postgres.fresh_database() as url:
        target = Database(url)
        await sql(
            target,
            "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN NEW.earned = NEW.earned + 1; RETURN NEW; END'",
        )
        await sql(
            target,
            "CREATE TRIGGER meddle BEFORE INSERT ON members FOR EACH ROW EXECUTE FUNCTION meddle()",
        )
        with pytest.raises(Different) as told:
            await copy(database, target, quietly)
        wrong = {each.what for each in told.value.compared if not each.same}
        assert wrong == {"members", "points of members"}
        left = await tables(target)
        assert [name for name in Base.metadata.tables if left[name]] == []
        await target.close()
