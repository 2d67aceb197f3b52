"""What was mended after an outage, and why votes did not count."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from bot.domain.votes import Refusal as Reason
from db.dialect import among, upsert
from db.engine import Tx
from db.models import Refusal, Repair

_KEY = (Refusal.post_id, Refusal.voter_id)


async def add(tx: Tx, guild_id: int, at: datetime, report: Mapping[str, object]) -> None:
    """Keep what was repaired."""
    row = {"guild_id": guild_id, "at": at, "report": json.dumps(report)}
    await tx.execute(insert(Repair), [row])


async def latest(tx: Tx, guild_id: int, limit: int) -> list[tuple[datetime, dict[str, Any]]]:
    """The newest repairs of a server, newest first."""
    mine = select(Repair.at, Repair.report).where(Repair.guild_id == guild_id)
    rows = await tx.execute(mine.order_by(Repair.id.desc()).limit(limit))
    return [(row[0], json.loads(row[1])) for row in rows]


async def refuse(
    tx: Tx, reasons: Mapping[tuple[int, int], Reason], at: datetime
) -> frozenset[tuple[int, int]]:
    """Keep why votes did not count, by (post, voter); returns those not known before."""
    query = select(Refusal.post_id, Refusal.voter_id, Refusal.reason)
    found = await tx.execute(query.where(among(tx, _KEY, reasons)))
    known = {(row[0], row[1]): row[2] for row in found}
    rows = [
        {"post_id": post, "voter_id": voter, "reason": reason.value, "at": at}
        for (post, voter), reason in reasons.items()
    ]
    await upsert(tx, Refusal, rows)
    return frozenset(about for about, reason in reasons.items() if known.get(about) != reason)


async def forgive(tx: Tx, keys: Collection[tuple[int, int]]) -> None:
    """Forget refusals: these votes count now."""
    await tx.execute(delete(Refusal).where(among(tx, _KEY, keys)))


async def reason(tx: Tx, post_id: int, voter_id: int) -> Reason | None:
    """Why a member's vote on a post did not count, when it did not."""
    mine = (Refusal.post_id == post_id, Refusal.voter_id == voter_id)
    found = await tx.scalar(select(Refusal.reason).where(*mine))
    return Reason(found) if found else None
