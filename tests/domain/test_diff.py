import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.diff import SAME, readable
from bot.domain.pages import utf16

BODIES = st.text(alphabet="ab `\n-+👍\u202e", max_size=300) | st.text()


def lines(before: str, after: str) -> list[str]:
    shown = readable(before, after).split("\n")
    assert (shown[0], shown[-1]) == ("```diff", "```")
    return shown[1:-1]


def test_equal_texts_have_no_difference() -> None:
    assert readable("same", "same") == SAME == "(no difference)"


def test_a_changed_line_is_shown_before_and_after() -> None:
    assert lines("one\ntwo", "one\n2") == ["  one", "- two", "+ 2"]


def test_added_and_removed_lines_are_marked() -> None:
    assert lines("a\nb", "b") == ["- a", "  b"]
    assert lines("b", "b\nc") == ["  b", "+ c"]
    assert lines("", "new") == ["- ", "+ new"]


def test_lines_that_stayed_are_folded() -> None:
    assert lines("a\nb\nc\nd", "a\nb\nc\nD") == ["…", "- d", "+ D"]
    assert lines("x" * 90 + "\nd", "x" * 90 + "\nD") == ["…", "- d", "+ D"]


def test_words_that_stayed_are_folded() -> None:
    before = "one two three four five six seven old eight nine ten eleven twelve thirteen"
    assert lines(before, before.replace("old", "new")) == [
        "- … four five six seven old eight nine ten eleven …",
        "+ … four five six seven new eight nine ten eleven …",
    ]


def test_words_between_two_changes_are_folded() -> None:
    same = " a b c d e f g h i j "
    assert lines(f"X{same}Y", f"x{same}y") == ["- X a b c d … g h i j Y", "+ x a b c d … g h i j y"]


def test_changed_lines_stand_side_by_side() -> None:
    assert lines("a\nb", "c\nd\ne") == ["- a", "+ c", "- b", "+ d", "+ e"]


def test_a_fence_inside_cannot_end_the_block() -> None:
    shown = readable("```py\nx\n```", "`````")
    assert shown.count("```") == 2
    assert "`\u200b`\u200b`py" in shown


def test_hidden_signs_are_named() -> None:
    assert lines("evil", "evil\u202e\u200b") == ["- evil", "+ evil⟨U+202E⟩⟨U+200B⟩"]


def test_a_long_line_is_cut() -> None:
    shown = lines("", "x" * 2000)
    assert shown[1].endswith("x…")
    assert len(shown[1]) == 400


def test_what_does_not_fit_is_told_by_an_ellipsis() -> None:
    before = "\n".join(f"old {n}" for n in range(300))
    shown = readable(before, before.replace("old", "new"), 200)
    assert 150 < utf16(shown) <= 200
    assert shown.endswith("\n…\n```")


def test_a_limit_too_small_to_show_anything_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 40"):
        readable("a", "b", 39)


def test_the_longest_bodies_are_compared_quickly() -> None:
    start = time.perf_counter()
    readable("a b " * 1000, "b a c " * 660)
    readable("a\nb\n" * 1000, "b\na\nc\n" * 660)
    assert time.perf_counter() - start < 2


@given(BODIES, BODIES, st.integers(40, 400))
def test_a_diff_is_one_closed_block_within_its_limit(before: str, after: str, limit: int) -> None:
    shown = readable(before, after, limit)
    assert utf16(shown) <= limit
    assert (shown == SAME) == (before == after)
    if before != after:
        assert shown.startswith("```diff\n")
        assert shown.endswith("\n```")
        assert shown.count("```") == 2


def test_very_many_lines_show_what_changed_between_those_that_stayed() -> None:
    old = [str(number) for number in range(1500)]
    new = [*old[:700], "another", *old[701:]]
    shown = readable("\n".join(old), "\n".join(new))
    assert shown.split("\n")[1:-1] == ["…", "- 700", "+ another", "…"]


def test_very_many_lines_can_be_added_and_taken_away() -> None:
    old = [str(number) for number in range(1500)]
    added = readable("\n".join(old), "\n".join([*old, "one more"]))
    assert added.split("\n")[1:-1] == ["…", "+ one more"]
    less = readable("\n".join(old), "\n".join(old[1:]))
    assert less.split("\n")[1:-1] == ["- 0", "…"]
