from datetime import timedelta

import pytest

from bot.domain.reputation import Cause
from bot.services.forum import Forum
from bot.services.people import Asker
from db.queries.members import Counts
from tests.world import (
    ADA,
    BEN,
    CID,
    DEE,
    GUILD,
    OTHER_GUILD,
    Clock,
    accept,
    answer,
    ask,
    assert_recount_agrees,
    comment,
    down,
    message,
    person,
    points,
    see,
    up,
)

NOTHING = Counts(0, 0, 0, 0, 0, 0, 0)


async def rank(forum: Forum, member: int) -> int:
    return (await forum.members.profile(GUILD, member, "")).rank


async def test_one_who_never_took_part_has_the_starting_points(forum: Forum) -> None:
    profile = await forum.members.profile(GUILD, BEN, "Ben")
    assert (profile.name, profile.points, profile.counts) == ("Ben", 100, NOTHING)
    assert profile.rank == 1


async def test_a_profile_counts_what_a_member_has_done_and_received(forum: Forum) -> None:
    question = await ask(forum, ADA)
    reply = await answer(forum, question, BEN)
    await answer(forum, question, BEN)
    await comment(forum, question, BEN)
    await accept(forum, reply)
    await up(forum, reply, CID)
    await up(forum, reply, ADA)
    await down(forum, reply, DEE)
    await up(forum, question, BEN)
    counts = (await forum.members.profile(GUILD, BEN, "Ben")).counts
    assert counts == Counts(
        questions=0,
        answers=2,
        accepted=1,
        comments=1,
        votes_given=1,
        ups_received=2,
        downs_received=1,
    )


async def test_deleted_and_anonymous_posts_are_left_out_of_a_profile(forum: Forum) -> None:
    gone = await ask(forum, ADA)
    await forum.removal.delete(GUILD, gone, ADA, is_moderator=False)
    hidden = await ask(forum, ADA, display_name="A friend")
    await up(forum, hidden, BEN)
    assert (await forum.members.profile(GUILD, ADA, "Ada")).counts == NOTHING


async def test_nothing_on_one_server_shows_on_another(forum: Forum) -> None:
    await up(forum, await ask(forum, ADA), BEN)
    for member in (ADA, BEN):
        assert (await forum.members.profile(OTHER_GUILD, member, "")).counts == NOTHING


async def test_only_the_member_sees_where_points_come_from(forum: Forum, clock: Clock) -> None:
    question = await ask(forum, ADA)
    clock.pass_by(minutes=1)
    await up(forum, question, BEN)
    await down(forum, question, CID)
    own = await forum.members.profile(GUILD, ADA, "Ada", own=True)
    assert [(line.cause, line.amount) for line in own.latest] == [
        (Cause.VOTES, -10),
        (Cause.VOTES, 10),
        (Cause.ASKED, 20),
    ]
    assert (await forum.members.profile(GUILD, ADA, "Ada")).latest == ()


async def test_equal_points_share_a_rank_and_the_next_one_is_left_out(forum: Forum) -> None:
    question = await ask(forum, ADA)
    await answer(forum, question, BEN)
    await answer(forum, question, CID)
    await ask(forum, DEE)
    assert [await rank(forum, member) for member in (BEN, CID, ADA, DEE)] == [1, 1, 3, 3]
    assert await rank(forum, 999) == 5


async def test_members_whose_points_show_the_same_floor_rank_alike(forum: Forum) -> None:
    await forum.settings.change(GUILD, points="stackoverflow")
    first, second = await ask(forum, ADA), await ask(forum, BEN)
    await down(forum, first, CID)
    await down(forum, second, CID)
    await down(forum, second, DEE)
    assert (await points(forum, ADA), await points(forum, BEN)) == (1, 1)
    assert await rank(forum, ADA) == await rank(forum, BEN) == await rank(forum, CID) == 1


async def test_a_new_name_shows_on_old_posts(forum: Forum) -> None:
    question = await ask(forum, ADA)
    await forum.comments.record(Asker(GUILD, ADA, "Countess"), message(question))
    assert (await see(forum, question)).author.name == "Countess"


async def test_whoever_is_only_suspended_keeps_the_starting_points(
    forum: Forum, clock: Clock
) -> None:
    await forum.members.suspend(GUILD, BEN, clock.now + timedelta(days=1))
    assert await points(forum, BEN) == 100
    assert await rank(forum, BEN) == 1


@pytest.mark.parametrize("amount", [50, -30])
async def test_points_given_by_hand_add_up_and_stay(forum: Forum, amount: int) -> None:
    await forum.members.award(GUILD, BEN, amount)
    await forum.members.award(GUILD, BEN, amount)
    assert await points(forum, BEN) == 100 + 2 * amount
    await assert_recount_agrees(forum)
    await forum.settings.change(GUILD, points="stackoverflow")
    assert await points(forum, BEN) == max(1, 1 + 2 * amount)


async def test_new_points_have_a_members_lately_active_cards_drawn_again(
    forum: Forum, clock: Clock
) -> None:
    quiet = await ask(forum, ADA)
    clock.pass_by(days=2)
    lively = await ask(forum, ADA)
    before = [(await see(forum, post)).version for post in (quiet, lively)]
    await up(forum, await ask(forum, ADA), BEN)
    after = [(await see(forum, post)).version for post in (quiet, lively)]
    assert after[0] == before[0]
    assert after[1] > before[1]


async def test_an_asker_is_known_by_the_name_they_asked_under(forum: Forum) -> None:
    question = await ask(forum, 4711)
    assert (await see(forum, question)).author.name == person(4711).name
