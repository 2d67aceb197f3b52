import pytest

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.posts import Stage
from bot.services.acceptance import Accepted, TakenBack
from bot.services.forum import Forum
from tests.world import (
    ADA,
    BEN,
    CID,
    GUILD,
    OTHER_GUILD,
    answer,
    ask,
    assert_recount_agrees,
    points,
    see,
)


async def toggle(
    forum: Forum, answer_id: int, by: int = ADA, *, is_moderator: bool = False
) -> Accepted | TakenBack:
    return await forum.acceptance.toggle(GUILD, answer_id, by, is_moderator=is_moderator)


async def test_accepting_solves_the_question_and_pays_both(forum: Forum) -> None:
    question = await ask(forum, ADA)
    reply = await answer(forum, question, BEN)
    assert await toggle(forum, reply) == Accepted(question, reply)
    view = await see(forum, question)
    assert (view.stage, view.answers[0].accepted) == (Stage.SOLVED, True)
    assert (await see(forum, reply)).accepted
    assert await points(forum, ADA) == 100 + 20 + 30
    assert await points(forum, BEN) == 100 + 40 + 300


async def test_taking_it_back_takes_exactly_those_points_back(forum: Forum) -> None:
    question = await ask(forum, ADA)
    reply = await answer(forum, question, BEN)
    await toggle(forum, reply)
    assert await toggle(forum, reply) == TakenBack(question, reply)
    assert (await see(forum, question)).stage is Stage.ANSWERED
    assert (await points(forum, ADA), await points(forum, BEN)) == (120, 140)


async def test_there_is_one_accepted_answer_and_it_can_change(forum: Forum) -> None:
    question = await ask(forum, ADA)
    first, second = await answer(forum, question, BEN), await answer(forum, question, CID)
    await toggle(forum, first)
    drawn = [(await see(forum, post)).version for post in (question, first, second)]
    assert await toggle(forum, second) == Accepted(question, second, instead_of=first)
    now = [(await see(forum, post)).version for post in (question, first, second)]
    assert all(new > old for old, new in zip(drawn, now, strict=True))
    assert [line.accepted for line in (await see(forum, question)).answers] == [True, False]
    assert (await points(forum, BEN), await points(forum, CID)) == (140, 440)
    assert await points(forum, ADA) == 150


async def test_accepting_twice_by_name_changes_nothing(forum: Forum) -> None:
    question = await ask(forum, ADA)
    reply = await answer(forum, question)
    for _ in range(2):
        done = await forum.acceptance.accept(GUILD, reply, ADA, is_moderator=False)
        assert done == Accepted(question, reply)
    before = await see(forum, question)
    await forum.acceptance.accept(GUILD, reply, ADA, is_moderator=False)
    assert await see(forum, question) == before


async def test_taking_back_what_is_not_accepted_leaves_the_accepted_one(forum: Forum) -> None:
    question = await ask(forum, ADA)
    first, second = await answer(forum, question, BEN), await answer(forum, question, CID)
    await toggle(forum, first)
    await forum.acceptance.take_back(GUILD, second, ADA, is_moderator=False)
    assert (await see(forum, first)).accepted
    await forum.acceptance.take_back(GUILD, first, ADA, is_moderator=False)
    assert not (await see(forum, first)).accepted


async def test_a_moderator_may_accept_and_the_asker_is_paid(forum: Forum) -> None:
    question = await ask(forum, ADA)
    reply = await answer(forum, question, BEN)
    await toggle(forum, reply, CID, is_moderator=True)
    assert await points(forum, ADA) == 150
    assert await points(forum, CID) == 100


@pytest.mark.parametrize("stranger", [BEN, CID])
async def test_neither_a_stranger_nor_the_answerer_may_accept(forum: Forum, stranger: int) -> None:
    question = await ask(forum, ADA)
    reply = await answer(forum, question, BEN)
    with pytest.raises(NotAllowed, match="Only the asker"):
        await toggle(forum, reply, stranger)
    assert (await see(forum, question)).stage is Stage.ANSWERED


async def test_ones_own_answer_can_be_accepted_but_pays_only_for_accepting(forum: Forum) -> None:
    question = await ask(forum, ADA)
    own = await answer(forum, question, ADA)
    await toggle(forum, own)
    assert await points(forum, ADA) == 100 + 20 + 40 + 30


async def test_ones_own_answer_pays_nothing_for_being_accepted_on_stack_overflow(
    forum: Forum,
) -> None:
    await forum.settings.change(GUILD, points="stackoverflow")
    question = await ask(forum, ADA)
    await toggle(forum, await answer(forum, question, ADA))
    assert await points(forum, ADA) == 1
    await toggle(forum, await answer(forum, question, BEN))
    assert (await points(forum, ADA), await points(forum, BEN)) == (3, 16)


async def test_an_anonymous_asker_and_answerer_earn_nothing(forum: Forum) -> None:
    question = await ask(forum, ADA, display_name="A friend")
    await toggle(forum, await answer(forum, question, BEN, display_name="Another"))
    assert (await points(forum, ADA), await points(forum, BEN)) == (100, 100)


async def test_only_an_answer_of_this_server_can_be_accepted(forum: Forum) -> None:
    question = await ask(forum, ADA)
    reply = await answer(forum, question)
    with pytest.raises(NotFound, match="no answer"):
        await toggle(forum, question)
    with pytest.raises(NotFound):
        await forum.acceptance.toggle(OTHER_GUILD, reply, ADA, is_moderator=True)


async def test_a_deleted_answer_cannot_be_accepted(forum: Forum) -> None:
    question = await ask(forum, ADA)
    reply = await answer(forum, question, BEN)
    await forum.removal.delete(GUILD, reply, BEN, is_moderator=False)
    with pytest.raises(NotFound):
        await toggle(forum, reply)


async def test_deleting_the_accepted_answer_takes_all_its_points_back(forum: Forum) -> None:
    question = await ask(forum, ADA)
    reply = await answer(forum, question, BEN)
    await toggle(forum, reply)
    await forum.removal.delete(GUILD, reply, BEN, is_moderator=False)
    assert (await see(forum, question)).stage is Stage.UNANSWERED
    assert (await points(forum, ADA), await points(forum, BEN)) == (120, 100)
    await assert_recount_agrees(forum)
