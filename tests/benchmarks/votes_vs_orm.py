"""Durable votes through the services, against one SQLAlchemy ORM transaction a vote."""

import asyncio
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from bot.domain.posts import Kind, Standing, State
from bot.domain.reputation import QUESTION2ANSWER, Cause, Credit, author_credits, voter_credit
from bot.domain.votes import Vote
from bot.services.clock import utc_day
from db.models import Ballot, Entry, Member, Post
from tests.benchmarks.crowd import Crowd, town, votes_per_second
from tests.benchmarks.measures import Measured, compare
from tests.world import GUILD, START

EACH = 50
EACH_ORM = 4


def run() -> Measured:
    """Compare votes per second; the same schema, rules, durability and 64 voters at once."""
    with TemporaryDirectory() as folder, asyncio.Runner() as runner:
        ours_in, theirs_in = town(Path(folder) / "ours.db"), town(Path(folder) / "theirs.db")
        forum, messages = runner.run(ours_in.__aenter__())
        _, their_messages = runner.run(theirs_in.__aenter__())
        orm = OrmVotes(Path(folder) / "theirs.db")
        crowd, their_crowd = Crowd(messages), Crowd(their_messages)

        def ours() -> float:
            plan = crowd.plan(EACH)
            return runner.run(votes_per_second(partial(forum.votes.cast, GUILD), plan))

        def theirs() -> float:
            plan = their_crowd.plan(EACH_ORM)
            return runner.run(votes_per_second(orm.cast, plan))

        measured = compare(ours, theirs, "votes/s")
        runner.run(orm.close())
        for opened in (ours_in, theirs_in):
            runner.run(opened.__aexit__(None, None, None))
    return measured


class OrmVotes:
    """The usual way: load objects, change them, commit; a lock keeps writers from waiting busy."""

    def __init__(self, path: Path) -> None:
        self._engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
        self._session = async_sessionmaker(self._engine, expire_on_commit=False)
        self._writer = asyncio.Lock()
        _configure(self._engine)

    async def close(self) -> None:
        """Give the connections back."""
        await self._engine.dispose()

    async def cast(self, message: int, voter: int, vote: Vote) -> None:
        """Replace a ballot; recount the post's score, both members' ledger rows and points."""
        async with self._writer, self._session() as session, session.begin():
            post = (await session.scalars(select(Post).where(Post.message_id == message))).one()
            if post.state != State.OPEN or post.author_id == voter:
                return
            ballot = await session.get(Ballot, (post.id, voter))
            if ballot is None:
                ballot = Ballot(post_id=post.id, voter_id=voter)
                session.add(ballot)
            elif ballot.vote == vote:
                return
            ballot.vote, ballot.day = int(vote), utc_day(START)
            await session.flush()
            await _recount(session, post)
            standing = await _standing(session, post)
            credits = [*author_credits(standing, QUESTION2ANSWER)]
            credits.append(voter_credit(standing, voter, vote, QUESTION2ANSWER))
            for credit in credits:
                await _credit(session, credit)
            await session.flush()
            for user in {post.author_id, voter}:
                await _recount_points(session, user)


async def _recount(session: AsyncSession, post: Post) -> None:
    votes = select(Ballot.vote, func.count()).where(Ballot.post_id == post.id)
    found = {row[0]: row[1] for row in await session.execute(votes.group_by(Ballot.vote))}
    post.ups, post.downs = found.get(1, 0), found.get(-1, 0)
    post.version += 1


async def _standing(session: AsyncSession, post: Post) -> Standing:
    question = await session.get(Post, post.question_id) if post.question_id else None
    return Standing(
        post.id,
        GUILD,
        Kind(post.kind),
        visible=True,
        author_id=post.author_id,
        ups=post.ups,
        downs=post.downs,
        is_accepted=question is not None and question.accepted_id == post.id,
        asker_id=question.author_id if question else 0,
        anonymous=post.display_name is not None,
    )


async def _credit(session: AsyncSession, credit: Credit) -> None:
    same = (
        Entry.guild_id == GUILD,
        Entry.user_id == credit.user_id,
        Entry.cause == Cause(credit.cause).value,
        Entry.post_id == credit.post_id,
        Entry.day == credit.day,
    )
    held = await session.scalar(select(func.coalesce(func.sum(Entry.amount), 0)).where(*same)) or 0
    if held != credit.amount:
        session.add(
            Entry(
                guild_id=GUILD,
                user_id=credit.user_id,
                cause=credit.cause.value,
                post_id=credit.post_id,
                day=credit.day,
                amount=credit.amount - held,
                at=START,
            )
        )


async def _recount_points(session: AsyncSession, user: int) -> None:
    member = await session.get(Member, (GUILD, user))
    if member is None:
        member = Member(guild_id=GUILD, user_id=user)
        session.add(member)
    mine = (Entry.guild_id == GUILD, Entry.user_id == user)
    member.earned = (
        await session.scalar(select(func.coalesce(func.sum(Entry.amount), 0)).where(*mine)) or 0
    )


def _configure(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
