"""PostgreSQL goes away and comes back: quick errors, nothing half-written, no restart of ours."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.domain.errors import Unavailable
from db.connections import Limits
from db.engine import Database
from tests.postgres import Server
from tests.world import sql

NAMED = "INSERT INTO guilds VALUES (7, 'Seven', '{}', NULL, NULL, NULL)"
STORED = "SELECT id FROM guilds"


@pytest.fixture
async def lost(own_postgres: Server) -> AsyncIterator[Database]:
    """A database with one row, on a server that can go away; it has little patience."""
    async with own_postgres.fresh_database() as url:
        database = Database(url, limits=Limits(connecting=0.5, connection=0.5, statement=0.5))
        await sql(database, NAMED)
        yield database
        await database.close()


async def read(database: Database) -> object:
    async with database.read() as tx:
        return (await tx.execute(text(STORED))).all()


async def test_a_stopped_server_is_told_at_once_and_used_again_once_it_runs(
    own_postgres: Server, lost: Database
) -> None:
    own_postgres.stop()
    for _ in range(3):
        with pytest.raises(Unavailable):
            await read(lost)
        with pytest.raises(Unavailable):
            await sql(lost, "DELETE FROM guilds")
    own_postgres.start()
    assert await sql(lost, STORED) == [(7,)]
    assert await read(lost) == [(7,)]


async def test_a_server_that_was_started_again_meanwhile_is_not_even_noticed(
    own_postgres: Server, lost: Database
) -> None:
    readers = [read(lost) for _ in range(4)]
    assert await asyncio.gather(*readers) == [[(7,)]] * 4
    await asyncio.to_thread(own_postgres.stop)
    await asyncio.to_thread(own_postgres.start)
    readers = [read(lost) for _ in range(4)]
    assert await asyncio.gather(*readers) == [[(7,)]] * 4


async def test_a_server_lost_within_a_transaction_leaves_nothing_half_written(
    own_postgres: Server, lost: Database
) -> None:
    async def half() -> None:
        async with lost.write() as tx:
            await tx.execute(text("DELETE FROM guilds"))
            own_postgres.stop()
            await tx.execute(text("INSERT INTO forums VALUES (1, 7, '{}', FALSE)"))

    with pytest.raises(Unavailable):
        await half()
    own_postgres.start()
    assert await sql(lost, STORED) == [(7,)]
    assert await sql(lost, "SELECT channel_id FROM forums") == []


async def test_a_server_that_hangs_is_not_waited_for(own_postgres: Server, lost: Database) -> None:
    assert await read(lost) == [(7,)]
    own_postgres.freeze()
    acts = [read(lost), sql(lost, "DELETE FROM guilds"), read(lost), sql(lost, NAMED)]
    told = await asyncio.wait_for(asyncio.gather(*acts, return_exceptions=True), 60)
    own_postgres.thaw()
    assert [type(error) for error in told] == [Unavailable] * 4
    assert await sql(lost, STORED) == [(7,)]


async def test_a_server_that_hangs_within_a_transaction_is_given_up(
    own_postgres: Server, lost: Database
) -> None:
    async def half() -> None:
        async with lost.write() as tx:
            await tx.execute(text("DELETE FROM guilds"))
            own_postgres.freeze()
            await tx.execute(text("SELECT 1"))

    with pytest.raises(Unavailable):
        await asyncio.wait_for(half(), 60)
    own_postgres.thaw()
    assert await sql(lost, STORED) == [(7,)]


async def test_a_process_that_stops_in_a_transaction_holds_nobody_up_for_long(
    own_postgres: Server,
) -> None:
    async with own_postgres.fresh_database() as url:
        stopped, other = Database(url, limits=Limits(pause=0.2)), Database(url)
        went_on: list[object] = []

        async def pauses() -> None:
            async with stopped.write() as tx:
                await tx.execute(text(NAMED))
                went_on.append(await sql(other, "DELETE FROM forums"))
                await tx.execute(text(STORED))

        with pytest.raises(Unavailable):
            await pauses()
        assert went_on == [[]]
        assert await sql(other, STORED) == []
        await stopped.close()
        await other.close()
