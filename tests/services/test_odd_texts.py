"""Signs that PostgreSQL refuses, or UTF-8 cannot write: the rest of a text is kept."""

from collections.abc import Iterable
from typing import Any

import pytest

from bot.domain.drafts import TAG_LIMIT
from bot.domain.errors import NotFound
from bot.domain.posts import Kind, State
from bot.domain.reputation import Cause
from bot.domain.votes import Refusal as Reason
from bot.services.edits import NewText
from bot.services.forum import Forum
from bot.services.people import Asker
from db.engine import Database
from db.models import Entry, Post, PostTag, Refusal
from tests.world import ADA, BEN, GUILD, answer, ask, comment, message, person, see, sql, up

ODD = "one\x00two \ud83dthree\udc00 😀"
KEPT = "onetwo three 😀"
BEYOND = 2**63


@pytest.mark.parametrize("kind", Kind)
async def test_the_rest_of_a_post_is_kept(forum: Forum, kind: Kind) -> None:
    question = await ask(forum, body=ODD)
    posts = {Kind.QUESTION: question}
    posts[Kind.ANSWER] = await answer(forum, question, body=ODD)
    posts[Kind.COMMENT] = await comment(forum, question, body=ODD)
    assert (await see(forum, posts[kind])).body == KEPT


async def test_the_rest_of_an_edit_is_kept(forum: Forum) -> None:
    question = await ask(forum)
    place = await forum.questions.find(GUILD, question)
    new = NewText(ODD, f"What is {ODD}?")
    await forum.edits.apply(person(ADA), question, place.revision, new, is_moderator=False)
    view = await see(forum, question)
    assert view.body == KEPT
    assert view.title == f"What is {KEPT}?"


async def test_the_rest_of_a_name_is_kept(forum: Forum, database: Database) -> None:
    question = await ask(forum)
    await forum.comments.record(Asker(GUILD, BEN, ODD), message(question))
    assert await sql(database, f"SELECT name FROM members WHERE user_id = {BEN}") == [(KEPT,)]


async def test_a_draft_is_kept_as_it_was_typed(forum: Forum) -> None:
    draft = await forum.drafts.keep(GUILD, ADA, "ask", {"title": ODD, "body": ODD})
    found = await forum.drafts.find(GUILD, ADA, draft)
    assert found.fields == {"title": ODD, "body": ODD}


async def test_the_greatest_id_that_discord_can_give_is_kept(forum: Forum) -> None:
    question = await ask(forum)
    await up(forum, question, BEYOND - 1)
    explained = await forum.votes.explain(GUILD, question, BEYOND - 1)
    assert explained is not None
    assert explained.vote is not None
    with pytest.raises(NotFound):
        await forum.questions.find(GUILD, BEYOND - 1)


@pytest.mark.parametrize(
    ("column", "names"),
    [
        (Post.kind, Kind),
        (Post.state, State),
        (Entry.cause, Cause),
        (Refusal.reason, Reason),
        (PostTag.tag, ["t" * TAG_LIMIT]),
        (Post.origin, [f"message:{BEYOND}", f"answer:{BEYOND}"]),
    ],
)
def test_every_name_of_ours_fits_its_column(column: Any, names: Iterable[str]) -> None:
    assert max(len(name) for name in names) <= column.type.length
