import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pages import SHORTEST, fitting, split, utf16

FAMILY = "👨\u200d👩\u200d👧"
LIMITS = st.integers(SHORTEST, 200)
PROSE = st.text(alphabet=st.sampled_from("aB. ,\n\n é漢👍👩\u200d❤\ufe0f🇩🇪*>-1"), max_size=900)
CODE = st.lists(
    st.sampled_from(
        ["```\n", "\n```\n", "```", "x = 1\n", "    deep\n", "word ", "\n\n", "a" * 90]
    ),
    max_size=40,
).map("".join)


def signs(text: str) -> str:
    return re.sub(r"[\s`]+", "", text)


@pytest.mark.parametrize(
    ("text", "units"), [("", 0), ("abc", 3), ("é漢", 2), ("👍", 2), (FAMILY, 8)]
)
def test_length_is_counted_in_utf16_units(text: str, units: int) -> None:
    assert utf16(text) == units
    assert utf16(text) == len(text.encode("utf-16-le")) // 2


def test_a_short_body_is_one_unchanged_page() -> None:
    body = "Hello *there*.\n\n- one\n  - two"
    assert split(body, 100, 100) == [body]


@pytest.mark.parametrize("body", ["x" * 64, "```" + "x" * 61])
def test_a_body_that_just_fits_is_one_unchanged_page(body: str) -> None:
    assert split(body, 64, 64) == [body]


@pytest.mark.parametrize(
    ("page", "gap"),
    [
        ("a" * 30 + "\n" + "b" * 33, "\n\n"),
        ("One sentence here, it is. " + "b" * 38, "\n"),
        ("字" * 30 + "。" + "字" * 32 + "。", ""),
        ("word " * 12 + "word", " "),
    ],
)
def test_a_boundary_right_at_the_limit_is_used(page: str, gap: str) -> None:
    assert split(page + gap + "tail" * 10, 64, 64) == [page, "tail" * 10]


@pytest.mark.parametrize("body", ["", "  \n\n "])
def test_an_empty_body_is_one_empty_page(body: str) -> None:
    assert split(body, 100, 100) == [""]


def test_the_first_page_has_its_own_limit() -> None:
    pages = split("word " * 100, 70, 200)
    assert utf16(pages[0]) <= 70 < utf16(pages[1]) <= 200


def test_a_page_too_small_to_use_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 64"):
        split("text", 10, 100)


@pytest.mark.parametrize(
    ("a", "gap", "b"),
    [
        ("A first line.\nAnother line. A sentence", "\n\n", "The second paragraph. " * 3),
        ("A first sentence. A second one of it", "\n", "The second line goes on. " * 3),
        ("It begins with some words, and it ends.", " ", "Then come words " * 4),
        ("Words without any end whatever they", " ", "x" * 60),
        ("漢字" * 20 + "。", "", "字" * 60),
    ],
)
def test_a_page_ends_where_a_reader_would_pause(a: str, gap: str, b: str) -> None:
    assert split(a + gap + b, 70, 400) == [a, b.rstrip()]


def test_a_boundary_near_the_start_does_not_make_a_tiny_page() -> None:
    pages = split("Hi\n\n" + "word " * 30, 100, 200)
    assert len(pages[0]) > 90


def test_a_word_longer_than_a_page_is_cut_anywhere() -> None:
    assert split("x" * 150, 64, 100) == ["x" * 64, "x" * 86]


def test_a_family_is_never_torn_apart() -> None:
    pages = split(FAMILY * 40, 70, 75)
    assert all(page == FAMILY * (len(page) // len(FAMILY)) for page in pages)
    assert "".join(pages) == FAMILY * 40


@pytest.mark.parametrize("glyph", ["🇩🇪", "👍🏽", "e\u0301", "❤\ufe0f", "1\ufe0f\u20e3"])
@pytest.mark.parametrize("before", ["", "x"])
def test_a_glyph_of_several_characters_stays_whole(glyph: str, before: str) -> None:
    pages = split(before + glyph * 60, 65, 67)
    assert all(signs(page).removeprefix("x").startswith(glyph) for page in pages)
    assert "".join(pages) == before + glyph * 60


@pytest.mark.parametrize("pair", [r"\*", "a``"])
def test_an_escape_or_a_run_of_backticks_stays_whole(pair: str) -> None:
    for start in ("", "x", "xx"):
        page = split(start + pair * 60, 64, 100)[0]
        assert page == start + pair * ((len(page) - len(start)) // len(pair)) + (
            "a" if page.endswith("a") else ""
        )


def test_a_mark_piled_up_without_end_is_cut_all_the_same() -> None:
    assert fitting("e" + "\u0301" * 300, 100) == 100


def test_nested_list_items_keep_their_indentation() -> None:
    items = "\n".join(f"{'  ' * (n % 3)}- item number {n}" for n in range(12))
    pages = split(items, 76, 76)
    assert "\n".join(pages) == items
    assert any(page.startswith("  ") for page in pages)


def test_an_open_fence_is_closed_and_opened_again_with_its_language() -> None:
    code = "\n".join(f"    line_{n} = {n}" for n in range(12))
    pages = split(f"Look:\n```py\n{code}\n```\nDone.", 100, 100)
    assert len(pages) > 2
    assert all(page.startswith("```py\n    line_") for page in pages[1:])
    assert all(page.endswith("\n```") for page in pages[:-1])
    assert pages[-1].endswith("\n```\nDone.")


def test_no_page_shows_an_empty_code_block() -> None:
    before = split("word " * 10 + "\n```py\n" + "code " * 20 + "\n```", 64, 200)
    assert before[0] == ("word " * 10).rstrip()
    assert before[1].startswith("```py\ncode")
    first, second = "a" * 59 + "\n" + "b" * 30, "c" * 50
    both = split(f"```\n{first}\n```\nAnd\n```py\n{second}\n```", 68, 68)
    assert both[1:] == ["```\n" + "b" * 30 + "\n```\nAnd", f"```py\n{second}\n```"]
    after = split("```\n" + "x" * 56 + "\n```\nThe end, and then some more.", 64, 200)
    assert after == ["```\n" + "x" * 56 + "\n```", "The end, and then some more."]


def test_a_fence_that_was_never_closed_is_closed_on_the_last_page() -> None:
    pages = split("```\n" + "code " * 40, 64, 64)
    assert all(page.startswith("```\n") and page.endswith("\n```") for page in pages)


@pytest.mark.parametrize("quiet", [r"\``` ", "`` ``` `` "])
def test_backticks_that_are_no_fence_open_nothing(quiet: str) -> None:
    pages = split(quiet + "word " * 30, 64, 200)
    assert not pages[0].endswith("\n```")
    assert not pages[1].startswith("```")


@given(PROSE | st.text(max_size=900), LIMITS, LIMITS)
def test_nothing_but_white_space_is_lost_between_pages(text: str, first: int, rest: int) -> None:
    pages = split(text, first, rest)
    assert signs("".join(pages)) == signs(text)


@given(PROSE | CODE, LIMITS, LIMITS)
def test_no_page_is_too_long_or_blank(text: str, first: int, rest: int) -> None:
    pages = split(text, first, rest)
    assert utf16(pages[0]) <= first
    assert all(utf16(page) <= rest for page in pages[1:])
    assert len(pages) == 1 or all(page.strip() for page in pages)


@given(CODE, LIMITS, LIMITS)
def test_fences_change_nothing_else(text: str, first: int, rest: int) -> None:
    assert signs("".join(split(text, first, rest))) == signs(text)


@given(st.lists(st.sampled_from(["plain words\n", "```\ncode();\n```\n"]), max_size=30), LIMITS)
def test_every_page_closes_the_fences_it_opens(parts: list[str], limit: int) -> None:
    for page in split("".join(parts), limit, limit):
        assert page.count("```") % 2 == 0


def test_signs_of_both_widths_are_counted_when_fitting() -> None:
    assert fitting("👍ab👍cd", 5) == 3
