"""What is to be drawn on Discord, and in which messages it stands."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, union, update

from bot.domain.posts import Kind, State
from bot.domain.shards import Shards
from db.dialect import insert_missing, owned
from db.engine import Tx
from db.models import Page, Post

REDRAWN_AT_MOST = 500
"""Members whose bylines follow at once when very many points change together."""


async def redraw(tx: Tx, *post_ids: int) -> None:
    """Have these posts drawn again."""
    await tx.execute(update(Post).where(Post.id.in_(post_ids)).values(version=Post.version + 1))


async def redraw_bylines(tx: Tx, guild_id: int, user_ids: Collection[int], since: datetime) -> None:
    """Have the lately active posts of these members drawn again: their points changed."""
    recent = select(Post.id).where(
        Post.guild_id == guild_id, Post.kind == Kind.QUESTION, Post.active_at >= since
    )
    await tx.execute(
        update(Post)
        .where(
            Post.guild_id == guild_id,
            Post.author_id.in_(list(user_ids)[:REDRAWN_AT_MOST]),
            Post.kind.in_([Kind.QUESTION, Kind.ANSWER]),
            Post.state == State.OPEN,
            Post.display_name.is_(None),
            or_(Post.id.in_(recent), Post.question_id.in_(recent)),
        )
        .values(version=Post.version + 1)
    )


async def set_pages(tx: Tx, post_id: int, message_ids: Sequence[int]) -> None:
    """Remember the messages that carry what did not fit the first one."""
    await tx.execute(delete(Page).where(Page.post_id == post_id))
    rows = [
        {"message_id": message, "post_id": post_id, "position": at}
        for at, message in enumerate(message_ids)
    ]
    await insert_missing(tx, Page, rows)


async def mark_drawn(tx: Tx, post_id: int, version: int) -> None:
    """Note which version Discord shows."""
    await tx.execute(update(Post).where(Post.id == post_id).values(drawn_version=version))


async def stale(tx: Tx, shards: Shards) -> list[tuple[int, int]]:
    """(server, post) whose cards are behind, on the servers of these shards, oldest first."""
    behind = (
        Post.version != Post.drawn_version,
        Post.message_id.is_not(None),
        Post.kind != Kind.COMMENT,
        Post.state.in_([State.OPEN, State.DELETED]),
        owned(Post.guild_id, shards),
    )
    rows = await tx.execute(select(Post.guild_id, Post.id).where(*behind).order_by(Post.id))
    return [(row[0], row[1]) for row in rows]


async def messages(tx: Tx, question_id: int) -> list[int]:
    """Every message that visible posts of a question stand in or were made from."""
    mine = or_(Post.id == question_id, Post.question_id == question_id)
    visible = select(Post.id).where(mine, Post.state == State.OPEN)
    shown = select(Post.message_id).where(Post.id.in_(visible), Post.message_id.is_not(None))
    source = select(Post.source_id).where(Post.id.in_(visible), Post.source_id.is_not(None))
    page = select(Page.message_id).where(Page.post_id.in_(visible))
    found: list[int] = list((await tx.scalars(union(shown, source, page))).all())
    return found
