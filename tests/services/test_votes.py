import asyncio
from datetime import timedelta

import pytest

from bot.domain.votes import Refusal, Vote
from bot.services.forum import Forum
from bot.services.votes import Counted, Explanation, Matched, Refused
from db.engine import Database
from tests.world import (
    ADA,
    BEN,
    CID,
    DEE,
    EVE,
    GUILD,
    OTHER_GUILD,
    Clock,
    answer,
    ask,
    assert_recount_agrees,
    comment,
    down,
    message_of,
    points,
    score,
    see,
    sql,
    up,
)

CROWD = range(1000, 1064)
TOO_BIG = 2**70
"""SQLite takes no such number, so an act with it fails inside the transaction."""


async def take_back(forum: Forum, post: int, voter: int, vote: Vote) -> object:
    return await forum.votes.retract(GUILD, message_of(post), voter, vote)


async def test_a_vote_counts_and_pays_both_sides(forum: Forum) -> None:
    question = await ask(forum, ADA)
    asked = await points(forum, ADA)
    assert await up(forum, question, BEN) == Counted(question)
    assert await score(forum, question) == (1, 0)
    assert await points(forum, ADA) == asked + 10
    assert await points(forum, BEN) == 100 + 10


async def test_the_same_vote_again_changes_nothing(forum: Forum) -> None:
    question = await ask(forum)
    await up(forum, question, BEN)
    before = await see(forum, question)
    assert await up(forum, question, BEN) == Counted(question)
    assert await see(forum, question) == before


async def test_the_other_vote_takes_the_place_of_the_first(forum: Forum) -> None:
    question = await ask(forum)
    await up(forum, question, BEN)
    assert await down(forum, question, BEN) == Counted(question, replaced=Vote.UP)
    assert await score(forum, question) == (0, 1)


async def test_taking_a_vote_back_takes_back_exactly_its_points(forum: Forum) -> None:
    question = await ask(forum, ADA)
    before = await points(forum, ADA)
    await up(forum, question, BEN)
    assert await take_back(forum, question, BEN, Vote.UP) == Counted(question)
    assert await score(forum, question) == (0, 0)
    assert (await points(forum, ADA), await points(forum, BEN)) == (before, 100)


async def test_taking_off_a_replaced_arrow_leaves_the_vote_alone(forum: Forum) -> None:
    question = await ask(forum)
    await up(forum, question, BEN)
    await down(forum, question, BEN)
    assert await take_back(forum, question, BEN, Vote.UP) is None
    assert await score(forum, question) == (0, 1)


async def test_taking_back_what_was_never_given_changes_nothing(forum: Forum) -> None:
    question = await ask(forum)
    assert await take_back(forum, question, BEN, Vote.UP) is None


async def test_a_vote_on_ones_own_post_is_refused_and_told_once(forum: Forum) -> None:
    question = await ask(forum, ADA)
    assert await up(forum, question, ADA) == Refused(question, Refusal.OWN_POST, first=True)
    assert await up(forum, question, ADA) == Refused(question, Refusal.OWN_POST, first=False)
    assert await score(forum, question) == (0, 0)
    assert await points(forum, ADA) == 100 + 20


async def test_of_two_refused_at_the_same_moment_each_is_told_once(
    forum: Forum, clock: Clock
) -> None:
    question = await ask(forum, ADA)
    for member in (BEN, CID):
        await forum.members.suspend(GUILD, member, clock.now + timedelta(days=1))
    await up(forum, question, BEN)
    told = await asyncio.gather(
        up(forum, question, BEN),
        up(forum, question, CID),
        up(forum, question, CID),
    )
    assert [outcome.first for outcome in told if isinstance(outcome, Refused)] == [
        False,
        True,
        False,
    ]


async def test_a_suspended_member_votes_again_when_the_time_is_over(
    forum: Forum, clock: Clock
) -> None:
    question = await ask(forum)
    await forum.members.suspend(GUILD, BEN, clock.now + timedelta(hours=1))
    assert await up(forum, question, BEN) == Refused(question, Refusal.SUSPENDED)
    clock.pass_by(hours=1)
    assert await up(forum, question, BEN) == Counted(question)


async def test_a_suspension_can_be_lifted(forum: Forum, clock: Clock) -> None:
    question = await ask(forum)
    await forum.members.suspend(GUILD, BEN, clock.now + timedelta(hours=1))
    await forum.members.suspend(GUILD, BEN, None)
    assert await up(forum, question, BEN) == Counted(question)


async def test_a_suspended_member_may_still_take_a_vote_back(forum: Forum, clock: Clock) -> None:
    question = await ask(forum)
    await up(forum, question, BEN)
    await forum.members.suspend(GUILD, BEN, clock.now + timedelta(hours=1))
    assert await take_back(forum, question, BEN, Vote.UP) == Counted(question)


async def test_a_deleted_post_takes_no_votes(forum: Forum) -> None:
    question = await ask(forum, ADA)
    await forum.removal.delete(GUILD, question, ADA, is_moderator=False)
    assert await up(forum, question, BEN) == Refused(question, Refusal.GONE)


async def test_comments_take_votes_where_the_server_wants_them(forum: Forum) -> None:
    question = await ask(forum)
    remark = await comment(forum, question, CID)
    (row,) = await forum.comments.under(GUILD, question)
    assert row.message_id is not None
    refused = await forum.votes.cast(GUILD, row.message_id, BEN, Vote.UP)
    assert refused == Refused(remark, Refusal.COMMENT)
    await forum.settings.change(GUILD, comment_votes=True)
    assert await forum.votes.cast(GUILD, row.message_id, BEN, Vote.UP) == Counted(remark)
    assert await points(forum, CID) == 100


async def test_an_arrow_on_any_other_message_is_nothing(forum: Forum) -> None:
    await ask(forum)
    assert await forum.votes.cast(GUILD, 42, BEN, Vote.UP) is None


async def test_a_message_of_another_server_never_counts(forum: Forum) -> None:
    question = await ask(forum)
    message = message_of(question)
    assert await forum.votes.cast(OTHER_GUILD, message, BEN, Vote.UP) is None
    assert await forum.votes.retract(OTHER_GUILD, message, BEN, Vote.UP) is None
    assert await forum.votes.match(OTHER_GUILD, message, {BEN: {Vote.UP}}) == Matched()
    assert await score(forum, question) == (0, 0)


async def test_points_on_one_server_are_nothing_on_another(forum: Forum) -> None:
    question = await ask(forum, ADA)
    await up(forum, question, BEN)
    assert (await forum.members.profile(OTHER_GUILD, ADA, "")).points == 100


async def test_a_crowd_shares_few_commits_and_each_voter_gets_their_own_outcome(
    forum: Forum, database: Database
) -> None:
    question = await ask(forum, ADA)
    commits: list[None] = []
    database.after_commit = lambda: commits.append(None)
    outcomes = await asyncio.gather(
        *(up(forum, question, voter) for voter in CROWD),
        down(forum, question, BEN),
        up(forum, question, ADA),
        forum.votes.cast(GUILD, 42, BEN, Vote.UP),
    )
    assert outcomes[:-3] == [Counted(question)] * len(CROWD)
    assert outcomes[-3:] == [Counted(question), Refused(question, Refusal.OWN_POST), None]
    assert len(commits) <= 3
    assert await score(forum, question) == (len(CROWD), 1)
    await assert_recount_agrees(forum)


async def test_one_act_that_fails_takes_no_other_down(forum: Forum) -> None:
    question = await ask(forum)
    outcomes = await asyncio.gather(
        up(forum, question, BEN),
        up(forum, question, TOO_BIG),
        up(forum, question, CID),
        return_exceptions=True,
    )
    assert outcomes[0] == outcomes[2] == Counted(question)
    assert isinstance(outcomes[1], Exception)
    assert await score(forum, question) == (2, 0)


async def test_back_and_forth_at_the_same_moment_ends_where_the_last_act_left_it(
    forum: Forum,
) -> None:
    question = await ask(forum)
    acts = [
        up(forum, question, BEN),
        take_back(forum, question, BEN, Vote.UP),
        down(forum, question, BEN),
        up(forum, question, BEN),
        take_back(forum, question, BEN, Vote.DOWN),
    ]
    outcomes = await asyncio.gather(*acts)
    assert outcomes[3:] == [Counted(question, replaced=Vote.DOWN), None]
    assert await score(forum, question) == (1, 0)
    await assert_recount_agrees(forum)


async def test_a_vote_on_an_answer_has_the_questions_list_drawn_again(forum: Forum) -> None:
    question = await ask(forum)
    reply = await answer(forum, question)
    before = (await see(forum, question)).version
    await up(forum, reply, CID)
    after = await see(forum, question)
    assert after.answers[0].net == 1
    assert after.version > before


async def test_a_member_can_ask_what_became_of_their_vote(forum: Forum) -> None:
    question = await ask(forum, ADA)
    await up(forum, question, BEN)
    await up(forum, question, ADA)
    explain = forum.votes.explain
    assert await explain(GUILD, question, BEN) == Explanation(question, Vote.UP, None)
    assert await explain(GUILD, question, ADA) == Explanation(question, None, Refusal.OWN_POST)
    assert await explain(GUILD, question, CID) == Explanation(question, None, None)
    assert await explain(OTHER_GUILD, question, BEN) is None


async def test_a_vote_that_counts_clears_the_refusal_before_it(forum: Forum, clock: Clock) -> None:
    question = await ask(forum)
    await forum.members.suspend(GUILD, BEN, clock.now + timedelta(hours=1))
    await up(forum, question, BEN)
    await forum.members.suspend(GUILD, BEN, None)
    await up(forum, question, BEN)
    await take_back(forum, question, BEN, Vote.UP)
    assert await forum.votes.explain(GUILD, question, BEN) == Explanation(question, None, None)


async def test_matching_brings_ballots_to_what_discord_shows(forum: Forum) -> None:
    question = await ask(forum, ADA)
    await up(forum, question, BEN)
    await up(forum, question, CID)
    await up(forum, question, DEE)
    shown = {
        ADA: {Vote.UP},
        BEN: {Vote.DOWN},
        DEE: {Vote.UP, Vote.DOWN},
        EVE: {Vote.UP},
    }
    matched = await forum.votes.match(GUILD, message_of(question), shown)
    assert matched == Matched(added=3, removed=1, surplus=((ADA, Vote.UP), (DEE, Vote.UP)))
    assert await score(forum, question) == (1, 2)
    await assert_recount_agrees(forum)


async def test_matching_twice_finds_nothing_left_to_do(forum: Forum) -> None:
    question = await ask(forum)
    shown = {BEN: {Vote.UP}, CID: {Vote.DOWN}}
    await forum.votes.match(GUILD, message_of(question), shown)
    assert await forum.votes.match(GUILD, message_of(question), shown) == Matched()


async def test_somebody_without_any_arrow_has_no_vote(forum: Forum) -> None:
    question = await ask(forum)
    await up(forum, question, BEN)
    shown: dict[int, set[Vote]] = {BEN: set(), CID: set()}
    assert await forum.votes.match(GUILD, message_of(question), shown) == Matched(removed=1)


async def test_stored_numbers_are_told_by_message_for_posts_that_can_be_voted_on(
    forum: Forum,
) -> None:
    question, gone = await ask(forum, ADA), await ask(forum, ADA)
    await up(forum, question, BEN)
    await forum.removal.delete(GUILD, gone, ADA, is_moderator=False)
    told = await forum.votes.counted([message_of(question), message_of(gone), 42])
    assert told == {message_of(question): (1, 0)}


@pytest.mark.parametrize("votes", [4, 30])
async def test_a_day_pays_no_more_than_the_cap(forum: Forum, votes: int, clock: Clock) -> None:
    await forum.settings.change(GUILD, points="stackoverflow")
    question = await ask(forum, ADA)
    for voter in range(1000, 1000 + votes):
        await up(forum, question, voter)
    assert await points(forum, ADA) == 1 + min(10 * votes, 200)
    clock.pass_by(days=1)
    await up(forum, question, BEN)
    assert await points(forum, ADA) == 1 + min(10 * votes, 200) + 10
    await assert_recount_agrees(forum)


async def test_up_votes_taken_back_make_room_under_the_days_cap(forum: Forum) -> None:
    await forum.settings.change(GUILD, points="stackoverflow")
    question = await ask(forum, ADA)
    await asyncio.gather(*(up(forum, question, voter) for voter in range(1000, 1022)))
    assert await points(forum, ADA) == 201
    for voter in range(1000, 1003):
        await take_back(forum, question, voter, Vote.UP)
    assert await points(forum, ADA) == 191
    await assert_recount_agrees(forum)


async def test_votes_on_an_anonymous_post_never_touch_its_authors_points(forum: Forum) -> None:
    await forum.settings.change(GUILD, points="stackoverflow")
    open_question = await ask(forum, ADA)
    hidden = await ask(forum, ADA, display_name="A friend")
    await asyncio.gather(
        *(up(forum, open_question, voter) for voter in range(1000, 1020)),
        *(up(forum, hidden, voter) for voter in range(1000, 1020)),
    )
    assert await points(forum, ADA) == 201
    await assert_recount_agrees(forum)


async def test_many_votes_leave_one_ballot_a_member(forum: Forum, database: Database) -> None:
    question = await ask(forum)
    for vote in (up, down, up, down):
        await vote(forum, question, BEN)
    assert await sql(database, "SELECT voter_id, vote FROM ballots") == [(BEN, -1)]
