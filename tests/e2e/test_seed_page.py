"""The page that the forum is modelled on, posted as a question and its answer.

Its text is read from the shared folder beside the repository when it is there; else a text
of our own stands in for it, of the same shape.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import discord
import pytest
from simcord import ChannelHandle, MemberActor

from bot.domain.votes import Vote
from tests.e2e.town import UP, Town

SEED = Path(__file__).parents[3] / "shared" / "reference" / "seed-question-page.txt"
TITLE = "What are the responsibilities of a therapist and of a client?"
DETAILS = "Who of the two has to do what, so that therapy works?"
QUESTION_VOTES, ANSWER_VOTES, POINTS = 81, 73, 6000


@dataclass(frozen=True, slots=True)
class Page:
    """What the page shows: the votes of both posts, the category, and the answer's text."""

    question_votes: int
    answer_votes: int
    category: str
    answer: str


def read(text: str) -> Page:
    """Take a saved page apart."""
    question, answer = re.findall(r"^\+(\d+) votes$", text, re.MULTILINE)
    category = re.search(r"^in (.+) by \(", text, re.MULTILINE)
    assert category is not None
    body = text.split(f"+{answer} votes\n")[1].split(" points)\n", 1)[1]
    return Page(int(question), int(answer), category[1], body.split("\nWelcome to ")[0].strip("\n"))


def own_text() -> str:
    """A page of our own: a numbered list, bullets under each number, about 2,600 characters."""
    duty = "Keep what was agreed, say early when that cannot be done, and ask what would help."
    lines = ["A garden that is shared works when each side does its part:", ""]
    for number, side in enumerate(("The owner's part", "The helper's part"), 1):
        lines += [f"  {number}. {side}:", ""]
        lines += [f"    • Duty {number}.{point} of this side: {duty * 3}" for point in range(1, 5)]
    lines += ["", f"In the end it is a matter of trust. {duty}"]
    answer = "\n".join(lines)
    return (
        "+81 votes\nin Mental Health by (6.0k points)\nedited by\n\nYour answer\n\n"
        f"+73 votes\nby (6.0k points)\n\n{answer}\n\nWelcome to a forum where you can ask\n"
    )


def sources() -> list[tuple[str, str]]:
    """Texts of our own always, and the page itself where it is."""
    found = [("own", own_text())]
    if SEED.is_file():
        found.append(("seed", SEED.read_text(encoding="utf-8")))
    return found


@pytest.fixture(params=sources(), ids=lambda source: str(source[0]))
def page(request: pytest.FixtureRequest) -> Page:
    return read(request.param[1])


def markdown(answer: str) -> str:
    """The answer as somebody types it: hyphens for the page's bullets."""
    return re.sub(r"^(\s*)•", r"\1-", answer, flags=re.MULTILINE)


def shown(thread: ChannelHandle, post: discord.Message) -> str:
    """A post's text as it stands in the thread, its further messages included."""
    at = [item.id for item in thread.history()].index(post.id)
    found = [str(post.embeds[0].description)]
    for item in thread.history()[at + 1 :]:
        if not item.embeds or item.embeds[0].fields:
            break
        found.append(str(item.embeds[0].description))
    return "\n".join(found)


async def raise_votes(
    place: Town, thread: ChannelHandle, number: int, wanted: int, author: MemberActor
) -> None:
    """Two members react, the others' votes are cast as their reactions would cast them."""
    card = place.card(thread, number)
    for name in ("Mina", "Noor"):
        await place.member(name).react(card, UP)
    guild_id = place.guild.id
    for voter in range(wanted - 2):
        await place.bot.forum.votes.cast(guild_id, card.id, 1_000_000 + voter, Vote.UP)
    held = await place.points(author)
    await place.bot.forum.members.award(guild_id, author.id, POINTS - held)
    await place.quiet()


async def post_page(place: Town, page: Page) -> ChannelHandle:
    asker, helper = place.member("Maya"), place.member("Tomas")
    await place.admin.slash(place.welcome, "category add", name=page.category)
    thread = await place.ask(asker, TITLE, body=DETAILS, category=page.category)
    await place.answer(helper, thread, body=markdown(page.answer))
    await place.env.advance_time(301)
    form = await place.admin.click(place.card(thread), label="Edit")
    await place.fill(place.admin, form, body=DETAILS + " Thank you.")
    await raise_votes(place, thread, 0, page.question_votes, asker)
    await raise_votes(place, thread, 1, page.answer_votes, helper)
    return thread


async def test_the_page_looks_in_the_thread_as_it_did_on_the_web(place: Town, page: Page) -> None:
    assert (page.question_votes, page.answer_votes) == (QUESTION_VOTES, ANSWER_VOTES)
    thread = await post_page(place, page)
    question, answer = place.card(thread), place.card(thread, 1)

    asked = str(question.embeds[0].fields[0].value)
    assert str(question.embeds[0].author.name).startswith("+81 votes · 1 answer")
    assert f"in **{page.category}** by Maya (6.0k points)" in asked
    assert page.category == "Mental Health"
    assert re.search(r"edited <t:\d+:R> by admin", asked)
    assert str(answer.embeds[0].author.name).startswith("+73 votes")
    assert "by Tomas (6.0k points)" in str(answer.embeds[0].fields[0].value)
    assert "[+73 votes](" in str(question.embeds[0].fields[-1].value)


async def test_every_word_of_the_answer_is_readable_with_its_lists_intact(
    place: Town, page: Page
) -> None:
    assert len(page.answer) > 2000
    thread = await post_page(place, page)
    text = shown(thread, place.card(thread, 1))

    assert text.split() == markdown(page.answer).split()
    for line in markdown(page.answer).splitlines():
        if line.strip():
            assert line in text.splitlines(), line
    assert len(re.findall(r"^  \d\. ", text, re.MULTILINE)) == 2
    assert len(re.findall(r"^    - ", text, re.MULTILINE)) == 8


async def test_all_points_and_scores_are_as_the_ballots_say(place: Town, page: Page) -> None:
    await post_page(place, page)
    assert (await place.bot.forum.recount.guild(place.guild.id)).none


def test_the_page_itself_is_read_wherever_the_shared_folder_is() -> None:
    there = SEED.is_file()
    assert [name for name, _ in sources()] == (["own", "seed"] if there else ["own"])
