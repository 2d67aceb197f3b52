import pytest

from bot.domain.posts import Kind, Stage, Standing, stage


@pytest.mark.parametrize(
    ("answers", "accepted", "closed", "expected"),
    [
        (0, False, False, Stage.UNANSWERED),
        (1, False, False, Stage.ANSWERED),
        (3, True, False, Stage.SOLVED),
        (0, False, True, Stage.CLOSED),
        (3, True, True, Stage.CLOSED),
    ],
)
def test_a_question_stands_at(answers: int, accepted: bool, closed: bool, expected: Stage) -> None:
    assert stage(answers=answers, accepted=accepted, closed=closed) is expected


def test_the_net_score_is_ups_less_downs() -> None:
    post = Standing(1, 1, Kind.ANSWER, visible=True, author_id=2, ups=3, downs=5)
    assert post.net == -2
