"""Answering: the button, the command and the menu; long texts; who may not."""

import pytest
from simcord import ChannelHandle

from tests.e2e.town import ANSWER, UP, Town, filled, labels, offer, told

TITLE = "Why does my radio only hum?"


def pages(thread: ChannelHandle, start: int = 1) -> list[str]:
    """The descriptions of all cards and their further pages, from the answer's on."""
    return [str(item.embeds[0].description) for item in thread.history() if item.embeds][start:]


async def test_an_answer_shows_text_author_and_points(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    embed = (await place.answer(place.member("ben"), thread)).embeds[0]
    assert embed.description == ANSWER
    assert embed.author.name == "0 votes"
    assert str(embed.fields[0].value).startswith("answered <t:")
    assert str(embed.fields[0].value).endswith("by ben (140 points)")


async def test_the_command_answers_the_question_of_its_thread(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    shown = await ben.slash(thread, "answer")
    assert "Your answer is here" in told(await place.fill(ben, shown, body=ANSWER))
    outside = await ben.slash(place.welcome, "answer")
    assert "This works in a question's thread" in place.refused(outside)


async def test_the_question_lists_its_answers_with_links_and_changes_its_tag(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    answer = await place.answer(place.member("ben"), thread)
    embed = place.card(thread).embeds[0]
    assert embed.author.name == "0 votes · 1 answer · 💬 Answered"
    assert f"[0 votes](https://discord.com/channels/{place.guild.id}/{thread.id}/{answer.id})" in (
        str(embed.fields[-1].value)
    )


async def test_a_comment_becomes_an_answer_and_keeps_author_and_time(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    message = await ben.send(thread, ANSWER)
    await place.env.advance_time(120)

    result = await ada.context_menu(thread, "Turn into answer", message)

    assert "That message is an answer now" in told(result)
    card = place.card(thread, 1)
    written = int(message.created_at.timestamp())
    assert f"answered <t:{written}:R> by ben" in str(card.embeds[0].fields[0].value)
    assert card.embeds[0].description == ANSWER
    again = await ada.context_menu(thread, "Turn into answer", message)
    assert "is an answer already" in place.refused(again)


async def test_votes_on_a_comment_stay_behind_when_it_becomes_an_answer(place: Town) -> None:
    ada, ben, cy = place.member("ada"), place.member("ben"), place.member("cy")
    await place.choose("comment_votes", "yes")
    await place.admin.slash(place.welcome, "settings rule", name="comment_up", worth=5)
    thread = await place.ask(ada, TITLE)
    message = await ben.send(thread, ANSWER)
    await cy.react(message, UP)
    assert await place.points(ben) == 105

    await ada.context_menu(thread, "Turn into answer", message)

    assert await place.score(thread, 1) == "0 votes"
    assert await place.points(ben) == 140
    assert (await place.bot.forum.recount.guild(place.guild.id)).none


async def test_what_is_no_members_message_cannot_become_an_answer(place: Town) -> None:
    ada = place.member("ada")
    own = await place.post(ada, TITLE, "It hums all day.")
    result = await ada.context_menu(own, "Turn into answer", place.card(own))
    assert "Only a member's own message" in place.refused(result)
    result = await ada.context_menu(own, "Turn into answer", own.history()[0])
    assert "is the question" in place.refused(result)
    assert len(place.cards(own)) == 1
    outside = await ada.send(place.welcome, ANSWER)
    result = await ada.context_menu(place.welcome, "Turn into answer", outside)
    assert "Only a message in a question's thread" in place.refused(result)


async def test_one_answer_each_when_the_server_wants_it_so(place: Town) -> None:
    ada, ben, cy = place.member("ada"), place.member("ben"), place.member("cy")
    await place.choose("several_answers", "no")
    thread = await place.ask(ada, TITLE)
    late = await ben.click(place.card(thread), label="Answer")
    await place.answer(ben, thread)

    second = await ben.click(place.card(thread), label="Answer")
    assert "You have answered this already" in told(second)
    result = await place.fill(ben, late, body="Another answer of mine.")
    assert "You have answered this already" in told(result)
    await place.answer(cy, thread, body="Somebody else may still answer.")
    message = await ben.send(thread, "And a comment of mine.")
    promoted = await ada.context_menu(thread, "Turn into answer", message)
    assert "answered this already" in place.refused(promoted)
    assert len(place.cards(thread)) == 3


async def test_a_closed_question_takes_no_answer_and_keeps_what_was_typed(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    shown = await ben.click(place.card(thread), label="Answer")
    place.env.backend.edit_channel(thread.id, {}, thread_metadata={"locked": True})
    await place.env.settle()

    result = await place.fill(ben, shown, body=ANSWER)
    assert "This question is closed" in told(result)
    assert "🔒 Closed" in str(place.card(thread).embeds[0].author.name)
    assert "Answer" not in str(place.card(thread).components)

    place.env.backend.edit_channel(thread.id, {}, thread_metadata={"locked": False})
    await place.env.settle()
    form = await ben.click(offer(result), label="Open my draft again")
    assert filled(form)["body"] == ANSWER
    assert "Your answer is here" in told(await place.fill(ben, form))


async def test_the_words_of_another_answer_are_refused(place: Town) -> None:
    ben, cy = place.member("ben"), place.member("cy")
    thread = await place.ask(place.member("ada"), TITLE)
    await place.answer(ben, thread)
    shown = await cy.click(place.card(thread), label="Answer")
    result = await place.fill(cy, shown, body=ANSWER.lower())
    assert "says exactly this already" in told(result)
    assert len(place.cards(thread)) == 2


async def test_a_failure_of_discord_keeps_the_answer_and_posts_it_once(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    shown = await ben.click(place.card(thread), label="Answer")
    place.env.inject_error("POST", f"/channels/{thread.id}/messages", status=500)
    result = await place.fill(ben, shown, body=ANSWER)
    assert "(error " in told(result)
    assert labels(result) == ["Open my draft again"]
    await place.restart()
    assert len(place.cards(thread)) == 1
    form = await ben.click(offer(result), label="Open my draft again")
    await place.fill(ben, form, body="Better words for the same.")
    assert place.card(thread, 1).embeds[0].description == "Better words for the same."


async def test_a_message_that_could_not_become_an_answer_can_at_the_second_try(
    place: Town,
) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    message = await ben.send(thread, ANSWER)
    place.env.inject_error("POST", f"/channels/{thread.id}/messages", status=500)
    failed = await ben.context_menu(thread, "Turn into answer", message)
    assert "(error " in told(failed)
    assert place.env.errors
    again = await ben.context_menu(thread, "Turn into answer", message)
    assert "is an answer now" in told(again)


async def test_an_expired_form_keeps_the_answer(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    shown = await ben.click(place.card(thread), label="Answer")
    place.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062, times=2)
    await place.fill(ben, shown, body=ANSWER)
    assert len(place.cards(thread)) == 1
    assert filled(await ben.slash(thread, "draft"))["body"] == ANSWER


@pytest.mark.parametrize("body", ["Too short", "         .        ", "\u200b" * 40])
async def test_an_answer_that_says_too_little_is_refused(place: Town, body: str) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    shown = await ben.click(place.card(thread), label="Answer")
    said = told(await place.fill(ben, shown, body=body))
    assert "The answer" in said
    assert "12 to 4000" in said
    assert len(place.cards(thread)) == 1


@pytest.mark.parametrize(
    "body",
    ["🦆" * 4000, "語" * 4000, "👩‍👩‍👧‍👦" * 570, "word " * 799 + "end!", "line of a text\n" * 266],
)
async def test_every_character_of_a_long_answer_can_be_read(place: Town, body: str) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    await place.answer(place.member("ben"), thread, body=body)
    shown = "".join("".join(page.split()) for page in pages(thread))
    assert shown == "".join(body.split())
    for item in thread.history():
        for embed in item.embeds:
            assert len((embed.description or "").encode("utf-16-le")) // 2 <= 4096
            assert len(embed) <= 6000


async def test_a_code_block_goes_on_as_code_in_the_next_message(place: Town) -> None:
    emoji = "x = '" + "🦆" * 40 + "'\n"
    body = "Try this:\n```python\n" + emoji * 70 + "```\nThat is all."
    thread = await place.ask(place.member("ada"), TITLE)
    await place.answer(place.member("ben"), thread, body=body)
    found = pages(thread)
    assert len(found) > 1
    for page in found:
        assert page.count("```") % 2 == 0
    assert found[1].startswith("```python\n")
    assert sum(page.count("🦆") for page in found) == 40 * 70
