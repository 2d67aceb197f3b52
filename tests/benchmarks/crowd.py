"""A forum with posts, and 64 members who vote on them at once."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.domain.settings import GuildSettings
from bot.domain.votes import Vote
from bot.services.forum import Forum
from db import migrate
from db.engine import Database
from tests.world import Clock, answer, ask, message_of

VOTERS = 64
AUTHORS = range(100, 120)
QUESTIONS = 20
ANSWERS = 30

Voting = Callable[[int, int, Vote], Awaitable[object]]
"""Called with (message, voter, vote); returns once the vote is on the disk."""


@asynccontextmanager
async def town(where: Path | str) -> AsyncIterator[tuple[Forum, list[int]]]:
    """Build a forum of 50 posts by 20 authors in a new file, or at a URL; and its messages."""
    database = Database(f"sqlite+aiosqlite:///{where}" if isinstance(where, Path) else where)
    await migrate.upgrade(database)
    forum = Forum(database, GuildSettings(), Clock())
    who = list(AUTHORS)
    asked = [await ask(forum, who[n % len(who)]) for n in range(QUESTIONS)]
    given = [
        await answer(forum, asked[n % QUESTIONS], who[(7 * n + 3) % len(who)])
        for n in range(ANSWERS)
    ]
    yield forum, [message_of(post) for post in [*asked, *given]]
    await forum.close()
    await database.close()


class Crowd:
    """Voters whose every vote changes something: repeats would cost neither side a write."""

    def __init__(self, messages: Sequence[int]) -> None:
        self._chance = random.Random(1)
        self._messages = messages
        self._held: dict[tuple[int, int], Vote] = {}

    def plan(self, count: int) -> list[list[tuple[int, Vote]]]:
        """Choose what each of the voters votes on next, and how."""
        return [[self._next(voter) for _ in range(count)] for voter in range(VOTERS)]

    def _next(self, voter: int) -> tuple[int, Vote]:
        message = self._chance.choice(self._messages)
        held = self._held.get((message, voter)) or self._chance.choice(list(Vote))
        vote = Vote(-held)
        self._held[(message, voter)] = vote
        return message, vote


async def votes_per_second(vote: Voting, plan: list[list[tuple[int, Vote]]]) -> float:
    """Let all vote at once, each waiting for the outcome before the next vote."""

    async def one(voter: int, choices: list[tuple[int, Vote]]) -> None:
        for message, choice in choices:
            await vote(message, voter, choice)

    start = time.perf_counter()
    await asyncio.gather(*(one(1000 + n, choices) for n, choices in enumerate(plan)))
    return sum(map(len, plan)) / (time.perf_counter() - start)
