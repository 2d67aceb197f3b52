"""What was typed and not posted; found only by the one who typed it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from db.engine import Tx
from db.models import Draft


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """A draft: its fields by name, as typed."""

    id: int
    kind: str
    fields: Mapping[str, str]
    at: datetime


async def save(
    tx: Tx, guild_id: int, user_id: int, kind: str, fields: Mapping[str, str], at: datetime
) -> int:
    """Keep what was typed; returns the draft's id."""
    row = {"guild_id": guild_id, "user_id": user_id, "kind": kind, "at": at}
    await tx.execute(insert(Draft), [{**row, "fields": json.dumps(dict(fields))}])
    mine = (Draft.guild_id == guild_id, Draft.user_id == user_id)
    return int(await tx.scalar(select(func.max(Draft.id)).where(*mine)) or 0)


async def change(
    tx: Tx, guild_id: int, user_id: int, draft_id: int, fields: Mapping[str, str]
) -> None:
    """Replace the fields of one's own draft."""
    mine = (Draft.id == draft_id, Draft.user_id == user_id, Draft.guild_id == guild_id)
    await tx.execute(update(Draft).where(*mine).values(fields=json.dumps(dict(fields))))


async def find(tx: Tx, guild_id: int, user_id: int, draft_id: int | None) -> SavedDraft | None:
    """Find one's own draft by id, or the newest one."""
    mine = select(Draft.id, Draft.kind, Draft.fields, Draft.at).where(
        Draft.guild_id == guild_id, Draft.user_id == user_id
    )
    if draft_id is not None:
        mine = mine.where(Draft.id == draft_id)
    row = (await tx.execute(mine.order_by(Draft.id.desc()).limit(1))).one_or_none()
    return SavedDraft(row[0], row[1], json.loads(row[2]), row[3]) if row else None


async def drop(tx: Tx, guild_id: int, user_id: int, draft_id: int) -> None:
    """Forget one's own draft: it was posted."""
    mine = (Draft.id == draft_id, Draft.user_id == user_id, Draft.guild_id == guild_id)
    await tx.execute(delete(Draft).where(*mine))


async def drop_before(tx: Tx, moment: datetime) -> None:
    """Forget drafts that nobody came back for."""
    await tx.execute(delete(Draft).where(Draft.at < moment))
