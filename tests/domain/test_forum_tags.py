from hypothesis import given
from hypothesis import strategies as st

from bot.domain.forum_tags import POST_LIMIT, ForumTags, choose
from bot.domain.posts import Stage

STAGES = {stage: number for number, stage in enumerate(Stage, 101)}
TAGS = ForumTags(STAGES, {1: 201, 2: 202})
THEIRS = [1, 2, 3, 4, 5]


def test_a_question_carries_its_state_and_its_category() -> None:
    applied = choose([], TAGS, Stage.SOLVED, 2)
    assert applied.tags == (STAGES[Stage.SOLVED], 202)
    assert applied.dropped == ()


def test_the_former_state_and_category_come_off() -> None:
    before = [STAGES[Stage.UNANSWERED], 201, 7]
    assert choose(before, TAGS, Stage.ANSWERED, 2).tags == (STAGES[Stage.ANSWERED], 202, 7)


def test_what_members_chose_gives_way_from_the_end() -> None:
    applied = choose(THEIRS, TAGS, Stage.UNANSWERED, 1)
    assert applied.tags == (STAGES[Stage.UNANSWERED], 201, 1, 2, 3)
    assert applied.dropped == (4, 5)


def test_a_category_without_a_tag_of_its_own_takes_no_room() -> None:
    assert choose([1], TAGS, Stage.CLOSED, 99).tags == (STAGES[Stage.CLOSED], 1)


def test_a_forum_whose_tags_were_all_removed_keeps_what_members_chose() -> None:
    assert choose(THEIRS, ForumTags(), Stage.SOLVED, 1).tags == tuple(THEIRS)


def test_a_tag_put_on_twice_counts_once() -> None:
    assert choose([7, 7], TAGS, Stage.SOLVED, None).tags == (STAGES[Stage.SOLVED], 7)


@given(
    current=st.lists(st.integers(1, 210), max_size=8),
    stage=st.sampled_from(Stage),
    category=st.sampled_from([None, 1, 2, 99]),
)
def test_tags_stay_within_discords_limit_and_choosing_again_changes_nothing(
    current: list[int], stage: Stage, category: int | None
) -> None:
    applied = choose(current, TAGS, stage, category)
    assert len(applied.tags) <= POST_LIMIT
    assert len(set(applied.tags)) == len(applied.tags)
    assert choose(applied.tags, TAGS, stage, category).tags == applied.tags
    assert not set(applied.dropped) & TAGS.ours
