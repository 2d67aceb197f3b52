"""Runs of the bot begin their sessions one after the other."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.services.starts import Starts
from db.engine import Database
from db.leases import Lease
from tests.world import on_postgres

LONG = 3600.0


@pytest.fixture
async def other(address: str) -> AsyncIterator[Database]:
    """What another run opens on the same database."""
    database = Database(address)
    yield database
    await database.close()


async def many_requests(database: Database) -> None:
    """Let so much time pass that whoever has nothing to wait for is through."""
    asked = Lease(database, "something else")
    for _ in range(50):
        assert await asked.held()
        await asked.close()
        await asyncio.sleep(0)


@on_postgres
async def test_another_run_waits_until_the_first_has_begun(
    database: Database, other: Database
) -> None:
    first, second = Starts(database, LONG, first=0), Starts(other, LONG, first=0)
    await first.turn()
    waiting = asyncio.create_task(second.turn())
    await many_requests(database)
    assert not waiting.done()
    await first.close()
    await asyncio.wait_for(waiting, 30)
    await second.close()


async def test_the_next_shard_of_a_run_waits_as_well(database: Database) -> None:
    starts = Starts(database, LONG, first=0)
    await starts.turn()
    waiting = asyncio.create_task(starts.turn())
    await many_requests(database)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await starts.close()


async def test_turns_go_on_by_themselves(database: Database) -> None:
    starts = Starts(database, apart=0.01, first=0)
    for _ in range(5):
        await starts.turn()
    await starts.close()


@on_postgres
async def test_one_who_gave_up_waiting_stands_in_nobodys_way(
    database: Database, other: Database
) -> None:
    first, second = Starts(database, LONG, first=0), Starts(other, LONG, first=0)
    await first.turn()
    waiting = asyncio.create_task(second.turn())
    await many_requests(database)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await first.close()
    async with asyncio.timeout(30):
        await second.turn()
    await second.close()


async def test_the_first_turn_waits_for_a_run_that_was_killed_just_before(
    database: Database,
) -> None:
    starts = Starts(database, apart=0.01, first=LONG)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await starts.turn()
    await starts.close()
