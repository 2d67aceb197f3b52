import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.drafts import (
    AnswerDraft,
    Category,
    QuestionDraft,
    parse_answer,
    parse_question,
    parse_tags,
)
from bot.domain.errors import Invalid
from bot.domain.settings import GuildSettings

SETTINGS = GuildSettings()
TITLE = "How do bees find home?"
BODY = "They fly far away and yet come back."
HEALTH, WORK = Category(1, "Mental Health"), Category(2, "Work")


def question(
    title: str = TITLE,
    body: str = "",
    category: str = "",
    tags: str = "",
    display_name: str = "",
    *,
    categories: tuple[Category, ...] = (),
    settings: GuildSettings = SETTINGS,
) -> QuestionDraft:
    return parse_question(
        settings,
        categories,
        title=title,
        body=body,
        category=category,
        tags=tags,
        display_name=display_name,
    )


def problems_of(**fields: str) -> list[str]:
    with pytest.raises(Invalid) as refused:
        question(**fields)  # type: ignore[arg-type]
    return refused.value.problems


def answer(body: str, display_name: str = "") -> AnswerDraft:
    return parse_answer(SETTINGS, body=body, display_name=display_name)


def test_a_title_is_enough_for_a_question() -> None:
    assert question() == QuestionDraft(TITLE, "", None, (), None, notify=True)


@pytest.mark.parametrize(
    "title",
    [
        "",
        "   ",
        "\n\t ",
        "\u200b" * 20,
        "\u202e\u202d" * 10,
        "\ufe0f" * 20,
        "\u2800" * 20,
        "\u3164" * 20,
    ],
    ids=["empty", "spaces", "breaks", "zero-width", "overrides", "selectors", "braille", "filler"],
)
def test_a_title_that_nobody_sees_is_empty(title: str) -> None:
    assert problems_of(title=title) == ["The title is empty. It needs 12 to 120 characters."]


def test_a_title_loses_what_turns_its_text_around() -> None:
    assert question("\u202eHow do bees\u202c find\u200b home?").title == TITLE


def test_a_title_stands_on_one_line() -> None:
    assert question("  How do\nbees\t find   home? ").title == TITLE


@pytest.mark.parametrize(
    ("length", "said"),
    [(11, "a little longer: 12 to 120"), (121, "shorter: 12 to 120"), (5000, "shorter")],
)
def test_a_title_of_the_wrong_length_is_refused(length: int, said: str) -> None:
    assert said in problems_of(title="x" * length)[0]


@pytest.mark.parametrize("length", [12, 120])
def test_a_title_at_the_limits_is_fine(length: int) -> None:
    assert len(question("x" * length).title) == length


@pytest.mark.parametrize("sign", ["漢", "é", "🐝"])
def test_a_body_of_four_thousand_signs_of_any_script_is_fine(sign: str) -> None:
    assert question(body=sign * 4000).body == sign * 4000
    assert answer(sign * 4000).body == sign * 4000


def test_a_body_over_the_limit_is_refused() -> None:
    assert problems_of(body="漢" * 4001) == [
        "The text has 4001 characters. Make it shorter: up to 4000."
    ]


def test_a_body_keeps_its_lines_and_its_indented_code() -> None:
    assert question(body="\r\n\r\n    code\r\ntext\rmore  \n\n").body == "    code\ntext\nmore"


@pytest.mark.parametrize("body", ["", "  \n ", "\u200b\u2060", "\u202e"])
def test_a_body_that_nobody_sees_is_no_body(body: str) -> None:
    assert question(body=body).body == ""


@pytest.mark.parametrize("body", ["", "   \n", "\u200b" * 40])
def test_an_answer_must_say_something(body: str) -> None:
    with pytest.raises(Invalid, match="The answer is empty"):
        answer(body)


def test_an_answer_may_not_be_too_short_or_too_long() -> None:
    with pytest.raises(Invalid, match=r"has 11 characters\. Make it a little longer"):
        answer("x" * 11)
    with pytest.raises(Invalid, match=r"has 4001 characters\. Make it shorter"):
        answer("x" * 4001)
    assert answer("x" * 12).body == "x" * 12


def test_invisible_signs_do_not_make_a_short_answer_long_enough() -> None:
    with pytest.raises(Invalid, match="has 2 characters"):
        answer("ok" + "\u200b" * 20)


@pytest.mark.parametrize("wanted", ["Mental Health", "mental health", " MENTAL  HEALTH ", "1"])
def test_a_category_is_found_by_its_name_or_number(wanted: str) -> None:
    assert question(category=wanted, categories=(HEALTH, WORK)).category == HEALTH


def test_a_category_must_be_chosen_where_there_are_some() -> None:
    with pytest.raises(
        Invalid, match=r"Please choose a category\. Choose one of: Mental Health, Work"
    ):
        question(categories=(HEALTH, WORK))


def test_an_unknown_category_is_named_along_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match=r"no category “Fun”\. Choose one of: Mental Health, Work"):
        question(category="Fun", categories=(HEALTH, WORK))


def test_where_there_are_no_categories_none_is_needed() -> None:
    assert question(category="Fun").category is None


def test_tags_are_lower_case_each_once_in_the_order_typed() -> None:
    assert question(tags="Python, #async python;C++").tags == ("python", "async", "c++")


@pytest.mark.parametrize("text", ["", " , ;", "#", "\u200b"])
def test_no_tags_are_no_tags(text: str) -> None:
    assert parse_tags(text) == ()


@pytest.mark.parametrize("tag", ["c#", "node.js", "día", "漢字", "3d", "x" * 35])
def test_a_usual_tag_is_fine(tag: str) -> None:
    assert question(tags=tag).tags == (tag,)


@pytest.mark.parametrize("tag", ["<b>", "-rf", "_x", "a/b", "x" * 36, "🐝", "@everyone"])
def test_an_unusable_tag_is_refused(tag: str) -> None:
    (problem,) = problems_of(tags=tag)
    assert problem.startswith(f"“{tag[:35]}” cannot be a tag.")


def test_more_tags_than_allowed_are_refused() -> None:
    assert problems_of(tags="a b c d e f") == ["There are 6 tags. Keep up to 5."]
    assert question(tags="a b c d e").tags == tuple("abcde")


@pytest.mark.parametrize("name", ["", "  ", "\u200b\u202e"])
def test_no_name_to_display_means_ones_own(name: str) -> None:
    assert question(display_name=name).display_name is None


def test_a_name_to_display_is_kept_on_one_line_without_tricks() -> None:
    assert question(display_name=" A \u202efriend\n").display_name == "A friend"


def test_a_name_to_display_may_not_be_too_long() -> None:
    assert question(display_name="x" * 40).display_name == "x" * 40
    assert problems_of(display_name="x" * 41) == [
        "The name to display is too long. Use up to 40 characters."
    ]


def test_names_to_display_can_be_switched_off() -> None:
    settings = SETTINGS.changed(anonymous=False)
    with pytest.raises(Invalid, match="switched off"):
        question(display_name="A friend", settings=settings)
    assert question(settings=settings).display_name is None


def test_every_problem_is_said_at_once() -> None:
    fields = {"title": "", "body": "x" * 4001, "tags": "a b c d e <f>", "display_name": "x" * 41}
    assert len(problems_of(**fields)) == 5


@given(title=st.text(max_size=200), body=st.text(max_size=300), tags=st.text(max_size=60))
def test_whatever_is_typed_is_taken_or_refused_in_words(title: str, body: str, tags: str) -> None:
    try:
        draft = question(title, body, tags=tags)
    except Invalid as invalid:
        problems = invalid.problems
    else:
        problems = []
        assert 12 <= len(draft.title) <= 120
        assert question(draft.title, draft.body, tags=" ".join(draft.tags)) == draft
    assert all(problem.endswith(".") for problem in problems)
