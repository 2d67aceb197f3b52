import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pages import utf16
from bot.domain.text import (
    ago,
    answers_text,
    byline,
    comments_text,
    compact,
    count_text,
    cut_at_word,
    escape,
    plain,
    plain_title,
    points_text,
    score_text,
    visible,
    votes_text,
    was_edited,
    when,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FAMILY = "👨\u200d👩\u200d👧"
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
TRICKY = st.text(alphabet="ab \n\t1.*_@<>#:`\\-👍❤é\u200b\u200d\u202e\ufe0f\u2800\U000e0061🏴")


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.0k"),
        (1050, "1.1k"),
        (1249, "1.2k"),
        (6000, "6.0k"),
        (9999, "10.0k"),
        (99_949, "99.9k"),
        (99_950, "100.0k"),
        (100_000, "100k"),
        (100_500, "101k"),
        (999_499, "999k"),
        (999_500, "1,000k"),
        (999_999, "1,000k"),
        (1_000_000, "1.0m"),
        (99_950_000, "100.0m"),
        (1_234_000_000, "1,234m"),
        (-1, "−1"),
        (-6000, "−6,000"),
    ],
)
def test_a_number_is_shortened_as_question2answer_does(n: int, text: str) -> None:
    assert compact(n) == text


@pytest.mark.parametrize(("n", "text"), [(6012, "6,012"), (7, "7"), (-6012, "−6,012")])
def test_a_profile_writes_numbers_in_full(n: int, text: str) -> None:
    assert plain(n) == text


@given(st.integers(1000, 10**12))
def test_a_shortened_number_is_off_by_less_than_its_last_place(n: int) -> None:
    number, letter = compact(n)[:-1].replace(",", ""), compact(n)[-1]
    scale = {"k": 1000, "m": 1_000_000}[letter]
    place = scale / 10 if "." in number else scale
    assert abs(float(number) * scale - n) <= place / 2 + 1e-3


@pytest.mark.parametrize(
    ("net", "text"),
    [
        (1, "+1 vote"),
        (81, "+81 votes"),
        (-3, "–3 votes"),
        (-1, "–1 vote"),
        (0, "0 votes"),
        (1200, "+1.2k votes"),
        (-1200, "–1.2k votes"),
    ],
)
def test_net_votes_carry_a_sign_and_a_word(net: int, text: str) -> None:
    assert votes_text(net) == text


@pytest.mark.parametrize(("net", "text"), [(4, "+4"), (-4, "–4"), (0, "0"), (1200, "+1.2k")])
def test_a_comment_shows_only_the_signed_number(net: int, text: str) -> None:
    assert score_text(net) == text


def test_counts_carry_their_noun() -> None:
    assert points_text(1) == "1 point"
    assert points_text(6000) == "6.0k points"
    assert points_text(0) == "0 points"
    assert answers_text(1) == "1 answer"
    assert answers_text(3) == "3 answers"
    assert comments_text(1) == "1 comment"
    assert comments_text(2) == "2 comments"
    assert count_text(1200, "view", "views") == "1.2k views"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1 second ago"),
        (-5, "1 second ago"),
        (1.9, "1 second ago"),
        (59, "59 seconds ago"),
        (60, "1 minute ago"),
        (3599, "59 minutes ago"),
        (3600, "1 hour ago"),
        (15 * 3600, "15 hours ago"),
        (86_399, "23 hours ago"),
        (86_400, "1 day ago"),
        (604_799, "6 days ago"),
        (604_800, "1 week ago"),
        (2_629_799, "4 weeks ago"),
        (2_629_800, "1 month ago"),
        (31_557_599, "11 months ago"),
        (31_557_600, "1 year ago"),
        (2 * 31_557_600, "2 years ago"),
    ],
)
def test_time_is_told_in_the_largest_whole_unit(seconds: float, text: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == text


@pytest.mark.parametrize(
    ("then", "text"),
    [
        (NOW - timedelta(hours=15), "15 hours ago"),
        (NOW - timedelta(days=7), "1 week ago"),
        (NOW - timedelta(days=7, seconds=1), "Nov 13"),
        (datetime(2026, 11, 3, tzinfo=UTC), "Nov 3"),
        (datetime(2025, 11, 3, tzinfo=UTC), "Nov 3, 2025"),
        (NOW + timedelta(seconds=2), "1 second ago"),
    ],
)
def test_after_seven_days_the_date_is_shown(then: datetime, text: str) -> None:
    assert when(then, NOW) == text


@pytest.mark.parametrize(
    ("seconds", "editor", "shown"),
    [(300, 1, False), (301, 1, True), (1, 2, True), (0, 1, False)],
)
def test_an_edit_is_shown_when_it_is_late_or_by_somebody_else(
    seconds: int, editor: int, shown: bool
) -> None:
    assert was_edited(NOW, NOW + timedelta(seconds=seconds), 1, editor) is shown


def test_a_byline_says_what_when_where_and_who() -> None:
    line = byline("asked", "15 hours ago", "Mental Health", "alice", 6000)
    assert line == "asked 15 hours ago in Mental Health by alice (6.0k points)"


def test_every_part_of_a_byline_is_optional() -> None:
    assert byline("answered", "1 day ago", name="anonymous") == "answered 1 day ago by anonymous"
    assert byline(name="bob", points=1) == "by bob (1 point)"
    assert byline(name="bob", points=0) == "by bob (0 points)"
    assert byline("asked", category="Help") == "asked in Help"
    assert byline() == ""


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("alice", "alice"),
        ("*bold*", r"\*bold\*"),
        ("__init__", r"\_\_init\_\_"),
        ("a|b~c`d", r"a\|b\~c\`d"),
        ("# Boss", r"\# Boss"),
        ("-# small", r"\-# small"),
        ("> quote", r"\> quote"),
        ("1. first", r"1\. first"),
        ("Mary-Jane", "Mary-Jane"),
        ("[x](https://e.vil)", r"\[x\]\(https\://e.vil\)"),
        ("@everyone", "@\u200beveryone"),
        ("<@123>", "\\<@\u200b123>"),
        ("<#1>", r"\<#1>"),
        ("<:a:1>", r"\<\:a\:1>"),
        (r"¯\_(ツ)_/¯", r"¯\\\_\(ツ\)\_/¯"),
        ("a\nb", "a b"),
        ("evil\u202etxt", "eviltxt"),
    ],
)
def test_a_name_can_neither_format_nor_mention(name: str, written: str) -> None:
    assert escape(name) == written


@given(TRICKY)
def test_an_escaped_name_reads_as_it_was_typed(name: str) -> None:
    written = escape(name)
    assert re.sub(r"\\([^0-9A-Za-z\s])", r"\1", written).replace("@\u200b", "@") == plain_title(
        name
    )
    assert not re.search(r"@(everyone|here|[&!]?\d)", written)
    assert not re.search(r"(?<!\\)(\\\\)*[*_~`|\[\]():<]", re.sub(r"\\.", "", written))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("  plain \n", "plain"),
        ("\u200b\u200d\ufeff\u2060", ""),
        ("\ufe0f", ""),
        ("\u2800\u3164\u00a0", ""),
        ("\u202edcba\u202c", "dcba"),
        ("\u2066x\u2069", "x"),
        ("nul\x00l", "null"),
        ("lone\ud800", "lone"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("pass\u200bword", "password"),
        ("a\u200db", "ab"),
        ("tab\tstays", "tab\tstays"),
        (FAMILY, FAMILY),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
        (ENGLAND, ENGLAND),
        ("x\U000e0041", "x"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("葛\U000e0100", "葛\U000e0100"),
        ("👍\u200d", "👍"),
        ("👍\u200d\u200d👍", "👍👍"),
    ],
)
def test_only_what_can_be_seen_is_left(text: str, left: str) -> None:
    assert visible(text) == left


@given(TRICKY | st.text())
def test_looking_twice_shows_nothing_new(text: str) -> None:
    assert visible(visible(text)) == visible(text)


def test_a_title_is_one_line_with_single_spaces() -> None:
    assert plain_title("  How\n do \u2028 I\t\u202e ask? ") == "How do I ask?"


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("short enough", 100, "short enough"),
        ("exactly ten", 11, "exactly ten"),
        ("how do I mend it", 12, "how do I…"),
        ("how do I, mend", 10, "how do I…"),
        ("Donaudampfschifffahrt", 10, "Donaudamp…"),
        ("I Donaudampfschifffahrt", 10, "I Donauda…"),
        ("abcd efgh", 5, "abcd…"),
        ("abcd efgh", 4, "abc…"),
        ("abcd efgh", 7, "abcd…"),
        ("abc defgh", 7, "abc de…"),
        ("", 100, "…"),
        (" \u200b ", 100, "…"),
        ("👍👍👍", 5, "👍👍…"),
        ("👍👍👍", 4, "👍…"),
        ("ab", 1, "…"),
    ],
)
def test_a_thread_name_is_cut_at_a_word(text: str, limit: int, cut: str) -> None:
    assert cut_at_word(text, limit) == cut


@given(TRICKY | st.text(), st.integers(1, 100))
def test_a_thread_name_is_never_empty_nor_too_long(text: str, limit: int) -> None:
    assert 1 <= utf16(cut_at_word(text, limit)) <= limit
