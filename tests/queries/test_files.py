"""What a database in one file can do: be as durable as chosen, and be copied while it is used."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.settings import GuildSettings
from bot.services.forum import Forum
from db.engine import Database
from tests.world import ADA, BEN, GUILD, Clock, answer, ask, on_sqlite, points, score, sql, up


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


@on_sqlite
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


@on_sqlite
async def test_a_backup_never_overwrites_a_file(database: Database, tmp_path: Path) -> None:
    target = tmp_path / "precious.db"
    target.write_text("precious", encoding="utf-8")
    with pytest.raises(ValueError, match="exists already"):
        await database.backup(target)
    assert target.read_text(encoding="utf-8") == "precious"


async def fail(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(text("CREATE TABLE half_done (n INTEGER)"))
        raise ZeroDivisionError


@on_sqlite
async def test_after_a_backup_transactions_are_what_they_were(
    database: Database, tmp_path: Path
) -> None:
    await database.backup(tmp_path / "copy.db")
    with pytest.raises(ZeroDivisionError):
        await fail(database)
    await sql(database, "CREATE TABLE half_done (n INTEGER)")


@pytest.mark.parametrize(
    "url", ["sqlite+aiosqlite:///:memory:", "postgresql+asyncpg://somebody@nowhere/forum"]
)
async def test_only_a_file_can_be_copied(tmp_path: Path, url: str) -> None:
    database = Database(url)
    assert database.file is None
    with pytest.raises(ValueError, match="pg_dump"):
        await database.backup(tmp_path / "copy.db")
    await database.close()


@on_sqlite
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
