"""Servers: settings, panel, forums, categories."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from bot.domain.drafts import Category as DraftCategory
from bot.domain.forum_tags import ForumTags
from bot.domain.posts import Stage
from db.dialect import insert_missing, upsert
from db.engine import Tx
from db.models import Category, Forum, Guild, Post


@dataclass(frozen=True, slots=True)
class Panel:
    """Where a server's welcome message stands."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class ForumRow:
    """A question forum and the tags that the bot keeps in it."""

    channel_id: int
    guild_id: int
    tags: ForumTags
    missing: bool


async def settings(tx: Tx, guild_id: int) -> dict[str, Any]:
    """Read what a server has changed; empty for one that changed nothing."""
    found = await tx.scalar(select(Guild.settings).where(Guild.id == guild_id))
    record: dict[str, Any] = json.loads(found) if found else {}
    return record


async def save_settings(tx: Tx, guild_id: int, record: Mapping[str, object]) -> None:
    """Store a server's settings, all of them."""
    text = json.dumps(record, ensure_ascii=False)
    await upsert(tx, Guild, [{"id": guild_id, "settings": text}])


async def register(tx: Tx, guild_id: int, name: str) -> None:
    """Know a server by its present name."""
    await upsert(tx, Guild, [{"id": guild_id, "name": name}])


async def panel(tx: Tx, guild_id: int) -> Panel | None:
    """Find the welcome message, if one was posted."""
    columns = select(Guild.panel_channel_id, Guild.panel_message_id).where(Guild.id == guild_id)
    row = (await tx.execute(columns)).one_or_none()
    if row is None or row[0] is None or row[1] is None:
        return None
    return Panel(row[0], row[1])


async def save_panel(tx: Tx, guild_id: int, where: Panel | None) -> None:
    """Remember where the welcome message stands."""
    channel, message = (where.channel_id, where.message_id) if where else (None, None)
    values = {"id": guild_id, "panel_channel_id": channel, "panel_message_id": message}
    await upsert(tx, Guild, [values])


async def seen_at(tx: Tx, guild_id: int) -> datetime | None:
    """Return until when the bot knew everything that happened on a server."""
    return await tx.scalar(select(Guild.seen_at).where(Guild.id == guild_id))


async def save_seen(tx: Tx, guild_id: int, at: datetime) -> None:
    """Note until when everything is known."""
    await upsert(tx, Guild, [{"id": guild_id, "seen_at": at}])


def _tags(text: str) -> ForumTags:
    record = json.loads(text)
    stages = {Stage(name): tag for name, tag in record.get("stages", {}).items()}
    categories = {int(name): tag for name, tag in record.get("categories", {}).items()}
    return ForumTags(stages, categories)


async def forums(tx: Tx, guild_id: int | None = None) -> list[ForumRow]:
    """List question forums, of one server or of all."""
    query = select(Forum.channel_id, Forum.guild_id, Forum.tags, Forum.missing)
    if guild_id is not None:
        query = query.where(Forum.guild_id == guild_id)
    rows = await tx.execute(query.order_by(Forum.guild_id, Forum.channel_id))
    return [ForumRow(row[0], row[1], _tags(row[2]), row[3]) for row in rows]


async def save_forum(tx: Tx, guild_id: int, channel_id: int, tags: ForumTags) -> None:
    """Make a channel a question forum, or note its tags as they are now."""
    record = {
        "stages": {stage.value: tag for stage, tag in tags.stages.items()},
        "categories": {str(category): tag for category, tag in tags.categories.items()},
    }
    row = {"channel_id": channel_id, "guild_id": guild_id, "tags": json.dumps(record)}
    await upsert(tx, Forum, [{**row, "missing": False}], keep=["guild_id"])


async def mark_forum_missing(tx: Tx, guild_id: int, channel_id: int) -> None:
    """Note that a forum's channel is gone; its questions stay in the database."""
    this = (Forum.channel_id == channel_id, Forum.guild_id == guild_id)
    await tx.execute(update(Forum).where(*this).values(missing=True))


async def drop_forum(tx: Tx, guild_id: int, channel_id: int) -> None:
    """Stop treating a channel as a question forum."""
    this = (Forum.channel_id == channel_id, Forum.guild_id == guild_id)
    await tx.execute(delete(Forum).where(*this))


async def categories(tx: Tx, guild_id: int) -> list[DraftCategory]:
    """List a server's categories in their order."""
    query = select(Category.id, Category.name).where(Category.guild_id == guild_id)
    rows = await tx.execute(query.order_by(Category.position, Category.id))
    return [DraftCategory(row[0], row[1]) for row in rows]


async def add_category(tx: Tx, guild_id: int, name: str) -> int:
    """Add a category at the end, or find the one of that name; returns its id."""
    key = name.casefold()
    last = select(func.max(Category.position)).where(Category.guild_id == guild_id)
    position = (await tx.scalar(last) or 0) + 1
    row = {"guild_id": guild_id, "name": name, "key": key, "position": position}
    await insert_missing(tx, Category, [row])
    same = select(Category.id).where(Category.guild_id == guild_id, Category.key == key)
    return int(await tx.scalar(same) or 0)


async def remove_category(tx: Tx, guild_id: int, category_id: int) -> int:
    """Remove a category; its questions keep none. Returns how many those were."""
    theirs = Post.category_id == category_id
    changed = await tx.execute(
        update(Post)
        .where(theirs, Post.guild_id == guild_id)
        .values(category_id=None, version=Post.version + 1)
    )
    mine = Category.id == category_id
    await tx.execute(delete(Category).where(mine, Category.guild_id == guild_id))
    return changed.rowcount
