"""Deleting posts: by whom, what stays to be seen, and where the points go."""

import discord
from simcord import InteractionResult, MemberActor

from tests.e2e.town import UP, Town, labels, offer, told
from tests.e2e.watch import tags

TITLE = "Why does my radio only hum?"
GONE = "was deleted. Its votes and points are taken back."


async def delete(member: MemberActor, message: discord.Message) -> InteractionResult:
    """Delete a post by its card's panel."""
    more = await member.click(message, label="More")
    sure = await member.click(offer(more), label="Delete")
    return await member.click(offer(sure), label="Yes, delete it")


def texts(place: Town) -> list[str]:
    """The descriptions of everything the bot shows in the first thread."""
    history = place.threads[0].history()
    return [str(item.embeds[0].description) for item in history if item.embeds]


async def test_authors_delete_their_own_answers(place: Town) -> None:
    ada, ben, cy = place.member("ada"), place.member("ben"), place.member("cy")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    await cy.react(answer, UP)
    await ada.click(answer, label="Accept")

    assert told(await delete(ben, place.card(thread, 1))) == "The answer #2 is deleted."

    assert texts(place)[1] == f"This answer {GONE}"
    assert not thread.history()[1].components
    assert "1 answer" not in str(place.card(thread).embeds[0].author.name)
    assert tags(place, thread) == ["Unanswered", "Gadgets"]
    assert [await place.points(one) for one in (ada, ben, cy)] == [120, 100, 100]
    assert (await place.bot.forum.recount.guild(place.guild.id)).none


async def test_asking_first_shows_what_would_be_deleted(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    sure = await ada.click(offer(await ada.click(place.card(thread), label="More")), label="Delete")
    assert "question with all its answers" in told(sure)
    assert labels(sure) == ["Yes, delete it"]
    assert GONE not in texts(place)[0]


async def test_a_question_nobody_helped_with_can_be_deleted_by_its_author(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    await place.answer(ben, thread)
    await delete(ada, place.card(thread))
    assert all(text.endswith(GONE) for text in texts(place))
    assert [await place.points(one) for one in (ada, ben)] == [100, 100]
    offered = await ben.autocomplete(place.welcome, "ask", "title", "radio hum")
    assert len(offered) == 1


async def test_a_question_that_others_helped_with_stays(place: Town) -> None:
    ada, ben, cy = place.member("ada"), place.member("ben"), place.member("cy")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    await cy.react(answer, UP)
    assert "Others have helped here" in told(await delete(ada, place.card(thread)))
    assert len(place.cards(thread)) == 2
    assert "is deleted" in told(await delete(place.admin, place.card(thread)))
    assert [await place.points(one) for one in (ada, ben, cy)] == [100, 100, 100]
    assert (await place.bot.forum.recount.guild(place.guild.id)).none


async def test_nobody_else_is_offered_to_delete(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    more = await place.member("ben").click(place.card(thread), label="More")
    assert labels(more) == ["History"]


async def test_a_moderator_deletes_any_answer(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    await place.answer(place.member("ben"), thread)
    await delete(place.admin, place.card(thread, 1))
    assert texts(place)[1].endswith(GONE)
    assert await place.points(place.member("ben")) == 100


async def test_a_second_press_says_that_it_is_gone(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    sure = await ada.click(offer(await ada.click(place.card(thread), label="More")), label="Delete")
    await ada.click(offer(sure), label="Yes, delete it")
    again = await ada.click(offer(sure), label="Yes, delete it")
    assert "not here any more" in told(again)


async def test_the_further_pages_of_a_deleted_answer_go_too(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    await place.answer(ben, thread, body="語" * 3990 + "\n" + "🦆" * 5)
    long = await place.answer(ben, thread, body="🦆" * 4000)
    before = len(thread.history())
    await delete(ben, long)
    assert len(thread.history()) < before
    assert "🦆🦆🦆🦆🦆🦆" not in "".join(texts(place))


async def test_a_page_that_a_moderator_deleted_stops_no_drawing(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    long = await place.answer(ben, thread, body="🦆" * 4000)
    place.env.inject_error("DELETE", "/channels/*/messages/*", status=404, code=10008)
    await delete(ben, long)
    await place.quiet()
    assert await place.bot.forum.cards.stale() == []
