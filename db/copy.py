"""Copying all that one database holds into an empty one, of either engine."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import Executable, Table, func, inspect, select, text

from bot.domain.posts import Kind, State
from db import migrate
from db.dialect import is_sqlite
from db.engine import Database, Tx
from db.models import Ballot, Base, Entry, Member, Post
from db.queries import search
from db.state import in_words

Step = Callable[[int, int], None]
AT_ONCE: Final = 1000
TABLES: Final = tuple(Base.metadata.sorted_tables)
"""Those that others refer to come first."""
_OUR_OWN: Final = ("alembic_version", "post_search", "sqlite_")
_LAST_SQLITE: Final = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
_LAST_POSTGRESQL: Final = text(
    "SELECT pg_sequence_last_value(pg_get_serial_sequence(:name, 'id')::regclass)"
)
_FORGET_SQLITE: Final = text("DELETE FROM sqlite_sequence WHERE name = :name")
_COUNT_SQLITE: Final = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)")
_COUNT_POSTGRESQL: Final = text(
    "SELECT setval(pg_get_serial_sequence(:name, 'id'), CAST(:last AS BIGINT))"
)
_FOUND: Final = text("SELECT count(*) FROM post_search")
_FINDABLE: Final = (Post.kind == Kind.QUESTION, Post.state == State.OPEN)
_SUMS: Final = {
    "scores of posts": select(func.sum(Post.ups - Post.downs)),
    "votes together": select(func.sum(Ballot.vote)),
    "points of members": select(func.sum(Member.earned)),
    "points in the ledger": select(func.sum(Entry.amount)),
}


class Occupied(Exception):
    """The database to fill is not empty; `str()` names a table that shows it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One number of both databases, and whether all that it counts is the same."""

    what: str
    before: int
    after: int
    same: bool


class Different(Exception):
    """The copy was not the same, and is taken back; `compared` says where."""

    def __init__(self, compared: Sequence[Compared]) -> None:
        super().__init__("the copy differs")
        self.compared = compared


async def copy(source: Database, target: Database, step: Step) -> Sequence[Compared]:
    """Copy what the source holds at this moment; all of it, or nothing when a step fails.

    Raises Occupied, Different, and Unusable, which says which of the two failed.
    """
    with in_words(target):
        async with source.read() as old, target.write_at_length() as new:
            await _refuse_occupied(new)
            await migrate.upgrade_within(new)
            with in_words(source):
                total = await _total(old)
            done = 0
            for each in TABLES:
                async for rows in _rows(source, old, each):
                    await new.execute(each.insert(), rows)
                    done += len(rows)
                    step(done, total)
            await _keep_counting(source, old, new)
            await search.rebuild(new)
            return await _compared(source, old, new)


async def _refuse_occupied(new: Tx) -> None:
    names = await new.run_sync(lambda connection: inspect(connection).get_table_names())
    known = {each.name: each for each in TABLES}
    for name in names:
        if name.startswith(_OUR_OWN):
            continue
        if name not in known or await new.scalar(select(1).select_from(known[name]).limit(1)):
            raise Occupied(name)


async def _total(old: Tx) -> int:
    counts = [await old.scalar(select(func.count()).select_from(each)) for each in TABLES]
    return sum(count or 0 for count in counts)


async def _rows(source: Database, old: Tx, each: Table) -> AsyncIterator[list[dict[str, Any]]]:
    with in_words(source):
        found = await old.stream(select(each).order_by(*each.primary_key))
        async for rows in found.mappings().partitions(AT_ONCE):
            yield [dict(row) for row in rows]


async def _keep_counting(source: Database, old: Tx, new: Tx) -> None:
    """Let the next number of each table be one that was never used before."""
    for each in TABLES:
        if each.autoincrement_column is None:
            continue
        with in_words(source):
            last = await _last_number(old, each)
        if last:
            await _count_from(new, each, last)


async def _last_number(old: Tx, each: Table) -> int:
    """Return the last number that was given out, also to rows that were deleted since."""
    highest = await old.scalar(select(func.max(each.c.id))) or 0
    given = await old.scalar(_LAST_SQLITE if is_sqlite(old) else _LAST_POSTGRESQL, _name(each))
    return max(highest, given or 0)


async def _count_from(new: Tx, each: Table, last: int) -> None:
    """Go on after this number; SQLite goes on by itself but where it remembers deleted rows."""
    if not is_sqlite(new):
        await new.execute(_COUNT_POSTGRESQL, {**_name(each), "last": last})
    elif each.dialect_options["sqlite"]["autoincrement"]:
        await new.execute(_FORGET_SQLITE, _name(each))
        await new.execute(_COUNT_SQLITE, {**_name(each), "last": last})


def _name(each: Table) -> dict[str, Any]:
    return {"name": each.name}


async def _compared(source: Database, old: Tx, new: Tx) -> Sequence[Compared]:
    with in_words(source):
        before = await _measured(old, select(func.count()).where(*_FINDABLE))
    after = await _measured(new, _FOUND)
    found = [
        Compared(what, before[what][0], after[what][0], before[what] == after[what])
        for what in before
    ]
    if not all(each.same for each in found):
        raise Different(found)
    return found


async def _measured(tx: Tx, findable: Executable) -> dict[str, tuple[int, int]]:
    """Return numbers to show, each with one that changes with any single row."""
    found = {each.name: await _digest(tx, each) for each in TABLES}
    for what, total in (_SUMS | {"questions to be found": findable}).items():
        found[what] = (int(await tx.scalar(total) or 0), 0)
    return found


async def _digest(tx: Tx, each: Table) -> tuple[int, int]:
    """Return how many rows a table has, and a number that any other row would change.

    The engines sort text differently, so the order does not count.
    """
    count, mixed = 0, 0
    found = await tx.stream(select(each))
    async for rows in found.partitions(AT_ONCE):
        for row in rows:
            digest = blake2b(repr(tuple(row)).encode(), digest_size=16).digest()
            count, mixed = count + 1, mixed + int.from_bytes(digest)
    return count, mixed
