"""A forum of any age, written by a few SQL statements: a million posts in a minute.

Every tenth post is a question; four answers and five remarks follow it. Members, ballots and
ledger grow in proportion, over five years. A recount finds every number right.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from tests.world import FORUM, GUILD, START, message_of

FIRST_MEMBER: Final = 10_000
YEARS: Final = 5
_KIND: Final = (
    "CASE WHEN n % 10 = 1 THEN 'question' WHEN n % 10 BETWEEN 2 AND 5 THEN 'answer' "
    "ELSE 'comment' END"
)
_STATEMENTS: Final = """
    CREATE TEMP TABLE numbers AS
        WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < {posts})
        SELECT n, {kind} AS kind, (n - 1) / 10 * 10 + 1 AS question,
            {first} + n * 7919 % {members} AS author,
            CASE WHEN n % 10 BETWEEN 1 AND 5 THEN 2 + n / 10 % 5 ELSE 0 END AS votes,
            {now} - ({posts} - n) * ({span} / {posts}) AS at
        FROM up;
    INSERT INTO posts (id, guild_id, kind, state, question_id, parent_id, author_id, origin,
        forum_id, thread_id, message_id, title, body, notify, created_at, active_at,
        revision, ups, downs, version, drawn_version)
        SELECT n, {guild}, kind, 'open', iif(kind = 'question', NULL, question),
            iif(kind = 'comment', question, NULL), author, 'written:' || n, {forum},
            {message} + question, {message} + n, iif(kind = 'question', 'Question ' || n, ''),
            'What I mean by number ' || n || ' is not told in few words, but these.', 0, at, at,
            1, votes, 0, 1, 1
        FROM numbers;
    INSERT INTO ballots (post_id, voter_id, vote, day)
        WITH RECURSIVE up (j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM up WHERE j < 5)
        SELECT n, {first} + (author - {first} + 1 + j * 31) % {members}, 1, at / 86400000000
        FROM numbers JOIN up ON j < votes ORDER BY 1, 2;
    INSERT INTO ledger (guild_id, user_id, cause, post_id, day, amount, at)
        SELECT {guild}, author, iif(kind = 'question', 'asked', 'answered'), n, 0,
            iif(kind = 'question', 20, 40), at FROM numbers WHERE kind != 'comment'
        UNION ALL SELECT {guild}, author, 'votes', n, 0,
            votes * iif(kind = 'question', 10, 20), at FROM numbers WHERE votes
        UNION ALL SELECT {guild}, voter_id, 'voted', post_id, 0, 10, day * 86400000000 FROM ballots;
    INSERT INTO members (guild_id, user_id, name, earned)
        SELECT {guild}, user_id, 'Member ' || user_id, sum(amount) FROM ledger GROUP BY user_id;
    INSERT INTO guilds (id, name, settings) VALUES ({guild}, 'Old', '{{}}');
"""


def members_of(posts: int) -> range:
    """The members of a forum with so many posts."""
    return range(FIRST_MEMBER, FIRST_MEMBER + max(250, posts // 10))


def votable(posts: int) -> list[int]:
    """The messages of its questions and answers."""
    return [message_of(number) for number in range(1, posts + 1) if 1 <= number % 10 <= 5]


def write(file: Path, posts: int) -> None:
    """Fill a migrated, empty database."""
    microseconds = 1_000_000
    script = _STATEMENTS.format(
        posts=posts,
        kind=_KIND,
        members=len(members_of(posts)),
        first=FIRST_MEMBER,
        guild=GUILD,
        forum=FORUM,
        message=message_of(0),
        now=int(START.timestamp()) * microseconds,
        span=YEARS * 365 * 86_400 * microseconds,
    )
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -400000")
        with _without_indexes(connection):
            connection.executescript(script)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _without_indexes(connection: sqlite3.Connection) -> Iterator[None]:
    """Make them anew in the end, each in its order: that is many times faster."""
    found = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    indexes = connection.execute(found).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _, statement in indexes:
        connection.execute(statement)
