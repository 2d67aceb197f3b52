"""The ledger: what everybody's points are made of."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, tuple_

from bot.domain.reputation import Cause, Credit
from db.chunks import chunks
from db.engine import Tx
from db.models import Entry

Key = tuple[int, str, int, int]
"""(post, cause, user, day)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One change of a member's points."""

    cause: Cause
    post_id: int
    amount: int
    at: datetime


def key(credit: Credit) -> Key:
    """What a credit is about, without its amount."""
    return (credit.post_id, credit.cause.value, credit.user_id, credit.day)


def nothing(about: Key) -> Credit:
    """The credit that leaves nothing under a key."""
    post_id, cause, user_id, day = about
    return Credit(user_id, Cause(cause), post_id, 0, day)


_KEY = (Entry.post_id, Entry.cause, Entry.user_id, Entry.day)


async def sums(tx: Tx, guild_id: int, keys: Collection[Key]) -> dict[Key, int]:
    """What the ledger holds for each of these keys; absent means nothing."""
    found: dict[Key, int] = {}
    for some in chunks(keys, 200):
        query = select(*_KEY, func.sum(Entry.amount)).where(
            tuple_(*_KEY).in_(some), Entry.guild_id == guild_id
        )
        rows = await tx.execute(query.group_by(*_KEY))
        found |= {(row[0], row[1], row[2], row[3]): int(row[4]) for row in rows}
    return found


async def settle(tx: Tx, guild_id: int, targets: Iterable[Credit], at: datetime) -> dict[int, int]:
    """Add the rows that bring the ledger to these credits; returns the change by member."""
    wanted = {key(credit): credit.amount for credit in targets}
    held = await sums(tx, guild_id, wanted)
    missing = {about: amount - held.get(about, 0) for about, amount in wanted.items()}
    rows: list[dict[str, object]] = []
    changed: dict[int, int] = {}
    for (post_id, cause, user_id, day), amount in missing.items():
        if amount:
            row = {"post_id": post_id, "cause": cause, "user_id": user_id, "day": day}
            rows.append({**row, "guild_id": guild_id, "amount": amount, "at": at})
            changed[user_id] = changed.get(user_id, 0) + amount
    if rows:
        await tx.execute(insert(Entry), rows)
    return changed


async def all_sums(tx: Tx, guild_id: int) -> dict[Key, int]:
    """Everything that a server's ledger holds but manual bonuses, by key."""
    query = select(*_KEY, func.sum(Entry.amount)).where(
        Entry.guild_id == guild_id, Entry.cause != Cause.BONUS.value
    )
    rows = await tx.execute(query.group_by(*_KEY))
    return {(row[0], row[1], row[2], row[3]): int(row[4]) for row in rows}


async def latest(tx: Tx, guild_id: int, user_id: int, limit: int = 10) -> list[Line]:
    """A member's newest ledger rows, newest first."""
    query = select(Entry.cause, Entry.post_id, Entry.amount, Entry.at)
    mine = query.where(Entry.guild_id == guild_id, Entry.user_id == user_id)
    rows = await tx.execute(mine.order_by(Entry.id.desc()).limit(limit))
    return [Line(Cause(row[0]), row[1], row[2], row[3]) for row in rows]
