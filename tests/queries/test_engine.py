import asyncio
import sys
from asyncio.subprocess import PIPE
from typing import Final

import pytest
from sqlalchemy import text

from bot.domain.errors import Unavailable
from db.connections import Limits
from db.engine import Database, Tx
from tests.world import on_postgres, sql

NEW_GUILD: Final = "INSERT INTO guilds VALUES (7, '', '{}', NULL, NULL, NULL)"
ADDER: Final = """
import asyncio, sys
from sqlalchemy import text
from db.engine import Database

async def main():
    database = Database(sys.argv[1])
    async with database.read():
        print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(25):
        async with database.write() as tx:
            n = (await tx.execute(text("SELECT n FROM counter"))).scalar_one()
            await asyncio.sleep(0)
            await tx.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})
    await database.close()

asyncio.run(main())
"""


class Broken(Exception):
    """Something went wrong within a transaction."""


async def counter(tx: Tx) -> int:
    return int((await tx.execute(text("SELECT n FROM counter"))).scalar_one())


@pytest.fixture
async def counted(database: Database) -> Database:
    """The database with a table of one number, 0."""
    await sql(database, "CREATE TABLE counter (n INTEGER)")
    await sql(database, "INSERT INTO counter VALUES (0)")
    return database


async def test_two_writers_never_count_from_the_same_old_number(
    counted: Database, address: str
) -> None:
    other_process = Database(address, synchronous="OFF")

    async def add_one(writer: Database) -> None:
        async with writer.write() as tx:
            before = await counter(tx)
            await asyncio.sleep(0)
            await tx.execute(text("UPDATE counter SET n = :n"), {"n": before + 1})

    await asyncio.gather(*(add_one(writer) for writer in [counted, other_process] * 25))
    async with counted.read() as tx:
        assert await counter(tx) == 50
    await other_process.close()


async def test_two_processes_never_count_from_the_same_old_number(
    counted: Database, address: str
) -> None:
    command = (sys.executable, "-c", ADDER, address)
    adders = [
        await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE) for _ in range(2)
    ]
    for adder in adders:
        assert adder.stdout is not None
        assert await adder.stdout.readline() == b"ready\n"
    await asyncio.gather(*(adder.communicate(b"go\n") for adder in adders))
    assert [adder.returncode for adder in adders] == [0, 0]
    async with counted.read() as tx:
        assert await counter(tx) == 50


async def test_a_reader_sees_one_moment_however_long_it_looks(counted: Database) -> None:
    async with counted.read() as tx:
        assert await counter(tx) == 0
        await sql(counted, "UPDATE counter SET n = 1")
        assert await counter(tx) == 0


async def test_readers_do_not_wait_for_a_writer(counted: Database) -> None:
    async with counted.write() as writing:
        await writing.execute(text("UPDATE counter SET n = 1"))
        async with counted.read() as reading:
            assert await counter(reading) == 0


async def test_what_a_reader_writes_is_not_kept(database: Database) -> None:
    async with database.read() as tx:
        await tx.execute(text(NEW_GUILD))
    assert await sql(database, "SELECT id FROM guilds") == []


async def test_an_error_takes_everything_back_tables_included(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as tx:
            await tx.execute(text("CREATE TABLE half_done (n INTEGER)"))
            await tx.execute(text(NEW_GUILD))
            raise Broken

    with pytest.raises(Broken):
        await fail()
    assert await sql(database, "SELECT id FROM guilds") == []
    await sql(database, "CREATE TABLE half_done (n INTEGER)")


async def test_after_an_error_the_next_writer_is_not_kept_waiting(database: Database) -> None:
    with pytest.raises(Broken):
        async with database.write():
            raise Broken
    await asyncio.wait_for(sql(database, "CREATE TABLE fine (n INTEGER)"), 5)


async def test_a_commit_is_told_and_a_failure_is_not(database: Database, address: str) -> None:
    other = Database(address)
    looks: list[asyncio.Task[list[tuple[object, ...]]]] = []

    def after_commit() -> None:
        looks.append(asyncio.create_task(sql(other, "SELECT id FROM guilds")))

    database.after_commit = after_commit
    await sql(database, NEW_GUILD)
    assert await asyncio.gather(*looks) == [[(7,)]]
    with pytest.raises(Broken):
        async with database.write():
            raise Broken
    async with database.read():
        pass
    assert len(looks) == 1
    await other.close()


async def test_a_writer_that_is_cancelled_leaves_nothing_and_blocks_nobody(
    database: Database,
) -> None:
    inside = asyncio.Event()

    async def never_ends() -> None:
        async with database.write() as tx:
            await tx.execute(text(NEW_GUILD))
            inside.set()
            await asyncio.Event().wait()

    writer = asyncio.create_task(never_ends())
    await inside.wait()
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)
    assert await sql(database, "SELECT id FROM guilds") == []


async def test_a_statement_that_is_wrong_stays_a_mistake_of_ours(database: Database) -> None:
    with pytest.raises(Exception, match="no_such_table") as met:
        await sql(database, "SELECT * FROM no_such_table")
    assert not isinstance(met.value, Unavailable)


async def test_nobody_waits_for_ever_for_a_writer_of_another_process(
    database: Database, address: str
) -> None:
    other_process = Database(address, busy_timeout_seconds=0.1, limits=Limits(statement=0.1))
    async with database.write() as tx:
        await tx.execute(text(NEW_GUILD))
        with pytest.raises(Unavailable):
            await sql(other_process, "DELETE FROM guilds")
    await sql(other_process, "UPDATE guilds SET name = 'Seven'")
    assert await sql(database, "SELECT id, name FROM guilds") == [(7, "Seven")]
    await other_process.close()


async def test_nobody_waits_for_ever_for_a_writer_of_the_same_process(address: str) -> None:
    database = Database(address, limits=Limits(statement=0.1))
    async with database.write():
        with pytest.raises(Unavailable):
            await sql(database, NEW_GUILD)
    await sql(database, NEW_GUILD)
    await database.close()


@on_postgres
async def test_a_statement_that_takes_too_long_is_given_up(address: str) -> None:
    database = Database(address, limits=Limits(statement=0.1))
    with pytest.raises(Unavailable):
        await sql(database, "SELECT pg_sleep(30)")
    assert await sql(database, "SELECT 1") == [(1,)]
    await database.close()


@on_postgres
async def test_what_takes_its_time_on_purpose_may(address: str) -> None:
    database = Database(address, limits=Limits(statement=0.1))
    async with database.write_at_length() as tx:
        await tx.execute(text("SELECT pg_sleep(0.2)"))
        await tx.execute(text(NEW_GUILD))
    assert await sql(database, "SELECT id FROM guilds") == [(7,)]
    await database.close()


@on_postgres
async def test_all_connections_taken_is_told_and_passes(address: str) -> None:
    database = Database(address, limits=Limits(connection=0.1))
    taken = [await database.apart() for _ in range(15)]
    with pytest.raises(Unavailable):
        await sql(database, NEW_GUILD)
    for session in taken:
        await session.close()
    await sql(database, NEW_GUILD)
    await database.close()
