"""Every text that a post has had."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from db.engine import Tx
from db.models import Revision


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a post; number 1 is the first."""

    number: int
    title: str
    body: str
    tags: tuple[str, ...]
    category_id: int | None
    editor_id: int
    at: datetime


async def add(tx: Tx, post_id: int, version: Version) -> None:
    """Keep a text for good."""
    row = {
        "post_id": post_id,
        "number": version.number,
        "title": version.title,
        "body": version.body,
        "tags": " ".join(version.tags),
        "category_id": version.category_id,
        "editor_id": version.editor_id,
        "at": version.at,
    }
    await tx.execute(insert(Revision), [row])


async def forget(tx: Tx, post_id: int) -> None:
    """Drop the texts of a post that nobody has seen yet."""
    await tx.execute(delete(Revision).where(Revision.post_id == post_id))


async def of(tx: Tx, post_id: int) -> Sequence[Version]:
    """All texts of a post, oldest first."""
    columns = (
        Revision.number,
        Revision.title,
        Revision.body,
        Revision.tags,
        Revision.category_id,
        Revision.editor_id,
        Revision.at,
    )
    rows = await tx.execute(
        select(*columns).where(Revision.post_id == post_id).order_by(Revision.number)
    )
    return [
        Version(row[0], row[1], row[2], tuple(row[3].split()), row[4], row[5], row[6])
        for row in rows
    ]
