"""Ballots: one a member and post."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import ScalarSelect, bindparam, delete, func, or_, select, update

from bot.domain.posts import Kind, State
from bot.domain.votes import Vote
from db.chunks import chunks
from db.dialect import among, upsert
from db.engine import Tx
from db.models import Ballot, Post

Key = tuple[int, int]
"""(post, voter)."""
_KEY = (Ballot.post_id, Ballot.voter_id)
_HELD = select(Ballot.post_id, Ballot.voter_id, Ballot.vote, Ballot.day, Ballot.replaced)


class Held(NamedTuple):
    """A ballot: the vote, its UTC day, and the other vote whose arrow may still show."""

    vote: Vote
    day: int
    replaced: Vote | None = None


async def find(tx: Tx, keys: Collection[Key]) -> dict[Key, Held]:
    """Read ballots by (post, voter)."""
    rows = await tx.execute(_HELD.where(among(tx, _KEY, keys)))
    return {(row[0], row[1]): _held(row[2], row[3], row[4]) for row in rows}


def _held(vote: int, day: int, replaced: int | None) -> Held:
    return Held(Vote(vote), day, Vote(replaced) if replaced else None)


async def replace(tx: Tx, changes: Mapping[Key, Vote | None], day: int) -> None:
    """Set each of these ballots, or take it away with None."""
    cast = [
        {"post_id": post, "voter_id": voter, "vote": int(vote), "day": day}
        for (post, voter), vote in changes.items()
        if vote is not None
    ]
    await upsert(tx, Ballot, cast)
    gone = [key for key, vote in changes.items() if vote is None]
    if gone:
        await tx.execute(delete(Ballot).where(among(tx, _KEY, gone)))


async def note_replaced(tx: Tx, arrows: Mapping[Key, Vote | None]) -> None:
    """Remember which arrow of a voter may still show beside that of their ballot."""
    mine = (Ballot.post_id == bindparam("post"), Ballot.voter_id == bindparam("voter"))
    changed = update(Ballot).where(*mine).values(replaced=bindparam("arrow"))
    rows = [
        {"post": post, "voter": voter, "arrow": arrow and int(arrow)}
        for (post, voter), arrow in arrows.items()
    ]
    await tx.execute(changed, rows)


def _number(vote: Vote) -> ScalarSelect[int]:
    same = (Ballot.post_id == Post.id, Ballot.vote == int(vote))
    return select(func.count()).select_from(Ballot).where(*same).scalar_subquery()


async def miscounted(tx: Tx, guild_id: int) -> list[int]:
    """Posts whose `ups` or `downs` are not the number of their ballots."""
    wrong = or_(Post.ups != _number(Vote.UP), Post.downs != _number(Vote.DOWN))
    mine = select(Post.id).where(Post.guild_id == guild_id, wrong)
    return list((await tx.scalars(mine)).all())


_THESE = Post.id.in_(bindparam("posts", expanding=True))
_ANSWERED = select(Post.question_id).where(_THESE, Post.kind == Kind.ANSWER)
_RECOUNT = (
    update(Post)
    .where(or_(_THESE, Post.id.in_(_ANSWERED)))
    .values(ups=_number(Vote.UP), downs=_number(Vote.DOWN), version=Post.version + 1)
    .returning(Post.id, Post.ups, Post.downs)
)


async def recount(tx: Tx, post_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Set `ups` and `downs` from the ballots; each post is to be drawn again. Returns them.

    So is an answer's question, whose card lists the answer with its score.
    """
    found: dict[int, tuple[int, int]] = {}
    for some in chunks(post_ids):
        rows = await tx.execute(_RECOUNT, {"posts": some})
        found |= {row[0]: (row[1], row[2]) for row in rows}
    return found


async def of_posts(tx: Tx, post_ids: Collection[int]) -> dict[int, dict[int, Vote]]:
    """All ballots of these posts: by post, by voter."""
    found: dict[int, dict[int, Vote]] = {post_id: {} for post_id in post_ids}
    query = select(Ballot.post_id, Ballot.voter_id, Ballot.vote)
    for post, voter, vote in await tx.execute(query.where(Ballot.post_id.in_(post_ids))):
        found[post][voter] = Vote(vote)
    return found


async def days_of(tx: Tx, post_ids: Collection[int]) -> set[tuple[int, int]]:
    """(author, UTC day) of every up-vote that these posts have received."""
    rows = await tx.execute(
        select(Post.author_id, Ballot.day)
        .join(Ballot, Ballot.post_id == Post.id)
        .where(Post.id.in_(post_ids), Ballot.vote == int(Vote.UP))
        .distinct()
    )
    return {(row[0], row[1]) for row in rows}


async def ups_on_day(tx: Tx, guild_id: int, user_id: int, day: int) -> Iterable[tuple[Kind, int]]:
    """Count the up-votes that each of a member's posts received on one UTC day.

    Deleted posts and those under a name to display earn nothing, so they are left out.
    """
    rows = await tx.execute(
        select(Post.kind, func.count())
        .join(Ballot, Ballot.post_id == Post.id)
        .where(
            Post.guild_id == guild_id,
            Post.author_id == user_id,
            Post.state == State.OPEN,
            Post.display_name.is_(None),
            Ballot.vote == int(Vote.UP),
            Ballot.day == day,
        )
        .group_by(Post.id)
    )
    return [(Kind(row[0]), row[1]) for row in rows]


async def voters_of(tx: Tx, post_id: int) -> dict[int, Held]:
    """All ballots of one post, by voter."""
    rows = await tx.execute(_HELD.where(Ballot.post_id == post_id))
    return {row[1]: _held(row[2], row[3], row[4]) for row in rows}
