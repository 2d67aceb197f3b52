import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.settings import GuildSettings
from bot.services.forum import Forum
from db.engine import Database, Tx
from tests.world import ADA, BEN, GUILD, Clock, answer, ask, points, score, sql, up


class Broken(Exception):
    """Something went wrong within a transaction."""


async def counter(tx: Tx) -> int:
    return int((await tx.execute(text("SELECT n FROM counter"))).scalar_one())


async def test_two_writers_never_count_from_the_same_old_number(
    database: Database, tmp_path: Path
) -> None:
    await sql(database, "CREATE TABLE counter (n INTEGER)")
    await sql(database, "INSERT INTO counter VALUES (0)")
    other_process = Database(f"sqlite+aiosqlite:///{database.file}", synchronous="OFF")

    async def add_one(writer: Database) -> None:
        async with writer.write() as tx:
            before = await counter(tx)
            await asyncio.sleep(0)
            await tx.execute(text("UPDATE counter SET n = :n"), {"n": before + 1})

    await asyncio.gather(*(add_one(writer) for writer in [database, other_process] * 25))
    async with database.read() as tx:
        assert await counter(tx) == 50
    await other_process.close()


async def test_a_reader_sees_one_moment_however_long_it_looks(database: Database) -> None:
    await sql(database, "CREATE TABLE counter (n INTEGER)")
    await sql(database, "INSERT INTO counter VALUES (0)")
    async with database.read() as tx:
        assert await counter(tx) == 0
        await sql(database, "UPDATE counter SET n = 1")
        assert await counter(tx) == 0


async def test_what_a_reader_writes_is_not_kept(database: Database) -> None:
    async with database.read() as tx:
        await tx.execute(text("INSERT INTO guilds VALUES (7, '', '{}', NULL, NULL, NULL)"))
    assert await sql(database, "SELECT id FROM guilds") == []


async def test_an_error_takes_everything_back_tables_included(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as tx:
            await tx.execute(text("CREATE TABLE half_done (n INTEGER)"))
            await tx.execute(text("INSERT INTO guilds VALUES (7, '', '{}', NULL, NULL, NULL)"))
            raise Broken

    with pytest.raises(Broken):
        await fail()
    assert await sql(database, "SELECT id FROM guilds") == []
    assert await sql(database, "SELECT name FROM sqlite_master WHERE name = 'half_done'") == []


async def test_after_an_error_the_next_writer_is_not_kept_waiting(database: Database) -> None:
    with pytest.raises(Broken):
        async with database.write():
            raise Broken
    await asyncio.wait_for(sql(database, "CREATE TABLE fine (n INTEGER)"), 5)


async def test_a_commit_is_told_and_a_failure_is_not(database: Database) -> None:
    told: list[int] = []

    def after_commit() -> None:
        with sqlite3.connect(str(database.file)) as other:
            told.append(len(other.execute("SELECT id FROM guilds").fetchall()))
        other.close()

    database.after_commit = after_commit
    await sql(database, "INSERT INTO guilds VALUES (7, '', '{}', NULL, NULL, NULL)")
    assert told == [1]
    with pytest.raises(Broken):
        async with database.write():
            raise Broken
    async with database.read():
        pass
    assert told == [1]


async def test_a_writer_that_is_cancelled_leaves_nothing_and_blocks_nobody(
    database: Database,
) -> None:
    inside = asyncio.Event()

    async def never_ends() -> None:
        async with database.write() as tx:
            await tx.execute(text("INSERT INTO guilds VALUES (7, '', '{}', NULL, NULL, NULL)"))
            inside.set()
            await asyncio.Event().wait()

    writer = asyncio.create_task(never_ends())
    await inside.wait()
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)
    assert await sql(database, "SELECT id FROM guilds") == []


@pytest.mark.parametrize(("chosen", "number"), [("FULL", 2), ("NORMAL", 1)])
async def test_the_file_is_kept_as_durable_as_was_chosen(
    tmp_path: Path, chosen: str, number: int
) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}", synchronous=chosen)
    async with database.read() as tx:
        pragmas = [
            (await tx.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert pragmas == ["wal", number, 1]
    await database.close()


async def test_a_backup_taken_during_writes_opens_and_every_number_in_it_is_right(
    forum: Forum, database: Database, tmp_path: Path, clock: Clock
) -> None:
    question = await ask(forum, ADA)
    reply = await answer(forum, question, BEN)
    target = tmp_path / "copy.db"

    async def votes(post: int) -> None:
        for voter in range(1000, 1040):
            await up(forum, post, voter)

    await asyncio.gather(votes(question), votes(reply), database.backup(target))
    copy = Database(f"sqlite+aiosqlite:///{target}")
    restored = Forum(copy, GuildSettings(), clock)
    assert (await restored.recount.guild(GUILD)).none
    ups, _ = await score(restored, question)
    assert 0 <= ups <= 40
    assert await points(restored, ADA) == 120 + min(10 * ups, 100)
    await restored.close()
    await copy.close()
    assert await score(forum, question) == (40, 0)


async def test_a_backup_never_overwrites_a_file(database: Database, tmp_path: Path) -> None:
    target = tmp_path / "precious.db"
    target.write_text("precious", encoding="utf-8")
    with pytest.raises(ValueError, match="exists already"):
        await database.backup(target)
    assert target.read_text(encoding="utf-8") == "precious"


async def test_after_a_backup_transactions_are_what_they_were(
    database: Database, tmp_path: Path
) -> None:
    await database.backup(tmp_path / "copy.db")
    await test_an_error_takes_everything_back_tables_included(database)


async def test_only_a_file_can_be_copied(tmp_path: Path) -> None:
    database = Database("sqlite+aiosqlite:///:memory:")
    assert database.file is None
    with pytest.raises(ValueError, match="pg_dump"):
        await database.backup(tmp_path / "copy.db")
    await database.close()


async def test_closing_leaves_one_file_that_holds_everything(
    forum: Forum, database: Database
) -> None:
    await ask(forum)
    await forum.close()
    await database.close()
    path = database.file
    assert path is not None
    assert not path.with_name(path.name + "-wal").exists()
    plain = sqlite3.connect(path)
    assert plain.execute("SELECT count(*) FROM posts").fetchone() == (1,)
    plain.close()
