import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.words import STOP_WORDS, fts_query, overlap, same_words, words

TITLES = st.text() | st.text(alphabet="abc '’-é漢カ゛İßﬁ²❤\ufe0f\u200b", max_size=40)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("How do I ask?", ["how", "do", "i", "ask"]),
        ("well-known", ["well", "known"]),
        ("don't don’t don´t", ["dont", "dont", "dont"]),
        ("'quoted'", ["quoted"]),
        ("漢字とkana", ["漢", "字", "と", "kana"]),
        ("カ・ラ", ["カ", "ラ"]),
        ("한국어 질문", ["한국어", "질문"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("ＦＵＬＬ ﬁn", ["full", "fin"]),
        ("Cafe\u0301 café", ["café", "café"]),
        ("snake_case 3.11", ["snake", "case", "3", "11"]),
        ("pass\u200bword ❤\ufe0f", ["password"]),
        ("1\ufe0f\u20e3", ["1"]),
        ("?! … —", []),
    ],
)
def test_a_text_is_split_into_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(TITLES)
def test_words_split_again_are_the_same_words(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)


def test_a_repeat_is_seen_through_case_and_punctuation() -> None:
    assert same_words("How do I ask?!", "  how do *I* ASK")
    assert not same_words("How do I ask?", "How do I answer?")
    assert not same_words("one two", "two one")
    assert same_words("", "")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("How to install Python?", "installing python"),
        ("The bot crashes", "bot crashing"),
        ("Running queries", "run a query"),
        ("files", "a file"),
        ("stopped", "stopping"),
        ("asked", "ask"),
        ("classes", "class"),
        ("how can I", "How can I?"),
    ],
)
def test_forms_of_the_same_words_match_wholly(a: str, b: str) -> None:
    assert overlap(a, b) == 1


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("string", "str"),
        ("bus", "bu"),
        ("cafés", "café"),
        ("v1s", "v1"),
        ("red apples", "blue pears"),
        ("", "title"),
        ("", ""),
        ("?", "?"),
    ],
)
def test_titles_without_a_word_in_common_do_not_match(a: str, b: str) -> None:
    assert overlap(a, b) == 0


def test_a_closer_title_scores_higher() -> None:
    asked = "How do I deploy a Discord bot on Kubernetes?"
    near = overlap(asked, "Deploying Discord bots to Kubernetes")
    far = overlap(asked, "How do I write a Discord client in Rust?")
    assert 0 < far < 0.5 < near <= 1


def test_a_telling_word_weighs_more_than_a_short_one() -> None:
    assert overlap("kubernetes pod", "kubernetes set") > overlap("kubernetes pod", "networking pod")


@given(TITLES, TITLES)
def test_likeness_is_symmetric_and_within_bounds(a: str, b: str) -> None:
    assert 0 <= overlap(a, b) <= 1
    assert overlap(a, b) == overlap(b, a)
    assert overlap(a, a) == (1 if words(a) else 0)


def test_a_query_leaves_out_stop_words_and_repeats() -> None:
    assert fts_query("How do I deploy the bot? The bot!") == ["deploy", "bot"]


def test_a_query_of_stop_words_alone_keeps_them() -> None:
    assert fts_query("How do I?") == ["how", "do", "i"]


def test_a_query_keeps_the_longest_words_in_their_order() -> None:
    assert fts_query("pod restarts after kubernetes upgrade", limit=2) == ["restarts", "kubernetes"]


def test_a_query_has_at_most_twelve_words() -> None:
    assert len(fts_query(" ".join(f"word{n}" for n in range(30)))) == 12


@given(TITLES, st.integers(1, 12))
def test_a_query_is_distinct_words_of_the_text(text: str, limit: int) -> None:
    query = fts_query(text, limit)
    assert len(query) == len(set(query)) <= limit
    assert set(query) <= set(words(text))
    assert bool(query) == bool(words(text))


def test_stop_words_are_written_as_words_are_split() -> None:
    assert len(STOP_WORDS) > 100
    assert all(words(word) == [word] for word in STOP_WORDS)
