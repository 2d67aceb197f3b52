import pytest

from bot.services.forum import Forum
from tests.world import ADA, BEN, GUILD, OTHER_GUILD, accept, answer, ask, message_of

BEES = "How do honey bees find their way home?"
WASPS = "Why do wasps build paper nests?"


async def titles(forum: Forum, words: str, guild: int = GUILD) -> list[str]:
    return [match.title for match in await forum.search.similar(guild, words, 5)]


@pytest.mark.parametrize(
    "words",
    ["bees", "BEES", "a bee", "find home", "home of wasp-like bees", "hon", "the way ho"],
)
async def test_a_question_is_found_by_its_words_in_other_forms_and_cut_short(
    forum: Forum, words: str
) -> None:
    await ask(forum, title=BEES)
    assert await titles(forum, words) == [BEES]


@pytest.mark.parametrize("words", ["", "   ", "?", "zebra", '"', "bees*", "NEAR(", "a OR"])
async def test_signs_of_the_search_language_are_only_signs(forum: Forum, words: str) -> None:
    await ask(forum, title=BEES)
    assert await titles(forum, words) in ([], [BEES])


async def test_more_common_words_stand_before_fewer(forum: Forum) -> None:
    await ask(forum, title=BEES)
    await ask(forum, title="Which honey tastes of flowers?")
    assert (await titles(forum, "honey bees"))[0] == BEES


async def test_a_question_is_found_by_its_body_too_but_later(forum: Forum) -> None:
    await ask(forum, title=WASPS, body="Unlike honey bees they chew wood.")
    await ask(forum, title=BEES)
    assert await titles(forum, "honey bees") == [BEES, WASPS]


async def test_accents_make_no_difference(forum: Forum) -> None:
    await ask(forum, title="Où est le café le plus proche?")
    assert await titles(forum, "cafe") == ["Où est le café le plus proche?"]


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Why does asyncio.run() raise in a notebook?", "asyncio"),
        ("Where is /etc/hosts read from?", "hosts"),
        ("Is 3.11 faster than 3.10 at sums?", "3.11"),
        ("Isn't the cat's bowl empty?", "isnt cats"),
        ("Where do I write to me@example.org?", "example"),
        ("What does foo_bar-baz mean?", "bar"),
        ("東京はどこですか と聞きました", "東京"),
        ("Was ist eine GRÖSSE bei Schuhen?", "größe grosse"),
        ("Σε ποια ΑΘΗΝΑ είμαστε τώρα;", "αθήνα"),
        ("Again and again?", "again"),
        ("What is this?", "what is this"),
        ("Ｗｈａｔ is ｆｕｌｌｗｉｄｔｈ text?", "fullwidth"),
        ("Do you know हिन्दी numbers?", "हिन्दी"),
    ],
)
async def test_words_are_what_people_take_for_words(forum: Forum, title: str, typed: str) -> None:
    await ask(forum, title=title)
    assert await titles(forum, typed) == [title]


@pytest.mark.parametrize("typed", ["a" * 6000, "'", "\\", "bees'); --", "x \x00 y", "\ud83d", "ّ"])
async def test_whatever_is_typed_is_looked_for_without_an_error(forum: Forum, typed: str) -> None:
    await ask(forum, title=f"What is {'b' * 100}?", body="b" * 3000)
    assert await titles(forum, typed) == []


async def test_other_servers_questions_are_never_found(forum: Forum) -> None:
    await ask(forum, title=BEES, guild=OTHER_GUILD)
    assert await titles(forum, "bees") == []
    assert await titles(forum, "bees", OTHER_GUILD) == [BEES]


async def test_no_more_are_found_than_wanted(forum: Forum) -> None:
    for number in range(4):
        await ask(forum, title=f"How do bees dance in year {number}?")
    assert len(await forum.search.similar(GUILD, "bees dance", 3)) == 3


async def test_a_match_says_what_became_of_the_question(forum: Forum) -> None:
    question = await ask(forum, ADA, title=BEES)
    await answer(forum, question, BEN)
    await accept(forum, await answer(forum, question, BEN))
    (match,) = await forum.search.similar(GUILD, "bees", 5)
    assert (match.post_id, match.thread_id) == (question, message_of(question))
    assert (match.answers, match.solved) == (2, True)


async def test_a_close_title_is_shown_before_posting_and_a_far_one_is_not(forum: Forum) -> None:
    await ask(forum, title=BEES)
    await ask(forum, title=WASPS)
    close = await forum.search.close(GUILD, "How does a honey bee find the way home", 5)
    assert [match.title for match in close] == [BEES]
    assert await forum.search.close(GUILD, "Do bees sting people?", 5) == []


async def test_where_no_similar_questions_are_wanted_none_are_looked_for(forum: Forum) -> None:
    await ask(forum, title=BEES)
    assert await forum.search.close(GUILD, BEES, 0) == []
