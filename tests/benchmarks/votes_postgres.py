"""Votes on PostgreSQL through the services, against asyncpg by hand with one commit a vote.

Both are on one server with fsync on. Theirs has 8 connections, and is the least that a vote can
be: no rules, no score, no points.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from typing import Any, Final

from sqlalchemy import make_url

from bot.domain.votes import Vote
from tests.benchmarks.crowd import Crowd, town, votes_per_second
from tests.benchmarks.measures import Measured, compare
from tests.postgres import Server, server
from tests.world import GUILD

EACH: Final = 50
CONNECTIONS: Final = 8
POSTS: Final = range(50)
UPSERT: Final = """
    INSERT INTO ballots (post_id, voter_id, vote, day) VALUES ($1, $2, $3, 0)
    ON CONFLICT (post_id, voter_id) DO UPDATE SET vote = excluded.vote, day = excluded.day
"""
Side = Callable[[], Coroutine[Any, Any, float]]


def run() -> Measured:
    """Compare votes per second of 64 voters at once, in interleaved rounds."""
    with server(durable=True) as started, asyncio.Runner() as runner:
        opened = _sides(started)
        ours, theirs = runner.run(opened.__aenter__())
        measured = compare(lambda: runner.run(ours()), lambda: runner.run(theirs()), "votes/s")
        runner.run(opened.__aexit__(None, None, None))
    return measured


@asynccontextmanager
async def _sides(started: Server) -> AsyncIterator[tuple[Side, Side]]:
    database = partial(started.fresh_database, empty=True)
    async with (
        database() as here,
        database() as there,
        town(here) as (forum, messages),
        _pool(there) as pool,
    ):
        crowd, their_crowd = Crowd(messages), Crowd(POSTS)

        async def ours() -> float:
            return await votes_per_second(partial(forum.votes.cast, GUILD), crowd.plan(EACH))

        async def theirs() -> float:
            return await votes_per_second(partial(_upsert, pool), their_crowd.plan(EACH))

        yield ours, theirs


@asynccontextmanager
async def _pool(address: str) -> AsyncIterator[Any]:
    where = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
    asyncpg = import_module("asyncpg")
    async with asyncpg.create_pool(where, min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:
        await pool.execute("CREATE TABLE posts (id BIGINT PRIMARY KEY)")
        await pool.executemany("INSERT INTO posts VALUES ($1)", [(post,) for post in POSTS])
        await pool.execute(
            "CREATE TABLE ballots (post_id BIGINT REFERENCES posts (id), voter_id BIGINT, "
            "vote BIGINT, day BIGINT, PRIMARY KEY (post_id, voter_id))"
        )
        yield pool


async def _upsert(pool: Any, post: int, voter: int, vote: Vote) -> None:
    """Commit one vote: a statement alone is a transaction."""
    await pool.execute(UPSERT, post, voter, int(vote))
