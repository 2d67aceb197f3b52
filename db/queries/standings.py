"""The facts of posts on which votes and points depend."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, select

from bot.domain.posts import Kind, Standing, State
from db.engine import Tx
from db.models import Post

_question = Post.__table__.alias("question")
_STANDING = (
    Post.id,
    Post.guild_id,
    Post.kind,
    Post.state,
    Post.author_id,
    Post.ups,
    Post.downs,
    Post.accepted_id,
    Post.display_name,
    Post.message_id,
    _question.c.accepted_id.label("chosen"),
    _question.c.author_id.label("asker_id"),
    _question.c.state.label("question_state"),
)


def _standing(row: Any) -> Standing:
    kind = Kind(row.kind)
    above = row.question_state in {None, State.OPEN}
    return Standing(
        id=row.id,
        guild_id=row.guild_id,
        kind=kind,
        visible=row.state == State.OPEN and above,
        author_id=row.author_id,
        ups=row.ups,
        downs=row.downs,
        has_accepted=kind is Kind.QUESTION and row.accepted_id is not None,
        is_accepted=kind is Kind.ANSWER and row.chosen == row.id,
        asker_id=row.asker_id if kind is Kind.ANSWER else 0,
        anonymous=row.display_name is not None,
    )


_STANDINGS = (
    select(*_STANDING).select_from(Post).outerjoin(_question, _question.c.id == Post.question_id)
)
_AT_MESSAGES = _STANDINGS.where(Post.message_id.in_(bindparam("messages", expanding=True)))


async def of(tx: Tx, post_ids: Collection[int]) -> dict[int, Standing]:
    """Facts for rules, by post."""
    rows = await tx.execute(_STANDINGS.where(Post.id.in_(post_ids)))
    return {row.id: _standing(row) for row in rows}


async def by_message(tx: Tx, message_ids: Collection[int]) -> dict[int, Standing]:
    """Facts for rules, by the message that carries the arrows."""
    rows = await tx.execute(_AT_MESSAGES, {"messages": list(message_ids)})
    return {row.message_id: _standing(row) for row in rows}


async def of_guild(tx: Tx, guild_id: int) -> list[Standing]:
    """Facts for rules of every post of a server."""
    rows = await tx.execute(_STANDINGS.where(Post.guild_id == guild_id).order_by(Post.id))
    return [_standing(row) for row in rows]
