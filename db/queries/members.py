"""Members of one server: names, points, standing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from bot.domain.posts import Kind, State
from db.chunks import chunks
from db.dialect import insert_missing, upsert
from db.engine import Tx
from db.models import Ballot, Entry, Member, Post

_LEDGER_SUM = (
    select(func.coalesce(func.sum(Entry.amount), 0))
    .where(Entry.guild_id == Member.guild_id, Entry.user_id == Member.user_id)
    .scalar_subquery()
)
# Every vote asks these, so they are built once.
_THESE = (
    Member.guild_id == bindparam("guild"),
    Member.user_id.in_(bindparam("users", expanding=True)),
)
_SUSPENDED = select(Member.user_id).where(*_THESE, Member.suspended_until > bindparam("now"))
_EARNED = select(Member.user_id, Member.earned).where(*_THESE)
_RECOUNT = (
    update(Member)
    .where(*_THESE)
    .values(earned=_LEDGER_SUM)
    .returning(Member.user_id, Member.earned)
)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a member has done here."""

    questions: int
    answers: int
    accepted: int
    comments: int
    votes_given: int
    ups_received: int
    downs_received: int


async def name(tx: Tx, guild_id: int, user_id: int, name: str) -> bool:
    """Keep a member's present name; True when it was new or changed."""
    mine = (Member.guild_id == guild_id, Member.user_id == user_id)
    known = await tx.scalar(select(Member.name).where(*mine))
    if known == name:
        return False
    values = {"guild_id": guild_id, "user_id": user_id, "name": name}
    await upsert(tx, Member, [values])
    return True


async def ensure(tx: Tx, guild_id: int, user_ids: Iterable[int]) -> None:
    """Have a row for each of these members; their names may still be unknown."""
    rows = [{"guild_id": guild_id, "user_id": user_id} for user_id in set(user_ids)]
    await insert_missing(tx, Member, rows)


async def suspended(
    tx: Tx, guild_id: int, user_ids: Collection[int], now: datetime
) -> frozenset[int]:
    """Which of these members are suspended at this moment."""
    values = {"guild": guild_id, "users": list(user_ids), "now": now}
    return frozenset((await tx.scalars(_SUSPENDED, values)).all())


async def suspend(tx: Tx, guild_id: int, user_id: int, until: datetime | None) -> None:
    """Suspend a member until a moment, or lift it with None."""
    await ensure(tx, guild_id, [user_id])
    mine = (Member.guild_id == guild_id, Member.user_id == user_id)
    await tx.execute(update(Member).where(*mine).values(suspended_until=until))


async def earned(tx: Tx, guild_id: int, user_ids: Collection[int]) -> dict[int, int]:
    """Sum of ledger rows by member, as last recounted."""
    found: dict[int, int] = {}
    for some in chunks(user_ids):
        rows = await tx.execute(_EARNED, {"guild": guild_id, "users": some})
        found |= {row[0]: row[1] for row in rows}
    return found


async def recount(tx: Tx, guild_id: int, user_ids: Collection[int]) -> dict[int, int]:
    """Set `earned` to the sum of the ledger, for these members; returns it."""
    found: dict[int, int] = {}
    for some in chunks(user_ids):
        rows = await tx.execute(_RECOUNT, {"guild": guild_id, "users": some})
        found |= {row[0]: row[1] for row in rows}
    return found


async def mend(tx: Tx, guild_id: int) -> int:
    """Recount the members whose `earned` is not the sum of their ledger; returns how many."""
    wrong = select(Member.user_id).where(Member.guild_id == guild_id, Member.earned != _LEDGER_SUM)
    users = list((await tx.scalars(wrong)).all())
    if users:
        await recount(tx, guild_id, users)
    return len(users)


async def names(tx: Tx, guild_id: int, user_ids: Collection[int]) -> dict[int, str]:
    """Names by member, where known."""
    mine = (Member.guild_id == guild_id, Member.user_id.in_(user_ids))
    rows = await tx.execute(select(Member.user_id, Member.name).where(*mine))
    return {row[0]: row[1] for row in rows if row[1]}


async def rank(tx: Tx, guild_id: int, user_id: int, floor: int | None = None) -> int:
    """One more than the number of members with strictly more points (qa A5).

    Whoever earned less than `floor` ranks with those who have just that.
    """
    mine = select(Member.earned).where(Member.guild_id == guild_id, Member.user_id == user_id)
    own = await tx.scalar(mine) or 0
    own = own if floor is None else max(floor, own)
    better = (Member.guild_id == guild_id, Member.earned > own)
    return int(await tx.scalar(select(func.count()).select_from(Member).where(*better)) or 0) + 1


async def counts(tx: Tx, guild_id: int, user_id: int) -> Counts:
    """Count what a member has done; deleted posts are left out."""
    mine = (Post.guild_id == guild_id, Post.author_id == user_id, Post.state == State.OPEN)
    kinds = await tx.execute(
        select(Post.kind, func.count(), func.sum(Post.ups), func.sum(Post.downs))
        .where(*mine, Post.display_name.is_(None))
        .group_by(Post.kind)
    )
    # PostgreSQL adds whole numbers up to a Decimal.
    by_kind = {row[0]: (row[1], int(row[2] or 0), int(row[3] or 0)) for row in kinds}
    question = Post.__table__.alias("question")
    accepted = await tx.scalar(
        select(func.count())
        .select_from(Post)
        .join(question, question.c.accepted_id == Post.id)
        .where(*mine, Post.display_name.is_(None))
    )
    votes = await tx.scalar(
        select(func.count())
        .select_from(Ballot)
        .join(Post, Post.id == Ballot.post_id)
        .where(Ballot.voter_id == user_id, Post.guild_id == guild_id, Post.state == State.OPEN)
    )
    of = {kind: by_kind.get(kind, (0, 0, 0)) for kind in Kind}
    return Counts(
        questions=of[Kind.QUESTION][0],
        answers=of[Kind.ANSWER][0],
        accepted=int(accepted or 0),
        comments=of[Kind.COMMENT][0],
        votes_given=int(votes or 0),
        ups_received=sum(part[1] for part in of.values()),
        downs_received=sum(part[2] for part in of.values()),
    )
