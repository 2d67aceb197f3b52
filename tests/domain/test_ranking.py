from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ranking import RankedAnswer, in_order

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ranked(number: int, net: int = 0, *, accepted: bool = False, minute: int = 0) -> RankedAnswer:
    at = NOON + timedelta(minutes=minute)
    return RankedAnswer(number, net, accepted, at, "Ben", None, "")


def order(*answers: RankedAnswer) -> list[int]:
    return [answer.id for answer in in_order(answers)]


def test_the_selected_answer_stands_first_whatever_its_score() -> None:
    assert order(ranked(1, 50), ranked(2, -3, accepted=True)) == [2, 1]


def test_a_higher_score_stands_before_a_lower_one() -> None:
    assert order(ranked(1, -1), ranked(2, 0), ranked(3, 4)) == [3, 2, 1]


def test_of_equal_scores_the_older_stands_first() -> None:
    assert order(ranked(1, 2, minute=5), ranked(2, 2, minute=1)) == [2, 1]


def test_of_equal_scores_and_times_the_lower_number_stands_first() -> None:
    assert order(ranked(2), ranked(1)) == [1, 2]


def test_no_answers_have_no_order() -> None:
    assert order() == []


@given(st.permutations([ranked(n, n % 3, accepted=n == 4, minute=n % 2) for n in range(7)]))
def test_the_order_does_not_depend_on_how_answers_come(answers: list[RankedAnswer]) -> None:
    assert order(*answers) == [4, 2, 5, 1, 0, 6, 3]
