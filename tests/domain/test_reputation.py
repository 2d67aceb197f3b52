from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Invalid
from bot.domain.posts import Kind, Standing
from bot.domain.reputation import (
    QUESTION2ANSWER,
    STACKOVERFLOW,
    Cause,
    Rules,
    accepting_credit,
    author_credits,
    capped_credit,
    received,
    total,
    voter_credit,
    with_changes,
)
from bot.domain.votes import Vote

ASKER, HELPER, VOTER = 1, 2, 3
QUESTION = Standing(7, 1, Kind.QUESTION, visible=True, author_id=ASKER, ups=0, downs=0)
ANSWER = replace(QUESTION, id=8, kind=Kind.ANSWER, author_id=HELPER, asker_id=ASKER)
COMMENT = replace(QUESTION, id=9, kind=Kind.COMMENT, author_id=HELPER)
POSTS = {Kind.QUESTION: QUESTION, Kind.ANSWER: ANSWER, Kind.COMMENT: COMMENT}
PRESETS = [QUESTION2ANSWER, STACKOVERFLOW]


def author_has(post: Standing, rules: Rules) -> dict[Cause, int]:
    return {credit.cause: credit.amount for credit in author_credits(post, rules)}


@pytest.mark.parametrize(
    ("rules", "kind", "cause", "worth"),
    [
        (QUESTION2ANSWER, Kind.QUESTION, Cause.ASKED, 20),
        (QUESTION2ANSWER, Kind.ANSWER, Cause.ANSWERED, 40),
        (STACKOVERFLOW, Kind.QUESTION, Cause.ASKED, 0),
        (STACKOVERFLOW, Kind.ANSWER, Cause.ANSWERED, 0),
    ],
)
def test_posting_is_worth(rules: Rules, kind: Kind, cause: Cause, worth: int) -> None:
    assert author_has(POSTS[kind], rules)[cause] == worth


@pytest.mark.parametrize("rules", PRESETS)
def test_a_comment_is_worth_nothing(rules: Rules) -> None:
    assert set(author_has(replace(COMMENT, ups=5, downs=2), rules).values()) == {0}


@pytest.mark.parametrize(
    ("kind", "ups", "downs", "worth"),
    [
        (Kind.QUESTION, 1, 0, 10),
        (Kind.QUESTION, 10, 0, 100),
        (Kind.QUESTION, 11, 0, 100),
        (Kind.QUESTION, 0, 1, -10),
        (Kind.QUESTION, 0, 3, -30),
        (Kind.QUESTION, 0, 4, -30),
        (Kind.QUESTION, 99, 99, 70),
        (Kind.ANSWER, 1, 0, 20),
        (Kind.ANSWER, 10, 0, 200),
        (Kind.ANSWER, 11, 0, 200),
        (Kind.ANSWER, 0, 1, -20),
        (Kind.ANSWER, 0, 2, -40),
        (Kind.ANSWER, 0, 3, -50),
        (Kind.ANSWER, 0, 99, -50),
        (Kind.ANSWER, 11, 1, 180),
        (Kind.COMMENT, 5, 5, 0),
    ],
)
def test_votes_received_on_question2answer(kind: Kind, ups: int, downs: int, worth: int) -> None:
    assert received(replace(POSTS[kind], ups=ups, downs=downs), QUESTION2ANSWER) == worth


@pytest.mark.parametrize(
    ("kind", "ups", "downs", "worth"),
    [
        (Kind.QUESTION, 1, 0, 10),
        (Kind.QUESTION, 0, 1, -2),
        (Kind.QUESTION, 100, 0, 1000),
        (Kind.ANSWER, 1, 0, 10),
        (Kind.ANSWER, 0, 1, -2),
        (Kind.ANSWER, 100, 50, 900),
        (Kind.COMMENT, 3, 0, 0),
    ],
)
def test_votes_received_on_stack_overflow(kind: Kind, ups: int, downs: int, worth: int) -> None:
    assert received(replace(POSTS[kind], ups=ups, downs=downs), STACKOVERFLOW) == worth


@pytest.mark.parametrize(
    ("kind", "vote", "question2answer", "stackoverflow"),
    [
        (Kind.QUESTION, Vote.UP, 10, 0),
        (Kind.QUESTION, Vote.DOWN, 10, 0),
        (Kind.ANSWER, Vote.UP, 10, 0),
        (Kind.ANSWER, Vote.DOWN, 10, -1),
        (Kind.COMMENT, Vote.UP, 0, 0),
        (Kind.COMMENT, Vote.DOWN, 0, 0),
    ],
)
def test_giving_a_vote_is_worth(
    kind: Kind, vote: Vote, question2answer: int, stackoverflow: int
) -> None:
    post = POSTS[kind]
    assert voter_credit(post, VOTER, vote, QUESTION2ANSWER).amount == question2answer
    assert voter_credit(post, VOTER, vote, STACKOVERFLOW).amount == stackoverflow


def test_a_vote_taken_back_leaves_the_voter_nothing() -> None:
    assert voter_credit(ANSWER, VOTER, None, QUESTION2ANSWER).amount == 0


@pytest.mark.parametrize(("rules", "worth"), [(QUESTION2ANSWER, 300), (STACKOVERFLOW, 15)])
def test_the_selected_answer_pays_its_author(rules: Rules, worth: int) -> None:
    assert author_has(ANSWER, rules)[Cause.ACCEPTED] == 0
    assert author_has(replace(ANSWER, is_accepted=True), rules)[Cause.ACCEPTED] == worth


@pytest.mark.parametrize("rules", PRESETS)
def test_an_answer_to_ones_own_question_is_never_paid_for_being_selected(rules: Rules) -> None:
    own = replace(ANSWER, author_id=ASKER, is_accepted=True)
    assert author_has(own, rules)[Cause.ACCEPTED] == 0


@pytest.mark.parametrize(
    ("rules", "anothers", "own"), [(QUESTION2ANSWER, 30, 30), (STACKOVERFLOW, 2, 0)]
)
def test_selecting_pays_the_asker(rules: Rules, anothers: int, own: int) -> None:
    assert accepting_credit(QUESTION, HELPER, rules).amount == anothers
    assert accepting_credit(QUESTION, ASKER, rules).amount == own
    assert accepting_credit(QUESTION, None, rules).amount == 0


@pytest.mark.parametrize("rules", PRESETS)
@pytest.mark.parametrize(("visible", "anonymous"), [(False, False), (True, True)])
def test_deleted_and_anonymous_posts_earn_nothing(
    rules: Rules, *, visible: bool, anonymous: bool
) -> None:
    for post in (QUESTION, replace(ANSWER, is_accepted=True), COMMENT):
        unseen = replace(post, ups=9, downs=2, visible=visible, anonymous=anonymous)
        assert set(author_has(unseen, rules).values()) == {0}
    question = replace(QUESTION, visible=visible, anonymous=anonymous)
    assert accepting_credit(question, HELPER, rules).amount == 0


def test_votes_on_an_anonymous_post_still_pay_the_voter() -> None:
    assert voter_credit(replace(ANSWER, anonymous=True), VOTER, Vote.UP, QUESTION2ANSWER).amount


def test_votes_on_a_deleted_post_no_longer_pay_the_voter() -> None:
    gone = replace(ANSWER, visible=False)
    assert voter_credit(gone, VOTER, Vote.UP, QUESTION2ANSWER).amount == 0


@pytest.mark.parametrize(
    ("ups", "excess"),
    [
        ([], 0),
        ([(Kind.QUESTION, 20)], 0),
        ([(Kind.QUESTION, 21)], -10),
        ([(Kind.QUESTION, 15), (Kind.ANSWER, 15)], -100),
        ([(Kind.COMMENT, 100)], 0),
    ],
)
def test_a_day_on_stack_overflow_pays_at_most_200(ups: list[tuple[Kind, int]], excess: int) -> None:
    credit = capped_credit(HELPER, 9, ups, STACKOVERFLOW)
    assert (credit.amount, credit.day, credit.user_id) == (excess, 9, HELPER)


def test_what_a_post_could_not_gain_does_not_count_towards_the_day() -> None:
    rules = replace(QUESTION2ANSWER, daily_cap=150)
    assert capped_credit(HELPER, 9, [(Kind.QUESTION, 20)], rules).amount == 0
    assert capped_credit(HELPER, 9, [(Kind.QUESTION, 20), (Kind.ANSWER, 3)], rules).amount == -10


def test_question2answer_knows_no_daily_cap() -> None:
    assert capped_credit(HELPER, 9, [(Kind.ANSWER, 10_000)], QUESTION2ANSWER).amount == 0


@pytest.mark.parametrize(
    ("rules", "earned", "points"),
    [
        (QUESTION2ANSWER, 0, 100),
        (QUESTION2ANSWER, -250, -150),
        (STACKOVERFLOW, 0, 1),
        (STACKOVERFLOW, -30, 1),
        (STACKOVERFLOW, 30, 31),
    ],
)
def test_points_start_at_the_base_and_never_fall_below_the_floor(
    rules: Rules, earned: int, points: int
) -> None:
    assert total(earned, rules) == points


@given(
    post=st.sampled_from([QUESTION, ANSWER, COMMENT]),
    ups=st.integers(0, 10_000),
    downs=st.integers(0, 10_000),
    rules=st.sampled_from(PRESETS),
)
def test_one_more_upvote_never_costs_and_one_more_downvote_never_pays(
    post: Standing, ups: int, downs: int, rules: Rules
) -> None:
    now = received(replace(post, ups=ups, downs=downs), rules)
    assert received(replace(post, ups=ups + 1, downs=downs), rules) >= now
    assert received(replace(post, ups=ups, downs=downs + 1), rules) <= now


def test_a_server_may_change_single_numbers_of_a_preset() -> None:
    rules = with_changes("stackoverflow", {"accepted": 50})
    assert rules == replace(STACKOVERFLOW, accepted=50)
    assert with_changes("question2answer", {}) == QUESTION2ANSWER


@pytest.mark.parametrize(
    ("preset", "changes", "said"),
    [
        ("reddit", {}, "no point rules called “reddit”"),
        ("question2answer", {"karma": 1}, "no point rule called “karma”"),
        ("question2answer", {"asked": 10**10}, "“asked” is too large"),
        ("question2answer", {"asked": -(10**10)}, "“asked” is too large"),
    ],
)
def test_impossible_point_rules_are_refused(
    preset: str, changes: dict[str, int], said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        with_changes(preset, changes)


def test_every_unknown_point_rule_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        with_changes("question2answer", {"a": 1, "b": 2})
    assert len(refused.value.problems) == 2
