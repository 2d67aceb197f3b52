from datetime import timedelta

import pytest

from bot.domain.drafts import parse_answer
from bot.domain.errors import NotAllowed, NotFound, Repeated
from bot.domain.posts import Kind, Stage, State
from bot.domain.votes import Vote
from bot.services.answers import Message
from bot.services.forum import Forum
from tests.world import (
    ADA,
    BEN,
    CID,
    GUILD,
    OTHER_GUILD,
    START,
    Clock,
    answer,
    ask,
    assert_recount_agrees,
    comment,
    message,
    message_of,
    person,
    points,
    see,
    up,
)

WORDS = "Bees look at the sun."


async def test_an_answer_shows_under_its_question(forum: Forum) -> None:
    question = await ask(forum)
    reply = await answer(forum, question, BEN, body=WORDS)
    view = await see(forum, question)
    assert [(line.id, line.author, line.excerpt) for line in view.answers] == [
        (reply, "Ben", WORDS)
    ]
    assert (view.stage, view.answer_count) == (Stage.ANSWERED, 1)
    assert (await see(forum, reply)).question_title == view.title


async def test_an_answer_earns_points_and_has_its_question_drawn_again(forum: Forum) -> None:
    question = await ask(forum)
    before = (await see(forum, question)).version
    await answer(forum, question, BEN)
    assert await points(forum, BEN) == 140
    assert (await see(forum, question)).version > before


async def test_the_same_interaction_twice_is_one_answer(forum: Forum) -> None:
    question = await ask(forum)
    draft = parse_answer(await forum.settings.of(GUILD), body=WORDS)
    first = await forum.answers.answer(person(BEN), question, draft, "i:1")
    assert await forum.answers.answer(person(BEN), question, draft, "i:1") == first
    place = await forum.answers.opened(GUILD, first, 9, [])
    assert place is not None
    assert place.id == question
    assert await forum.answers.answer(person(BEN), question, draft, "i:1") == first
    assert (await see(forum, question)).answer_count == 1


async def test_a_word_for_word_repeat_is_refused_and_says_where_the_first_is(
    forum: Forum,
) -> None:
    question = await ask(forum)
    first = await answer(forum, question, BEN, body=WORDS)
    with pytest.raises(Repeated) as refused:
        await answer(forum, question, CID, body="bees LOOK at the sun")
    assert refused.value.post_id == first


async def test_two_questions_may_have_the_same_answer(forum: Forum) -> None:
    await answer(forum, await ask(forum), body=WORDS)
    await answer(forum, await ask(forum), body=WORDS)


async def test_a_member_may_answer_twice_unless_the_server_says_otherwise(forum: Forum) -> None:
    question = await ask(forum)
    await answer(forum, question, BEN)
    await answer(forum, question, BEN)
    await forum.settings.change(GUILD, several_answers=False)
    with pytest.raises(NotAllowed, match="answered this already"):
        await answer(forum, question, BEN)
    with pytest.raises(NotAllowed, match="answered this already"):
        await forum.answers.check(GUILD, question, BEN)
    await answer(forum, question, CID)


async def test_one_who_may_answer_is_told_which_question(forum: Forum) -> None:
    question = await ask(forum)
    assert (await forum.answers.check(GUILD, question, BEN)).id == question


async def test_after_deleting_their_answer_a_member_may_answer_again(forum: Forum) -> None:
    await forum.settings.change(GUILD, several_answers=False)
    question = await ask(forum)
    first = await answer(forum, question, BEN)
    await forum.removal.delete(GUILD, first, BEN, is_moderator=False)
    await answer(forum, question, BEN)


async def test_nothing_but_an_open_question_of_this_server_can_be_answered(forum: Forum) -> None:
    question = await ask(forum)
    reply = await answer(forum, question)
    for wrong in (reply, 999):
        with pytest.raises(NotFound):
            await answer(forum, wrong)
    with pytest.raises(NotFound):
        await answer(forum, question, guild=OTHER_GUILD)
    await forum.questions.lock(GUILD, message_of(question), closed=True)
    with pytest.raises(NotAllowed, match="closed"):
        await answer(forum, question)


async def test_an_answer_to_a_deleted_question_is_refused(forum: Forum) -> None:
    question = await ask(forum, ADA)
    await forum.removal.delete(GUILD, question, ADA, is_moderator=False)
    with pytest.raises(NotFound):
        await answer(forum, question)


async def test_a_promoted_message_keeps_its_author_and_its_time(forum: Forum, clock: Clock) -> None:
    question = await ask(forum)
    said = message(question, WORDS)
    clock.pass_by(hours=5)
    reply = await forum.answers.promote(person(CID), said)
    await forum.answers.opened(GUILD, reply, 9, [])
    view = await see(forum, reply)
    assert (view.kind, view.author.user_id, view.created_at) == (Kind.ANSWER, CID, START)
    assert (view.body, view.source_id, view.message_id) == (WORDS, said.id, 9)
    assert await points(forum, CID) == 140


async def test_a_message_is_promoted_only_once(forum: Forum) -> None:
    question = await ask(forum)
    said = message(question)
    reply = await forum.answers.promote(person(CID), said)
    with pytest.raises(Repeated) as refused:
        await forum.answers.promote(person(CID), said)
    assert refused.value.post_id == reply
    await forum.answers.opened(GUILD, reply, 9, [])
    with pytest.raises(Repeated):
        await forum.answers.promote(person(CID), said)
    assert (await see(forum, question)).answer_count == 1


async def test_a_promoted_comment_is_a_comment_no_more(forum: Forum) -> None:
    question = await ask(forum)
    said = message(question)
    assert await forum.comments.record(person(CID), said) is not None
    reply = await forum.answers.promote(person(CID), said)
    await forum.answers.opened(GUILD, reply, 9, [])
    assert await forum.comments.under(GUILD, question) == []
    assert await forum.comments.record(person(CID), said) is None


async def test_a_promoted_comment_takes_its_points_from_votes_along(forum: Forum) -> None:
    await forum.settings.change(GUILD, comment_votes=True, point_rules={"comment_up": 5})
    question = await ask(forum)
    said = message(question)
    remark = await forum.comments.record(person(CID), said)
    assert remark is not None
    await forum.votes.match(GUILD, said.id, {BEN: {Vote.UP}})
    assert await points(forum, CID) == 105
    await forum.answers.promote(person(CID), said)
    assert await points(forum, CID) == 100
    await assert_recount_agrees(forum)


async def test_only_text_in_a_questions_thread_can_be_promoted(forum: Forum) -> None:
    question = await ask(forum)
    elsewhere = Message(9, 5, WORDS, START)
    silent = Message(9, message_of(question), "  ", START)
    for wrong in (elsewhere, silent):
        with pytest.raises(NotFound):
            await forum.answers.promote(person(CID), wrong)
    await forum.questions.lock(GUILD, message_of(question), closed=True)
    with pytest.raises(NotAllowed):
        await forum.answers.promote(person(CID), message(question))


async def test_an_answer_that_nobody_stored_cannot_open(forum: Forum) -> None:
    assert await forum.answers.opened(GUILD, 999, 9, []) is None


async def test_an_answer_deleted_while_it_was_being_shown_stays_deleted(forum: Forum) -> None:
    question = await ask(forum)
    reply = await forum.answers.promote(person(CID), message(question))
    await forum.removal.delete(GUILD, reply, CID, is_moderator=False)
    assert await forum.answers.opened(GUILD, reply, 9, []) is None
    assert (await see(forum, reply)).state is State.DELETED
    assert await points(forum, CID) == 100


async def test_answers_stand_by_votes_then_by_age(forum: Forum, clock: Clock) -> None:
    question = await ask(forum)
    first = await answer(forum, question, BEN)
    clock.pass_by(minutes=1)
    second = await answer(forum, question, CID)
    await up(forum, second, BEN)
    assert [line.id for line in (await see(forum, question)).answers] == [second, first]


async def test_an_answer_makes_its_question_active(forum: Forum, clock: Clock) -> None:
    question = await ask(forum)
    later = clock.now + timedelta(hours=1)
    place = await forum.questions.find(GUILD, question)
    assert await forum.repairs.active(place.forum_id, later) == []
    clock.now = later
    await answer(forum, question)
    assert [item.id for item in await forum.repairs.active(place.forum_id, later)] == [question]


async def test_a_remark_on_an_answer_is_no_answer(forum: Forum) -> None:
    question = await ask(forum)
    reply = await answer(forum, question)
    await comment(forum, question, reply_to=message_of(reply))
    assert (await see(forum, question)).answer_count == 1


async def test_a_stranger_cannot_turn_somebody_elses_comment_into_an_answer(forum: Forum) -> None:
    question = await ask(forum, ADA)
    said = message(question)
    with pytest.raises(NotAllowed, match="the asker or a moderator"):
        await forum.answers.promote(person(CID), said, BEN)
    await forum.answers.promote(person(CID), said, ADA)
    other = message(question)
    await forum.answers.promote(person(CID), other, BEN, is_moderator=True)


async def test_a_promoted_message_that_cannot_be_shown_is_a_comment_again(forum: Forum) -> None:
    question = await ask(forum, ADA)
    said = message(question)
    await forum.comments.record(person(CID), said)
    reply = await forum.answers.promote(person(CID), said)
    await forum.questions.abandon(reply)
    place = await forum.questions.at_message(GUILD, said.id)
    assert place is not None
    assert (place.kind, place.state) == (Kind.COMMENT, State.OPEN)
    assert await forum.answers.promote(person(CID), said) == reply
