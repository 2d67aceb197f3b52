"""Posts: storing, finding and changing one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, insert, or_, select, update

from bot.domain.posts import Kind, State
from bot.domain.shards import Shards
from db.dialect import insert_missing, owned
from db.engine import Tx
from db.models import Page, Post, PostTag


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
    """Give up a post that Discord never showed; one that is shown stays.

    The comment that a given-up answer was made from is one again.
    """
    unseen = (Post.id == post_id, Post.state == State.OPENING)
    made_from = select(Post.source_id).where(*unseen, Post.kind == Kind.ANSWER)
    source = await tx.scalar(made_from)
    await tx.execute(update(Post).where(*unseen).values(state=State.ABANDONED))
    if source is not None:
        comment = update(Post).where(Post.origin == f"message:{source}")
        await tx.execute(comment.values(state=State.OPEN, message_id=source))


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
    gone = {State.DELETED, State.ABANDONED}
    live = [place for place in found if place.state not in gone]
    return next(iter(live or found), None)


async def question_in(tx: Tx, guild_id: int, thread_id: int) -> Place | None:
    """Find the question whose thread this is."""
    mine = select(*_PLACE).where(
        Post.thread_id == thread_id, Post.guild_id == guild_id, Post.kind == Kind.QUESTION
    )
    return next(iter(await _places(tx, mine)), None)


async def of_question(tx: Tx, question_id: int, *kinds: Kind, opening: bool = False) -> list[Place]:
    """All visible posts under a question, oldest first; of these kinds, or of any.

    `opening`: also those that are on their way to Discord.
    """
    states = [State.OPEN, State.OPENING] if opening else [State.OPEN]
    mine = select(*_PLACE).where(Post.question_id == question_id, Post.state.in_(states))
    if kinds:
        mine = mine.where(Post.kind.in_(kinds))
    return await _places(tx, mine.order_by(Post.created_at, Post.id))


async def marked(tx: Tx, question_id: int) -> dict[int, int]:
    """Visible answers that the asker's ✅ shows under, by their messages."""
    mine = (Post.question_id == question_id, Post.kind == Kind.ANSWER, Post.state == State.OPEN)
    query = select(Post.message_id, Post.id).where(*mine, Post.marked_at.is_not(None))
    return {row[0]: row[1] for row in await tx.execute(query) if row[0] is not None}


async def under(tx: Tx, parent_id: int) -> list[Place]:
    """Visible comments on a post, oldest first."""
    mine = select(*_PLACE).where(Post.parent_id == parent_id, Post.state == State.OPEN)
    return await _places(tx, mine.order_by(Post.created_at, Post.id))


async def unshown(tx: Tx, state: State, shards: Shards) -> list[Place]:
    """All posts in a state that no message shows yet, on these shards, oldest first."""
    # Few posts have no message, and its index finds them among millions.
    theirs = (Post.message_id.is_(None), Post.state == state, owned(Post.guild_id, shards))
    return await _places(tx, select(*_PLACE).where(*theirs).order_by(Post.id))


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


async def change(tx: Tx, post_id: int, **values: object) -> None:
    """Set columns of a post; it is to be drawn again."""
    await tx.execute(
        update(Post).where(Post.id == post_id).values(**values, version=Post.version + 1)
    )


async def note(tx: Tx, post_id: int, **values: object) -> None:
    """Set columns that its card does not show."""
    await tx.execute(update(Post).where(Post.id == post_id).values(**values))


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


async def guilds(tx: Tx) -> list[int]:
    """Servers that have any post."""
    return list((await tx.scalars(select(Post.guild_id).distinct())).all())
