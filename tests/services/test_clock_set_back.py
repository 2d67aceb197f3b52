"""The machine's clock is set back: nothing is lost, nothing is counted twice."""

from datetime import timedelta

import pytest

from bot.domain.errors import Repeated
from bot.domain.votes import Refusal, Vote
from bot.services.forum import Forum
from bot.services.votes import Counted, Refused
from tests.world import (
    ADA,
    BEN,
    CID,
    GUILD,
    Clock,
    accept,
    answer,
    ask,
    assert_recount_agrees,
    message_of,
    points,
    score,
    up,
)

CROWD = range(500, 530)
STEPS = [timedelta(seconds=1), timedelta(hours=5), timedelta(days=40)]


@pytest.fixture(params=STEPS, ids=str)
def back(request: pytest.FixtureRequest) -> float:
    """By how many seconds the clock is set back."""
    step: timedelta = request.param
    return step.total_seconds()


async def test_votes_before_and_after_count_once_each(
    forum: Forum, clock: Clock, back: float
) -> None:
    post = await answer(forum, await ask(forum, ADA), BEN)
    for voter in CROWD:
        await up(forum, post, voter)
    clock.pass_by(seconds=-back)

    assert await up(forum, post, CROWD[0]) == Counted(post)
    await forum.votes.retract(GUILD, message_of(post), CROWD[1], Vote.UP)
    await forum.votes.cast(GUILD, message_of(post), CROWD[2], Vote.DOWN)
    await up(forum, post, CID)

    assert await score(forum, post) == (29, 1)
    await assert_recount_agrees(forum)


async def test_a_day_that_comes_twice_has_one_cap(forum: Forum, clock: Clock) -> None:
    settings = await forum.settings.change(GUILD, points="stackoverflow")
    posts = [await answer(forum, await ask(forum, ADA), BEN) for _ in range(2)]
    before = await points(forum, BEN)
    clock.now = clock.now.replace(hour=15)
    for voter in CROWD:
        await up(forum, posts[0], voter)
    capped = await points(forum, BEN) - before
    clock.pass_by(days=1)
    clock.pass_by(days=-1, hours=-5)
    for voter in CROWD:
        await up(forum, posts[1], voter)

    assert await points(forum, BEN) - before == capped
    assert capped == settings.rules.daily_cap
    await assert_recount_agrees(forum)


async def test_a_draft_kept_afterwards_is_the_newest_and_none_is_swept(
    forum: Forum, clock: Clock, back: float
) -> None:
    first = await forum.drafts.keep(GUILD, ADA, "question", {"title": "First"})
    clock.pass_by(seconds=-back)
    second = await forum.drafts.keep(GUILD, ADA, "question", {"title": "Second"})
    await forum.drafts.sweep()

    assert (await forum.drafts.find(GUILD, ADA)).id == second
    assert (await forum.drafts.find(GUILD, ADA, first)).fields == {"title": "First"}


async def test_a_suspension_lasts_until_its_moment_comes_again(
    forum: Forum, clock: Clock, back: float
) -> None:
    post = await answer(forum, await ask(forum, ADA), BEN)
    await forum.members.suspend(GUILD, CID, clock.now + timedelta(hours=1))
    clock.pass_by(seconds=-back)
    assert await up(forum, post, CID) == Refused(post, Refusal.SUSPENDED)
    clock.pass_by(seconds=back + 3601)
    assert await up(forum, post, CID) == Counted(post)


async def test_words_posted_before_are_still_a_repeat(
    forum: Forum, clock: Clock, back: float
) -> None:
    await ask(forum, ADA, title="Why does my radio only hum?", body="It hums all day.")
    clock.pass_by(seconds=-back)
    with pytest.raises(Repeated):
        await ask(forum, ADA, title="Why does my radio only hum?", body="It hums all day.")


async def test_a_choice_made_afterwards_is_the_one_that_counts(
    forum: Forum, clock: Clock, back: float
) -> None:
    question = await ask(forum, ADA)
    first, second = await answer(forum, question, BEN), await answer(forum, question, CID)
    await accept(forum, first)
    clock.pass_by(seconds=-back)
    await accept(forum, second)

    assert (await forum.questions.find(GUILD, question)).accepted_id == second
    await assert_recount_agrees(forum)


async def test_until_when_all_is_known_goes_back_with_it(
    forum: Forum, clock: Clock, back: float
) -> None:
    await forum.settings.register(GUILD, "One")
    await forum.repairs.seen([GUILD])
    clock.pass_by(seconds=-back)
    await forum.repairs.seen([GUILD])
    assert await forum.repairs.seen_at(GUILD) == clock.now
