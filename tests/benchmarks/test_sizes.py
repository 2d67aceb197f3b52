"""The benchmarks of size measure what they say, in small."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.domain.settings import GuildSettings
from bot.services.forum import Forum
from db.engine import Database
from tests.benchmarks import chronicle, memory, reconcile, vote_at_million
from tests.world import GUILD, Clock


async def test_in_a_forum_written_at_once_a_recount_differs_in_nothing(
    template: Path, tmp_path: Path
) -> None:
    file = shutil.copyfile(template, tmp_path / "forum.db")
    chronicle.write(file, 1_000)
    database = Database(f"sqlite+aiosqlite:///{file}")
    forum = Forum(database, GuildSettings(), Clock())
    assert len(await forum.votes.counted(chronicle.votable(1_000))) == 500
    assert (await forum.recount.guild(GUILD)).none
    await forum.close()
    await database.close()


async def test_a_forum_written_at_once_has_every_index_again(
    template: Path, tmp_path: Path
) -> None:
    file = shutil.copyfile(template, tmp_path / "forum.db")
    chronicle.write(file, 10)
    assert indexes(file) == indexes(template) != set()


def indexes(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        found = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        return {statement for (statement,) in connection.execute(found)}


def test_votes_in_two_sizes_are_compared() -> None:
    measured = vote_at_million.measure(250, 500, votes=3)
    assert measured.ratio > 0
    assert "with 500 posts" in measured.numbers


async def test_a_restart_over_threads_without_news_asks_once_for_each_and_for_the_archive() -> None:
    measured = await reconcile.measure(6)
    assert "6 threads: 1.167 requests each" in measured.numbers
    assert measured.ratio > 7 / 6


async def test_the_bot_is_weighed_against_discord_py_with_the_same_servers() -> None:
    measured = await memory.measure(2, 10)
    assert measured.ratio > 0
    assert "with 2 servers and 10 questions" in measured.numbers
