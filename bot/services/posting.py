"""What questions and answers share: stored first, shown on Discord second."""

from datetime import datetime

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.posts import Kind, State
from bot.domain.reputation import Rules
from bot.services.drafts import draft_behind
from bot.services.points import of_posts, settle
from db.engine import Tx
from db.queries import drafts, drawing, members, posts, revisions
from db.queries.posts import NewPost, Place
from db.queries.revisions import Version


async def store(
    tx: Tx, post: NewPost, author_name: str, tags: tuple[str, ...] = ()
) -> tuple[int, bool]:
    """Store a post and its first text once; False when its origin was stored before.

    What Discord never showed takes the newest text: its author may have changed the draft.
    What was given up is new once more.
    """
    post_id, new = await posts.insert_once(tx, post)
    before = None if new else await posts.renew(tx, post_id, post)
    if before in {None, State.OPENING, State.ABANDONED}:
        await revisions.forget(tx, post_id)
        await members.name(tx, post.guild_id, post.author_id, author_name)
        first = Version(
            1, post.title, post.body, tags, post.category_id, post.author_id, post.created_at
        )
        await posts.set_tags(tx, post_id, tags)
        await revisions.add(tx, post_id, first)
        if post.question_id is not None:
            await posts.touch(tx, post.question_id, post.created_at)
    return post_id, before in {None, State.ABANDONED}


async def shown(
    tx: Tx, guild_id: int, post_id: int, pages: list[int], **where: int
) -> Place | None:
    """Note where Discord shows a post now; one deleted meanwhile stays so, and is drawn so.

    The draft it was made from is forgotten along with it: what is posted is no draft.
    """
    place = await posts.find(tx, guild_id, post_id)
    if place is None:
        return None
    state = State.DELETED if place.state is State.DELETED else State.OPEN
    await posts.change(tx, post_id, state=state, **where)
    await drawing.set_pages(tx, post_id, pages)
    draft_id = draft_behind(place.origin)
    if draft_id is not None:
        await drafts.drop(tx, guild_id, place.author_id, draft_id)
    return await posts.find(tx, guild_id, post_id)


async def need(tx: Tx, guild_id: int, post_id: int, *kinds: Kind) -> Place:
    """Find a visible post of this server; raises NotFound, worded for a person."""
    place = await posts.find(tx, guild_id, post_id)
    if place is None or place.state not in {State.OPEN, State.OPENING}:
        raise NotFound("That post is not here any more.")
    if kinds and place.kind not in kinds:
        raise NotFound(f"That is no {' or '.join(kinds)}.")
    return place


async def need_open_question(tx: Tx, guild_id: int, question_id: int) -> Place:
    """Find a question that still takes answers; raises NotFound or NotAllowed."""
    question = await need(tx, guild_id, question_id, Kind.QUESTION)
    if question.closed_at is not None:
        raise NotAllowed("This question is closed, so it takes no new answers.")
    return question


async def settle_posts(
    tx: Tx, guild_id: int, rules: Rules, post_ids: list[int], now: datetime
) -> None:
    """Bring all points that depend on these posts up to date."""
    await settle(tx, guild_id, rules, await of_posts(tx, guild_id, rules, post_ids), now)
