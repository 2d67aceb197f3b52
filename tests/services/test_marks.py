"""The asker's ✅, remembered for as long as it shows."""

from bot.services.acceptance import Accepted
from bot.services.forum import Forum
from tests.world import ADA, BEN, CID, GUILD, answer, ask, assert_recount_agrees, message_of


async def accepted(forum: Forum, question: int) -> int | None:
    return (await forum.questions.find(GUILD, question)).accepted_id


async def test_the_askers_mark_selects_and_is_remembered(forum: Forum) -> None:
    question = await ask(forum)
    first = await answer(forum, question, BEN)
    second = await answer(forum, question, CID)
    await forum.acceptance.mark(GUILD, first, ADA, is_moderator=False)
    outcome = await forum.acceptance.mark(GUILD, second, ADA, is_moderator=False)
    assert outcome == Accepted(question, second, first)
    both = {message_of(first): first, message_of(second): second}
    assert await forum.acceptance.marked(question) == both


async def test_a_moderators_mark_selects_and_is_not_taken_for_the_askers(forum: Forum) -> None:
    question = await ask(forum)
    reply = await answer(forum, question)
    await forum.acceptance.mark(GUILD, reply, CID, is_moderator=True)
    assert await accepted(forum, question) == reply
    assert await forum.acceptance.marked(question) == {}
    await forum.acceptance.unmark(GUILD, reply, CID)
    assert await accepted(forum, question) == reply


async def test_taking_the_mark_off_the_selected_answer_selects_none(forum: Forum) -> None:
    question = await ask(forum)
    reply = await answer(forum, question)
    await forum.acceptance.mark(GUILD, reply, ADA, is_moderator=False)
    await forum.acceptance.unmark(GUILD, reply, ADA)
    assert await accepted(forum, question) is None
    assert await forum.acceptance.marked(question) == {}
    await assert_recount_agrees(forum)


async def test_taking_the_mark_off_another_answer_changes_no_selection(forum: Forum) -> None:
    question = await ask(forum)
    first = await answer(forum, question, BEN)
    second = await answer(forum, question, CID)
    await forum.acceptance.mark(GUILD, first, ADA, is_moderator=False)
    await forum.acceptance.accept(GUILD, second, ADA, is_moderator=False)
    await forum.acceptance.unmark(GUILD, first, ADA)
    assert await accepted(forum, question) == second
    assert await forum.acceptance.marked(question) == {}


async def test_who_asked_under_a_name_to_display_leaves_no_mark(forum: Forum) -> None:
    question = await ask(forum, display_name="A friend")
    reply = await answer(forum, question)
    await forum.acceptance.mark(GUILD, reply, ADA, is_moderator=False)
    assert await forum.acceptance.marked(question) == {}
    await forum.acceptance.unmark(GUILD, reply, ADA)
    assert await accepted(forum, question) == reply
