"""The few statements that the two engines spell differently."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Table,
    func,
    literal,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.shards import Shards
from db.engine import Tx
from db.models import Base

Among = ColumnElement[bool]
Column = InstrumentedAttribute[int]
Row = Mapping[str, Any]
_NUMBERS = ARRAY(BigInteger)


def is_sqlite(tx: Tx) -> bool:
    """Say which of the two engines this transaction runs on."""
    return tx.dialect.name == "sqlite"


def table(model: type[Base]) -> Table:
    """Return a model's table, for statements on columns."""
    found = model.__table__
    if not isinstance(found, Table):
        raise TypeError(f"{model.__name__} is not a plain table")
    return found


def among(tx: Tx, columns: Sequence[Column], keys: Collection[Sequence[int]]) -> Among:
    """Say that these columns together are one of the keys; keys are whole numbers.

    They come as one JSON value, or as one list a column: a parameter each would cost far more,
    and another number of them would be another statement to prepare.
    """
    if not is_sqlite(tx):
        lists = [literal([key[at] for key in keys], _NUMBERS) for at in range(len(columns))]
        return tuple_(*columns).in_(select(*map(func.unnest, lists)))
    rows = func.json_each(json.dumps([list(key) for key in keys])).table_valued("value")
    parts = [func.json_extract(rows.c.value, f"$[{at}]") for at in range(len(columns))]
    return tuple_(*columns).in_(select(*parts))


def owned(guild: Column, shards: Shards) -> ColumnElement[bool]:
    """Say that a row's server is one of these shards'."""
    if shards.whole:
        return true()
    # PostgreSQL shifts by an integer only, and a parameter would come as a bigint.
    shard = guild.bitwise_rshift(literal_column("22")) % shards.count
    return shard.between(shards.first, shards.last)


async def upsert(
    tx: Tx, model: type[Base], rows: Sequence[Row], *, keep: Sequence[str] = ()
) -> None:
    """Insert rows, or set all but the key (and the columns in `keep`) where they exist."""
    if not rows:
        return
    target = table(model)
    key = [column.name for column in target.primary_key]
    changing = [name for name in rows[0] if name not in {*key, *keep}]
    if is_sqlite(tx):
        lite = sqlite.insert(target)
        changes = {name: lite.excluded[name] for name in changing}
        await tx.execute(lite.on_conflict_do_update(index_elements=key, set_=changes), list(rows))
    else:
        pg = _all_at_once(target, rows)
        changes = {name: pg.excluded[name] for name in changing}
        await tx.execute(pg.on_conflict_do_update(index_elements=key, set_=changes))


async def insert_missing(tx: Tx, model: type[Base], rows: Sequence[Row]) -> None:
    """Insert rows; those whose key (or unique column) exists are left as they are."""
    if not rows:
        return
    target = table(model)
    if is_sqlite(tx):
        await tx.execute(sqlite.insert(target).on_conflict_do_nothing(), list(rows))
    else:
        await tx.execute(_all_at_once(target, rows).on_conflict_do_nothing())


def _all_at_once(target: Table, rows: Sequence[Row]) -> postgresql.Insert:
    """Insert one list a column: a statement a row would cost PostgreSQL far more."""
    lists = [literal([row[name] for row in rows], ARRAY(target.c[name].type)) for name in rows[0]]
    return postgresql.insert(target).from_select(list(rows[0]), select(*map(func.unnest, lists)))
