"""What one vote costs with a million posts in the database, against a thousand.

Each vote is by another member on another post anywhere in five years, so nothing of it is at hand.
Members, ballots and ledger are in proportion. Both sides take turns vote by vote.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bot.domain.settings import GuildSettings
from bot.domain.votes import Vote
from bot.services.forum import Forum
from db import migrate
from db.engine import Database
from tests.benchmarks import chronicle
from tests.benchmarks.measures import Measured
from tests.world import GUILD, Clock

FEW, MANY = 1_000, 1_000_000
VOTES = 1_500
WARMING = 100


def run() -> Measured:
    """Compare the medians of milliseconds a vote."""
    return measure(FEW, MANY, VOTES)


def measure(few: int, many: int, votes: int) -> Measured:
    """Compare two sizes."""
    with TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder), few, many, votes))


async def _measure(folder: Path, few: int, many: int, votes: int) -> Measured:
    async with _town(folder / "few.db", few) as small, _town(folder / "many.db", many) as big:
        for _ in range(min(WARMING, votes)):
            await small.vote(), await big.vote()
        pairs = [(await small.vote(), await big.vote()) for _ in range(votes)]
    one, other = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    return Measured(
        other / one,
        f"{other:.2f} ms with {many:,} posts, {one:.2f} ms with {few:,}, {votes:,} votes each",
    )


class _Town:
    """A forum in which anybody votes on anything."""

    def __init__(self, forum: Forum, posts: int) -> None:
        self._forum = forum
        self._chance = random.Random(posts)
        self._messages = chronicle.votable(posts)
        self._members = chronicle.members_of(posts)

    async def vote(self) -> float:
        """Vote once; the milliseconds until it was stored."""
        message, voter = self._chance.choice(self._messages), self._chance.choice(self._members)
        vote = self._chance.choice(list(Vote))
        start = time.perf_counter()
        assert await self._forum.votes.cast(GUILD, message, voter, vote) is not None
        return (time.perf_counter() - start) * 1000


@asynccontextmanager
async def _town(file: Path, posts: int) -> AsyncIterator[_Town]:
    database = Database(f"sqlite+aiosqlite:///{file}")
    await migrate.upgrade(database)
    await database.close()
    chronicle.write(file, posts)
    forum = Forum(database, GuildSettings(), Clock())
    yield _Town(forum, posts)
    await forum.close()
    await database.close()
