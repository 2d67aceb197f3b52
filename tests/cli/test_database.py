"""`db upgrade`, `db backup` and `recount` on real files, some of them damaged."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
import pytest_asyncio

from bot.domain.settings import GuildSettings
from bot.services.forum import Forum
from db.engine import Database
from db.migrate import head
from db.state import Newer, Unusable, pending
from tests.cli.shell import bot, configure, files
from tests.world import BEN, CID, Clock, answer, ask, up


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    """A directory with a configuration and an empty, migrated database."""
    configure(tmp_path)
    shutil.copyfile(template, tmp_path / "askwell.db")
    return tmp_path


@pytest_asyncio.fixture
async def lively(home: Path) -> AsyncIterator[Path]:
    """The same with a question and an answer that somebody voted up."""
    database = Database(f"sqlite+aiosqlite:///{home / 'askwell.db'}")
    forum = Forum(database, GuildSettings(), Clock())
    await up(forum, await answer(forum, await ask(forum), BEN), CID)
    await forum.close()
    await database.close()
    yield home


def execute(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        for statement in statements:
            database.execute(statement)


def test_an_upgrade_makes_the_database_and_a_second_one_changes_nothing(tmp_path: Path) -> None:
    configure(tmp_path)
    first = bot(tmp_path, "db", "upgrade")
    assert (first.code, first.err) == (0, "")
    assert "up to date now" in first.out
    made = (tmp_path / "askwell.db").read_bytes()

    second = bot(tmp_path, "db", "upgrade")
    assert (second.code, second.err) == (0, "")
    assert second.out == f"The database is up to date already ({head()}); nothing was changed.\n"
    assert (tmp_path / "askwell.db").read_bytes() == made


def test_a_backup_while_somebody_writes_is_consistent(home: Path) -> None:
    stop, begun, wrote = Event(), Event(), []

    def write() -> None:
        with closing(sqlite3.connect(home / "askwell.db", timeout=30)) as database:
            database.isolation_level = None
            database.execute("PRAGMA wal_autocheckpoint = 0")  # The newest rows stand in the log.
            while not stop.is_set():
                for statement in PAIR:
                    database.execute(statement)
                wrote.append(1)
                begun.set()

    writer = Thread(target=write)
    writer.start()
    assert begun.wait(30)
    before = len(wrote)
    try:
        said = bot(home, "db", "backup", "copy.db")
    finally:
        stop.set()
        writer.join()
    assert (said.code, said.err) == (0, "")
    with closing(sqlite3.connect(home / "copy.db")) as copy:
        posts = copy.execute("SELECT count(*) FROM posts").fetchone()[0]
        ballots = copy.execute("SELECT count(*) FROM ballots").fetchone()[0]
    assert before <= posts == ballots < len(wrote)
    assert said.out == f"Copied to copy.db; it holds {posts} posts and {posts} ballots.\n"


POST = """INSERT INTO posts (guild_id, kind, state, author_id, origin, forum_id, title, body,
    notify, created_at, active_at, revision, ups, downs, version, drawn_version)
    SELECT 1, 'question', 'open', 11, 'ask:' || count(*), 5, '', '', 0, 0, 0, 1, 1, 0, 1, 1
    FROM posts"""
BALLOT = "INSERT INTO ballots (post_id, voter_id, vote, day) SELECT max(id), 12, 1, 0 FROM posts"
PAIR = ("BEGIN IMMEDIATE", POST, BALLOT, "COMMIT")


def test_a_backup_overwrites_nothing(home: Path) -> None:
    (home / "copy.db").write_text("precious", encoding="utf-8")
    said = bot(home, "db", "backup", "copy.db")
    assert said.code == 1
    assert said.err == "copy.db exists already. Choose a new name; nothing was overwritten.\n"
    assert (home / "copy.db").read_text(encoding="utf-8") == "precious"


def test_a_backup_into_a_folder_that_is_not_there_says_so(home: Path) -> None:
    said = bot(home, "db", "backup", "safe/copy.db")
    assert said.code == 2
    assert said.err == "There is no folder safe. Make it, or choose another one.\n"


def test_a_backup_of_nothing_makes_nothing(tmp_path: Path) -> None:
    configure(tmp_path)
    said = bot(tmp_path, "db", "backup", "copy.db")
    assert said.code == 1
    assert "There is no database askwell.db yet" in said.err
    assert files(tmp_path) == ["config.toml"]


def test_a_recount_mends_what_was_damaged_and_then_nothing_differs(lively: Path) -> None:
    execute(
        lively / "askwell.db",
        "UPDATE posts SET ups = 40 WHERE kind = 'answer'",
        "UPDATE members SET earned = 9000 WHERE user_id = 12",
    )
    first = bot(lively, "recount")
    assert (first.code, first.err) == (0, "")
    assert "scores of posts: 1, ledger entries: 0, members' points: 1" in first.out

    second = bot(lively, "recount")
    assert (second.code, second.err) == (0, "")
    assert second.out == "Nothing differed: every score and all points were right.\n"


def test_a_recount_of_an_old_database_names_the_command_to_run_first(tmp_path: Path) -> None:
    configure(tmp_path)
    execute(tmp_path / "askwell.db", "CREATE TABLE something (id INTEGER)")
    said = bot(tmp_path, "recount")
    assert said.code == 1
    assert said.err.endswith("Run this first: python -m bot db upgrade\n")


@pytest.mark.parametrize("command", ["run", "recount", "db upgrade"])
def test_a_database_from_a_newer_version_is_refused_in_words(home: Path, command: str) -> None:
    execute(home / "askwell.db", "UPDATE alembic_version SET version_num = '9999'")
    before = (home / "askwell.db").read_bytes()
    said = bot(home, *command.split(), ASKWELL_TOKEN="token")
    assert said.code == 1
    assert "comes from a newer version of Askwell (its revision 9999" in said.err
    assert "Traceback" not in said.err
    assert (home / "askwell.db").read_bytes() == before


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    configure(tmp_path)
    (tmp_path / "askwell.db").write_text("my diary" * 200, encoding="utf-8")
    said = bot(tmp_path, "db", "upgrade")
    assert said.code == 1
    assert "askwell.db cannot be used: file is not a database" in said.err
    assert (tmp_path / "askwell.db").read_text(encoding="utf-8") == "my diary" * 200


async def test_a_database_that_is_not_there_lacks_everything_and_is_not_made(
    tmp_path: Path,
) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}")
    assert (await pending(database))[-1] == head()
    assert files(tmp_path) == []


async def test_a_newer_database_is_told_from_an_unusable_one(home: Path) -> None:
    execute(home / "askwell.db", "UPDATE alembic_version SET version_num = '9999'")
    database = Database(f"sqlite+aiosqlite:///{home / 'askwell.db'}")
    with pytest.raises(Newer, match="newest known is"):
        await pending(database)
    await database.close()


async def test_a_server_that_does_not_answer_is_told_without_the_password() -> None:
    database = Database("postgresql+asyncpg://forum:secret@127.0.0.1:1/forum")
    with pytest.raises(Unusable, match="whether the server runs") as refusal:
        await pending(database)
    assert "secret" not in str(refusal.value)
    await database.close()
