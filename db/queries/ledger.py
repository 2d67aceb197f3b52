"""The ledger: what everybody's points are made of."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Insert,
    String,
    bindparam,
    func,
    insert,
    select,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.reputation import Cause, Credit
from db.chunks import chunks
from db.dialect import is_sqlite
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


_ABOUT: dict[InstrumentedAttribute[Any], BindParameter[Any]] = {
    Entry.guild_id: bindparam("about_guild", type_=BigInteger),
    Entry.user_id: bindparam("about_user", type_=BigInteger),
    Entry.cause: bindparam("about_cause", type_=String),
    Entry.post_id: bindparam("about_post", type_=BigInteger),
    Entry.day: bindparam("about_day", type_=BigInteger),
}
_TARGET = bindparam("target", type_=BigInteger)
_held = (
    select(func.coalesce(func.sum(Entry.amount), 0).label("amount"))
    .where(*(column == value for column, value in _ABOUT.items()))
    .subquery()
)
_SETTLE = insert(Entry).from_select(
    [*_ABOUT, Entry.amount, Entry.at],
    select(
        *_ABOUT.values(), _TARGET - _held.c.amount, bindparam("settled_at", type_=Entry.at.type)
    ).where(_held.c.amount != _TARGET),
)
"""Once a credit: what the ledger holds for it is looked up and brought to the target."""


def _settle_all() -> Insert:
    """Build the same for lists of credits: a statement a credit costs PostgreSQL far more."""
    lists = (*_ABOUT.values(), _TARGET)
    given = select(
        *(
            func.unnest(bindparam(each.key, type_=ARRAY(each.type))).label(each.key)
            for each in lists
        )
    ).subquery()
    about = [given.c[value.key] for value in _ABOUT.values()]
    same = [column == value for column, value in zip(_ABOUT, about, strict=True)]
    held = select(func.coalesce(func.sum(Entry.amount), 0)).where(*same).scalar_subquery()
    due = select(*about, (given.c.target - held).label("amount")).subquery()
    return insert(Entry).from_select(
        [*_ABOUT, Entry.amount, Entry.at],
        select(*due.c, bindparam("settled_at", type_=Entry.at.type)).where(due.c.amount != 0),
    )


_SETTLE_ALL = _settle_all()


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


async def settle(tx: Tx, guild_id: int, targets: Iterable[Credit], at: datetime) -> None:
    """Add the rows that bring the ledger to these credits; right ones get none."""
    rows = {
        key(credit): {
            "about_guild": guild_id,
            "about_user": credit.user_id,
            "about_cause": credit.cause.value,
            "about_post": credit.post_id,
            "about_day": credit.day,
            "target": credit.amount,
            "settled_at": at,
        }
        for credit in targets
    }
    if rows and is_sqlite(tx):
        await tx.execute(_SETTLE, list(rows.values()))
    elif rows:
        names = [*(value.key for value in _ABOUT.values()), _TARGET.key]
        lists = {name: [row[name] for row in rows.values()] for name in names}
        await tx.execute(_SETTLE_ALL, {**lists, "settled_at": at})


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
