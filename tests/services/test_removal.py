import pytest

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.posts import State
from bot.services.forum import Forum
from db.engine import Database
from tests.world import (
    ADA,
    BEN,
    CID,
    DEE,
    GUILD,
    OTHER_GUILD,
    accept,
    answer,
    ask,
    assert_recount_agrees,
    comment,
    down,
    message,
    message_of,
    person,
    points,
    see,
    sql,
    up,
)


async def delete(forum: Forum, post: int, by: int, *, is_moderator: bool = False) -> None:
    await forum.removal.delete(GUILD, post, by, is_moderator=is_moderator)


async def everybodys_points(forum: Forum) -> list[int]:
    return [await points(forum, member) for member in (ADA, BEN, CID, DEE)]


async def test_a_deleted_answers_points_go_back_for_its_author_and_its_voters(
    forum: Forum,
) -> None:
    question = await ask(forum, ADA)
    before = await everybodys_points(forum)
    reply = await answer(forum, question, BEN)
    await up(forum, reply, CID)
    await down(forum, reply, DEE)
    await delete(forum, reply, BEN)
    assert await everybodys_points(forum) == before
    assert (await see(forum, question)).answers == ()
    await assert_recount_agrees(forum)


async def test_a_deleted_question_takes_everything_under_it_along(forum: Forum) -> None:
    question = await ask(forum, ADA)
    reply = await answer(forum, question, BEN)
    await comment(forum, question, CID, reply_to=message_of(reply))
    await up(forum, question, DEE)
    await up(forum, reply, DEE)
    await accept(forum, reply)
    await delete(forum, question, CID, is_moderator=True)
    assert await everybodys_points(forum) == [100] * 4
    assert (await see(forum, reply)).state is State.DELETED
    assert await forum.comments.under(GUILD, question) == []
    assert await forum.search.similar(GUILD, "matter number work", 5) == []
    await assert_recount_agrees(forum)


async def test_an_answers_comments_go_with_it_and_others_stay(forum: Forum) -> None:
    question = await ask(forum, ADA)
    reply = await answer(forum, question, BEN)
    await comment(forum, question, CID, reply_to=message_of(reply))
    stays = await comment(forum, question, CID)
    await delete(forum, reply, BEN)
    assert [place.id for place in await forum.comments.under(GUILD, question)] == [stays]


async def test_a_deleted_post_is_drawn_again_and_so_is_its_question(forum: Forum) -> None:
    question = await ask(forum, ADA)
    reply = await answer(forum, question, BEN)
    for post in (question, reply):
        await forum.cards.drawn(post, (await see(forum, post)).version)
    await delete(forum, reply, BEN)
    assert await forum.cards.stale() == [(GUILD, question), (GUILD, reply)]


async def test_deleting_twice_says_that_it_is_gone(forum: Forum) -> None:
    question = await ask(forum, ADA)
    await delete(forum, question, ADA)
    with pytest.raises(NotFound):
        await delete(forum, question, ADA)


async def test_only_the_author_or_a_moderator_may_delete(forum: Forum) -> None:
    question = await ask(forum, ADA)
    with pytest.raises(NotAllowed):
        await delete(forum, question, BEN)
    with pytest.raises(NotFound):
        await forum.removal.delete(OTHER_GUILD, question, ADA, is_moderator=True)
    await delete(forum, question, BEN, is_moderator=True)


async def test_an_asker_may_delete_while_nobody_has_helped(forum: Forum) -> None:
    question = await ask(forum, ADA)
    reply = await answer(forum, question, BEN)
    await down(forum, reply, CID)
    await delete(forum, question, ADA)


async def test_an_asker_may_not_delete_an_accepted_answer_with_the_question(forum: Forum) -> None:
    question = await ask(forum, ADA)
    await accept(forum, await answer(forum, question, BEN))
    with pytest.raises(NotAllowed, match="helped"):
        await delete(forum, question, ADA)


async def test_an_asker_may_not_delete_a_liked_answer_with_the_question(forum: Forum) -> None:
    question = await ask(forum, ADA)
    await up(forum, await answer(forum, question, BEN), CID)
    with pytest.raises(NotAllowed, match="helped"):
        await delete(forum, question, ADA)


async def test_an_asker_may_not_delete_several_answers_with_the_question(forum: Forum) -> None:
    question = await ask(forum, ADA)
    await answer(forum, question, BEN)
    await answer(forum, question, CID)
    with pytest.raises(NotAllowed, match="helped"):
        await delete(forum, question, ADA)
    await delete(forum, question, DEE, is_moderator=True)


async def test_a_message_that_vanished_takes_its_post_along(forum: Forum) -> None:
    question = await ask(forum, ADA)
    reply = await answer(forum, question, BEN)
    gone = await forum.removal.vanished(GUILD, message_of(reply))
    assert gone is not None
    assert gone.id == reply
    assert await points(forum, BEN) == 100
    assert await forum.removal.vanished(GUILD, message_of(reply)) is None


async def test_a_vanished_comment_is_gone(forum: Forum) -> None:
    question = await ask(forum)
    said = message(question)
    await forum.comments.record(person(CID), said)
    assert await forum.removal.vanished(GUILD, said.id) is not None
    assert await forum.comments.under(GUILD, question) == []


async def test_the_message_that_a_promoted_answer_was_made_from_takes_it_along(
    forum: Forum,
) -> None:
    question = await ask(forum)
    said = message(question)
    reply = await forum.answers.promote(person(CID), said)
    await forum.answers.opened(GUILD, reply, 9, [])
    assert await forum.removal.vanished(GUILD, said.id) is not None
    assert (await see(forum, reply)).state is State.DELETED


async def test_a_vanished_page_deletes_nothing_but_has_the_card_drawn_again(forum: Forum) -> None:
    question = await ask(forum)
    await forum.questions.opened(GUILD, question, message_of(question), message_of(question), [9])
    await forum.cards.drawn(question, (await see(forum, question)).version)
    assert await forum.removal.vanished(GUILD, 9) is None
    assert (await see(forum, question)).state is State.OPEN
    assert await forum.cards.stale() == [(GUILD, question)]


async def test_an_unknown_message_may_vanish_unnoticed(forum: Forum) -> None:
    question = await ask(forum)
    assert await forum.removal.vanished(GUILD, 42) is None
    assert await forum.removal.vanished(OTHER_GUILD, message_of(question)) is None
    assert (await see(forum, question)).state is State.OPEN


async def test_a_thread_that_vanished_takes_its_question_along(forum: Forum) -> None:
    question = await ask(forum, ADA)
    await answer(forum, question, BEN)
    assert await forum.removal.thread_vanished(OTHER_GUILD, message_of(question)) is None
    gone = await forum.removal.thread_vanished(GUILD, message_of(question))
    assert gone is not None
    assert gone.id == question
    assert await forum.removal.thread_vanished(GUILD, message_of(question)) is None
    assert await everybodys_points(forum) == [100] * 4


async def test_what_was_deleted_stays_in_the_database(forum: Forum, database: Database) -> None:
    question = await ask(forum, ADA, body="Worth keeping")
    await delete(forum, question, ADA)
    assert await sql(database, "SELECT body FROM posts") == [("Worth keeping",)]
    assert await sql(database, "SELECT body FROM revisions") == [("Worth keeping",)]


async def test_taking_back_a_vote_on_a_deleted_post_is_harmless(forum: Forum) -> None:
    question = await ask(forum, ADA)
    await up(forum, question, BEN)
    await delete(forum, question, ADA)
    await forum.votes.match(GUILD, message_of(question), {})
    assert await everybodys_points(forum) == [100] * 4
    await assert_recount_agrees(forum)
