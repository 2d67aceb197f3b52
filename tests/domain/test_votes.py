from dataclasses import replace

import pytest

from bot.domain.posts import Kind, Standing
from bot.domain.votes import REASONS, Refusal, Vote, judge

AUTHOR, VOTER = 1, 2
POST = Standing(7, 1, Kind.QUESTION, visible=True, author_id=AUTHOR, ups=0, downs=0)


@pytest.mark.parametrize("kind", [Kind.QUESTION, Kind.ANSWER])
def test_anyone_else_may_vote_on_a_question_or_an_answer(kind: Kind) -> None:
    post = replace(POST, kind=kind)
    assert judge(post, VOTER, suspended=False, comment_votes=False) is None


@pytest.mark.parametrize("kind", list(Kind))
def test_nobody_may_vote_on_their_own_post(kind: Kind) -> None:
    post = replace(POST, kind=kind)
    refusal = judge(post, AUTHOR, suspended=False, comment_votes=True)
    assert refusal is Refusal.OWN_POST


def test_an_anonymous_author_may_not_vote_on_their_own_post_either() -> None:
    post = replace(POST, anonymous=True)
    assert judge(post, AUTHOR, suspended=False, comment_votes=False) is Refusal.OWN_POST


def test_a_deleted_post_takes_no_votes_from_anybody() -> None:
    gone = replace(POST, visible=False)
    for voter in (AUTHOR, VOTER):
        assert judge(gone, voter, suspended=False, comment_votes=True) is Refusal.GONE


def test_a_suspended_member_may_not_vote() -> None:
    assert judge(POST, VOTER, suspended=True, comment_votes=True) is Refusal.SUSPENDED


def test_a_comment_takes_votes_only_where_the_server_wants_them() -> None:
    comment = replace(POST, kind=Kind.COMMENT)
    assert judge(comment, VOTER, suspended=False, comment_votes=False) is Refusal.COMMENT
    assert judge(comment, VOTER, suspended=False, comment_votes=True) is None


def test_every_refusal_has_words_for_the_voter() -> None:
    assert set(REASONS) == set(Refusal)
    assert all(reason.endswith(".") for reason in REASONS.values())


def test_a_vote_is_worth_what_it_adds_to_the_score() -> None:
    assert (int(Vote.UP), int(Vote.DOWN)) == (1, -1)
