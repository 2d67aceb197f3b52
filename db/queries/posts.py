"""Posts: storing, finding and changing one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, insert, or_, select, union, update

from bot.domain.posts import Kind, Standing, State
from db.dialect import insert_missing
from db.engine import Tx
from db.models import Page, Post, PostTag

REDRAWN_AT_MOST = 500
"""Members whose bylines follow at once when very many points change together."""
_question = Post.__table__.alias("question")


@dataclass(frozen=True, slots=True)
class NewPost:
    """All that is known of a post when it is first stored."""

    guild_id: int
    kind: Kind
    author_id: int
    origin: str
    forum_id: int
    created_at: datetime
    state: State = State.OPENING
    question_id: int | None = None
    parent_id: int | None = None
    display_name: str | None = None
    thread_id: int | None = None
    message_id: int | None = None
    source_id: int | None = None
    title: str = ""
    body: str = ""
    image: str | None = None
    category_id: int | None = None
    notify: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post is, and what decides who may do what with it."""

    id: int
    guild_id: int
    kind: Kind
    state: State
    author_id: int
    origin: str
    question_id: int
    """Its own id for a question."""
    parent_id: int | None
    forum_id: int
    thread_id: int | None
    message_id: int | None
    source_id: int | None
    title: str
    body: str
    category_id: int | None
    accepted_id: int | None
    closed_at: datetime | None
    revision: int
    created_at: datetime
    anonymous: bool
    image: str | None
    notify: bool


_PLACE = (
    Post.id,
    Post.guild_id,
    Post.kind,
    Post.state,
    Post.author_id,
    Post.origin,
    Post.question_id,
    Post.parent_id,
    Post.forum_id,
    Post.thread_id,
    Post.message_id,
    Post.source_id,
    Post.title,
    Post.body,
    Post.category_id,
    Post.accepted_id,
    Post.closed_at,
    Post.revision,
    Post.created_at,
    Post.display_name,
    Post.image,
    Post.notify,
)


async def insert_once(tx: Tx, post: NewPost) -> tuple[int, bool]:
    """Store a post under its origin; returns its id, and False when it was there already."""
    found = await tx.scalar(select(Post.id).where(Post.origin == post.origin))
    if found is not None:
        return found, False
    values = {name: getattr(post, name) for name in NewPost.__dataclass_fields__}
    row = {**values, "kind": post.kind.value, "state": post.state.value}
    row["active_at"] = post.created_at
    await tx.execute(insert(Post), [row])
    return int(await tx.scalar(select(Post.id).where(Post.origin == post.origin)) or 0), True


async def renew(tx: Tx, post_id: int, post: NewPost) -> State:
    """Take the newest text of a post that Discord never showed; returns its state before."""
    before = State(await tx.scalar(select(Post.state).where(Post.id == post_id)) or State.DELETED)
    if before not in {State.OPENING, State.ABANDONED}:
        return before
    kept = {"kind", "guild_id", "author_id", "origin", "state"}
    values = {n: getattr(post, n) for n in NewPost.__dataclass_fields__ if n not in kept}
    await change(tx, post_id, **values, state=State.OPENING)
    return before


async def abandon(tx: Tx, post_id: int) -> None:
    """Give up a post that Discord never showed; one that is shown stays."""
    unseen = Post.state == State.OPENING
    await tx.execute(update(Post).where(Post.id == post_id, unseen).values(state=State.ABANDONED))


async def _places(tx: Tx, query: Select[*tuple[Any, ...]]) -> list[Place]:
    return [
        Place(
            id=row.id,
            guild_id=row.guild_id,
            kind=Kind(row.kind),
            state=State(row.state),
            author_id=row.author_id,
            origin=row.origin,
            question_id=row.question_id or row.id,
            parent_id=row.parent_id,
            forum_id=row.forum_id,
            thread_id=row.thread_id,
            message_id=row.message_id,
            source_id=row.source_id,
            title=row.title,
            body=row.body,
            category_id=row.category_id,
            accepted_id=row.accepted_id,
            closed_at=row.closed_at,
            revision=row.revision,
            created_at=row.created_at,
            anonymous=row.display_name is not None,
            image=row.image,
            notify=row.notify,
        )
        for row in await tx.execute(query)
    ]


async def find(tx: Tx, guild_id: int, post_id: int) -> Place | None:
    """Find a post of this server by its number."""
    mine = select(*_PLACE).where(Post.id == post_id, Post.guild_id == guild_id)
    return next(iter(await _places(tx, mine)), None)


async def by_message(tx: Tx, guild_id: int, message_id: int) -> Place | None:
    """Find the post that a message shows or was made from, continuation pages included."""
    page = select(Page.post_id).where(Page.message_id == message_id).scalar_subquery()
    shows = or_(Post.message_id == message_id, Post.source_id == message_id, Post.id == page)
    mine = select(*_PLACE).where(shows, Post.guild_id == guild_id)
    found = await _places(tx, mine.order_by(Post.kind))
    live = [place for place in found if place.state is not State.DELETED]
    return next(iter(live or found), None)


async def question_in(tx: Tx, guild_id: int, thread_id: int) -> Place | None:
    """Find the question whose thread this is."""
    mine = select(*_PLACE).where(
        Post.thread_id == thread_id, Post.guild_id == guild_id, Post.kind == Kind.QUESTION
    )
    return next(iter(await _places(tx, mine)), None)


async def of_question(tx: Tx, question_id: int, *kinds: Kind) -> list[Place]:
    """All visible posts under a question, oldest first; of these kinds, or of any."""
    mine = select(*_PLACE).where(Post.question_id == question_id, Post.state == State.OPEN)
    if kinds:
        mine = mine.where(Post.kind.in_(kinds))
    return await _places(tx, mine.order_by(Post.created_at, Post.id))


async def under(tx: Tx, parent_id: int) -> list[Place]:
    """Visible comments on a post, oldest first."""
    mine = select(*_PLACE).where(Post.parent_id == parent_id, Post.state == State.OPEN)
    return await _places(tx, mine.order_by(Post.created_at, Post.id))


async def in_state(tx: Tx, state: State) -> list[Place]:
    """All posts in a state, oldest first (those left `opening` by a crash)."""
    return await _places(tx, select(*_PLACE).where(Post.state == state).order_by(Post.id))


async def newest_questions(tx: Tx, guild_id: int, limit: int) -> list[Place]:
    """The latest visible questions, newest first."""
    mine = select(*_PLACE).where(
        Post.guild_id == guild_id,
        Post.kind == Kind.QUESTION,
        Post.state.in_([State.OPEN, State.OPENING]),
    )
    return await _places(tx, mine.order_by(Post.id.desc()).limit(limit))


async def active_questions(tx: Tx, forum_id: int, since: datetime) -> list[Place]:
    """Visible questions of a forum in which something happened since then."""
    mine = select(*_PLACE).where(
        Post.forum_id == forum_id,
        Post.kind == Kind.QUESTION,
        Post.state == State.OPEN,
        Post.active_at >= since,
    )
    return await _places(tx, mine.order_by(Post.active_at.desc()))


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


async def standings(tx: Tx, post_ids: Collection[int]) -> dict[int, Standing]:
    """Facts for rules, by post."""
    rows = await tx.execute(_STANDINGS.where(Post.id.in_(post_ids)))
    return {row.id: _standing(row) for row in rows}


async def standings_by_message(tx: Tx, message_ids: Collection[int]) -> dict[int, Standing]:
    """Facts for rules, by the message that carries the arrows."""
    rows = await tx.execute(_AT_MESSAGES, {"messages": list(message_ids)})
    return {row.message_id: _standing(row) for row in rows}


async def all_standings(tx: Tx, guild_id: int) -> list[Standing]:
    """Facts for rules of every post of a server."""
    rows = await tx.execute(_STANDINGS.where(Post.guild_id == guild_id).order_by(Post.id))
    return [_standing(row) for row in rows]


async def change(tx: Tx, post_id: int, **values: object) -> None:
    """Set columns of a post; it is to be drawn again."""
    await tx.execute(
        update(Post).where(Post.id == post_id).values(**values, version=Post.version + 1)
    )


async def note(tx: Tx, post_id: int, **values: object) -> None:
    """Set columns that its card does not show."""
    await tx.execute(update(Post).where(Post.id == post_id).values(**values))


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


async def touch(tx: Tx, question_id: int, at: datetime) -> None:
    """Note that something happened in a question's thread."""
    await tx.execute(
        update(Post).where(Post.id == question_id, Post.active_at < at).values(active_at=at)
    )


async def set_tags(tx: Tx, post_id: int, tags: Sequence[str]) -> None:
    """Replace a question's topic tags."""
    await tx.execute(delete(PostTag).where(PostTag.post_id == post_id))
    rows = [{"post_id": post_id, "tag": tag, "position": at} for at, tag in enumerate(tags)]
    await insert_missing(tx, PostTag, rows)


async def tags(tx: Tx, post_id: int) -> tuple[str, ...]:
    """A question's topic tags in their order."""
    query = select(PostTag.tag).where(PostTag.post_id == post_id)
    return tuple((await tx.scalars(query.order_by(PostTag.position))).all())


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


async def stale(tx: Tx) -> list[tuple[int, int]]:
    """(server, post) whose cards are behind, oldest first."""
    behind = (
        Post.version != Post.drawn_version,
        Post.message_id.is_not(None),
        Post.kind != Kind.COMMENT,
        Post.state.in_([State.OPEN, State.DELETED]),
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


async def guilds(tx: Tx) -> list[int]:
    """Servers that have any post."""
    return list((await tx.scalars(select(Post.guild_id).distinct())).all())


async def count(tx: Tx, question_id: int, kind: Kind) -> int:
    """How many visible posts of a kind stand under a question."""
    mine = (Post.question_id == question_id, Post.kind == kind, Post.state == State.OPEN)
    return int(await tx.scalar(select(func.count()).select_from(Post).where(*mine)) or 0)
