"""A voter with both arrows: the bot was away, or dead before it could take the old one off."""

import asyncio

from bot.domain.votes import Vote
from bot.services.forum import Forum
from bot.services.votes import Counted, Matched
from tests.world import BEN, GUILD, answer, ask, down, message_of, score, up

BOTH = {Vote.UP, Vote.DOWN}


async def match(forum: Forum, post: int, arrows: set[Vote]) -> Matched:
    return await forum.votes.match(GUILD, message_of(post), {BEN: arrows})


async def test_the_arrow_that_was_not_known_yet_counts(forum: Forum) -> None:
    question = await ask(forum)
    await up(forum, question, BEN)
    assert await match(forum, question, BOTH) == Matched(added=1, surplus=((BEN, Vote.UP),))
    assert await score(forum, question) == (0, 1)


async def test_of_two_unknown_arrows_one_counts_and_goes_on_to_count(forum: Forum) -> None:
    question = await ask(forum)
    assert (await match(forum, question, BOTH)).added == 1
    assert await match(forum, question, BOTH) == Matched(surplus=((BEN, Vote.DOWN),))
    assert await score(forum, question) == (1, 0)


async def test_an_arrow_that_was_replaced_and_still_shows_does_not_turn_the_vote_back(
    forum: Forum,
) -> None:
    question = await ask(forum)
    await up(forum, question, BEN)
    assert await down(forum, question, BEN) == Counted(question, Vote.UP)
    for _ in range(2):
        assert await match(forum, question, BOTH) == Matched(surplus=((BEN, Vote.UP),))
    assert await score(forum, question) == (0, 1)


async def test_an_arrow_taken_off_and_put_on_again_counts_anew(forum: Forum) -> None:
    question, other = await ask(forum), await ask(forum)
    for post in (question, other):
        await up(forum, post, BEN)
        await down(forum, post, BEN)
    await forum.votes.retract(GUILD, message_of(question), BEN, Vote.UP)
    await match(forum, other, {Vote.DOWN})
    for post in (question, other):
        await match(forum, post, BOTH)
        assert await score(forum, post) == (1, 0)


async def test_a_vote_turned_and_turned_back_at_once_waits_for_the_other_arrow(
    forum: Forum,
) -> None:
    reply = await answer(forum, await ask(forum))
    voter = 99
    await up(forum, reply, voter)
    await asyncio.gather(down(forum, reply, voter), up(forum, reply, voter))
    shown = {voter: BOTH}
    matched = await forum.votes.match(GUILD, message_of(reply), shown)
    assert matched == Matched(surplus=((voter, Vote.DOWN),))
    assert await score(forum, reply) == (1, 0)
