"""Durable votes through the services, against plain sqlite3 with one commit a vote.

Theirs is the least that a durable vote can be: no rules, no score, no points.
"""

import asyncio
import sqlite3
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.crowd import Crowd, town, votes_per_second
from tests.benchmarks.measures import Measured, compare
from tests.world import GUILD

EACH = 50
EACH_PLAIN = 25
UPSERT = """
    INSERT INTO ballots (post_id, voter_id, vote, day) VALUES (?, ?, ?, 0)
    ON CONFLICT (post_id, voter_id) DO UPDATE SET vote = excluded.vote, day = excluded.day
"""


def run() -> Measured:
    """Compare votes per second, both with WAL and synchronous=FULL, in interleaved rounds."""
    with TemporaryDirectory() as folder, asyncio.Runner() as runner:
        forum_in = town(Path(folder) / "ours.db")
        forum, messages = runner.run(forum_in.__aenter__())
        plain = _plain(Path(folder) / "plain.db")
        crowd, plain_crowd = Crowd(messages), Crowd(range(50))

        def ours() -> float:
            plan = crowd.plan(EACH)
            return runner.run(votes_per_second(partial(forum.votes.cast, GUILD), plan))

        measured = compare(ours, partial(_commit_one_by_one, plain, plain_crowd), "votes/s")
        plain.close()
        runner.run(forum_in.__aexit__(None, None, None))
    return measured


def _plain(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE posts (id INTEGER PRIMARY KEY)")
    connection.executemany("INSERT INTO posts VALUES (?)", [(post,) for post in range(50)])
    connection.execute(
        "CREATE TABLE ballots (post_id INTEGER REFERENCES posts (id), voter_id BIGINT, "
        "vote BIGINT, day BIGINT, PRIMARY KEY (post_id, voter_id))"
    )
    return connection


def _commit_one_by_one(connection: sqlite3.Connection, crowd: Crowd) -> float:
    votes = [
        (post, voter, int(vote))
        for voter, choices in enumerate(crowd.plan(EACH_PLAIN))
        for post, vote in choices
    ]
    start = time.perf_counter()
    for ballot in votes:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(UPSERT, ballot)
        connection.execute("COMMIT")
    return len(votes) / (time.perf_counter() - start)
