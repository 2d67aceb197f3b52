"""People and posts, so that tests read as sentences."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

import pytest
from sqlalchemy import text

from bot.domain.drafts import parse_answer, parse_question
from bot.domain.views import PostView
from bot.domain.votes import Vote
from bot.services.answers import Message
from bot.services.forum import Forum
from bot.services.people import Asker
from bot.services.votes import Outcome
from db.engine import Database

GUILD: Final = 1
OTHER_GUILD: Final = 2
FORUM: Final = 500
ADA, BEN, CID, DEE, EVE = range(11, 16)
NAMES: Final = {ADA: "Ada", BEN: "Ben", CID: "Cid", DEE: "Dee", EVE: "Eve"}
START: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
_numbers = count(1)


class Clock:
    """Says the time that a test has set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        """Let some time pass: `clock.pass_by(days=1)`."""
        self.now += timedelta(**time)


def person(user_id: int, guild: int = GUILD) -> Asker:
    return Asker(guild, user_id, NAMES.get(user_id, f"Member {user_id}"))


def message_of(post_id: int) -> int:
    """The Discord message that a test's post stands in; for a question also its thread."""
    return 1_000_000 + post_id


def fresh(kind: str) -> str:
    """An origin that nothing had before."""
    return f"{kind}:{next(_numbers)}"


async def ask(
    forum: Forum,
    by: int = ADA,
    *,
    guild: int = GUILD,
    title: str = "",
    body: str = "",
    category: str = "",
    tags: str = "",
    display_name: str = "",
) -> int:
    """Ask a question that Discord shows."""
    server = await forum.settings.server(guild)
    draft = parse_question(
        server.settings,
        server.categories,
        title=title or f"How does matter number {next(_numbers)} work?",
        body=body,
        category=category,
        tags=tags,
        display_name=display_name,
    )
    post = await forum.questions.ask(person(by, guild), FORUM, draft, fresh("ask"))
    await forum.questions.opened(guild, post, message_of(post), message_of(post), [])
    return post


async def answer(
    forum: Forum,
    question: int,
    by: int = BEN,
    *,
    guild: int = GUILD,
    body: str = "",
    display_name: str = "",
) -> int:
    """Answer a question so that Discord shows it."""
    draft = parse_answer(
        await forum.settings.of(guild),
        body=body or f"It works in way number {next(_numbers)}.",
        display_name=display_name,
    )
    post = await forum.answers.answer(person(by, guild), question, draft, fresh("answer"))
    await forum.answers.opened(guild, post, message_of(post), [])
    return post


def message(question: int, body: str = "", *, reply_to: int | None = None) -> Message:
    """A member's message in a question's thread, never seen before."""
    number = next(_numbers)
    text = body or f"A remark, number {number}"
    return Message(2_000_000 + number, message_of(question), text, START, reply_to)


async def comment(
    forum: Forum, question: int, by: int = CID, body: str = "", *, reply_to: int | None = None
) -> int:
    """Write a message in a question's thread."""
    post = await forum.comments.record(person(by), message(question, body, reply_to=reply_to))
    assert post is not None
    return post


async def up(forum: Forum, post: int, voter: int) -> Outcome:
    return await forum.votes.cast(GUILD, message_of(post), voter, Vote.UP)


async def down(forum: Forum, post: int, voter: int) -> Outcome:
    return await forum.votes.cast(GUILD, message_of(post), voter, Vote.DOWN)


async def accept(forum: Forum, answer_id: int, by: int = ADA) -> None:
    await forum.acceptance.accept(GUILD, answer_id, by, is_moderator=False)


async def see(forum: Forum, post: int, guild: int = GUILD) -> PostView:
    """The post as its card shows it."""
    view = await forum.cards.view(guild, post)
    assert view is not None
    return view


async def score(forum: Forum, post: int) -> tuple[int, int]:
    """The post's (ups, downs)."""
    view = await see(forum, post)
    return view.ups, view.downs


async def points(forum: Forum, member: int) -> int:
    return (await forum.members.profile(GUILD, member, "")).points


async def assert_recount_agrees(forum: Forum) -> None:
    assert (await forum.recount.guild(GUILD)).none


async def sql(database: Database, statement: str, **values: object) -> list[tuple[object, ...]]:
    """Look at, or damage, what is stored."""
    async with database.write() as tx:
        result = await tx.execute(text(statement), values)
        return [tuple(row) for row in result] if result.returns_rows else []
