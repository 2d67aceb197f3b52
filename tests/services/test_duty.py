"""One of several runs at a time does what belongs to no server."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.services.duty import Duty
from db.engine import Database
from tests.cli.shell import environment
from tests.postgres import Server, server
from tests.world import on_postgres, on_sqlite, sql

PATIENCE = 30


@pytest.fixture
async def other(address: str) -> AsyncIterator[Database]:
    """What another run opens on the same database."""
    database = Database(address)
    yield database
    await database.close()


@on_sqlite
async def test_the_only_run_on_sqlite_is_always_on_duty(database: Database) -> None:
    duty = Duty(database)
    assert await duty.ours()
    assert await duty.ours()
    await duty.close()


@on_postgres
async def test_of_two_runs_one_is_on_duty_until_it_leaves(
    database: Database, other: Database
) -> None:
    first, second = Duty(database), Duty(other)
    assert [await first.ours(), await second.ours()] == [True, False]
    assert [await first.ours(), await second.ours()] == [True, False]
    await first.close()
    assert [await second.ours(), await first.ours()] == [True, False]
    await second.close()
    assert await first.ours()
    await first.close()


@on_postgres
async def test_two_who_ask_at_once_do_not_both_get_it(database: Database, other: Database) -> None:
    duties = [Duty(each) for each in [database, other] * 4]
    answers = await asyncio.gather(*(duty.ours() for duty in duties))
    assert sum(answers) == 1
    for duty in duties:
        await duty.close()


@on_postgres
async def test_a_run_whose_session_ended_is_off_duty_before_another_takes_over(
    database: Database, other: Database
) -> None:
    first, second = Duty(database), Duty(other)
    assert await first.ours()
    ended = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    assert len(await sql(database, f"{ended} AND pid != pg_backend_pid()")) == 1
    assert await second.ours()
    assert not await first.ours()
    assert not await first.ours()
    await second.close()
    await first.close()


async def test_nobody_is_on_duty_while_the_database_is_lost_and_somebody_after_it() -> None:
    with server(durable=True) as lost:
        async with lost.fresh_database() as url:
            database = Database(url)
            duty = Duty(database)
            assert await duty.ours()
            await asyncio.to_thread(lost.stop)
            assert not await duty.ours()
            await asyncio.to_thread(lost.start)
            assert await duty.ours()
            await duty.close()
            await database.close()


async def test_after_a_kill_the_other_process_takes_over_and_each_work_is_done_once(
    postgres: Server,
) -> None:
    async with (
        postgres.fresh_database() as url,
        worker(url) as first,
        worker(url) as second,
    ):
        assert [await minute(first), await minute(second)] == ["done", "left"]
        assert [await minute(second), await minute(first)] == ["left", "done"]
        first.send_signal(signal.SIGKILL)
        await first.wait()
        async with asyncio.timeout(PATIENCE):
            while await minute(second) != "done":
                pass  # The server has yet to hear of it.
        async with worker(url) as third:
            assert [await minute(third), await minute(second)] == ["left", "done"]
        database = Database(url)
        assert await sql(database, "SELECT count(*) FROM repairs") == [(4,)]
        await database.close()


@asynccontextmanager
async def worker(url: str) -> AsyncIterator[Process]:
    """A process that works when it is told that a minute has passed."""
    command = (sys.executable, "-m", "tests.services.on_duty", url)
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, env=environment()
    )
    yield process
    if process.returncode is None:
        process.kill()
    await process.communicate()


async def minute(process: Process) -> str:
    """Let a minute pass for a process; what it did."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"a minute\n")
    async with asyncio.timeout(PATIENCE):
        return (await process.stdout.readline()).decode().strip()
