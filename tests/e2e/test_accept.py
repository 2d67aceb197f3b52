"""Accepting an answer: by whom, one at a time, and what follows."""

import discord

from tests.e2e.town import UP, Town, told
from tests.e2e.watch import tags

TITLE = "Why does my radio only hum?"
MARK = "✅"


def marks(message: discord.Message) -> int:
    """How many ✅ a message shows."""
    return sum(item.count for item in message.reactions if str(item.emoji) == MARK)


def top(place: Town) -> str:
    """The list of answers on the question's card."""
    return str(place.card(place.threads[0]).embeds[0].fields[-1].value)


async def test_the_accepted_answer_shows_on_both_cards_and_pays_both(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    assert tags(place, thread) == ["Answered", "Gadgets"]

    assert told(await ada.click(answer, label="Accept")) == "This is the accepted answer now."

    card = place.card(thread)
    link = f"https://discord.com/channels/{place.guild.id}/{thread.id}/{answer.id}"
    assert "✅ Solved" in str(card.embeds[0].author.name)
    assert card.embeds[0].colour == discord.Colour.green()
    assert top(place).startswith(f"✅ [0 votes]({link}) by ben")
    assert place.card(thread, 1).embeds[0].author.name == "0 votes · ✅ Accepted answer"
    assert tags(place, thread) == ["Solved", "Gadgets"]
    assert (await place.points(ada), await place.points(ben)) == (150, 440)


async def test_taking_the_acceptance_back_takes_all_of_it_back(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    await ada.click(answer, label="Accept")
    result = await ada.click(place.card(thread, 1), label="Take acceptance back")
    assert told(result) == "No answer is accepted now."
    assert place.card(thread, 1).embeds[0].author.name == "0 votes"
    assert tags(place, thread) == ["Answered", "Gadgets"]
    assert (await place.points(ada), await place.points(ben)) == (120, 140)
    assert (await place.bot.forum.recount.guild(place.guild.id)).none


async def test_another_choice_replaces_the_first(place: Town) -> None:
    ada, ben, cy = place.member("ada"), place.member("ben"), place.member("cy")
    thread = await place.ask(ada, TITLE)
    first = await place.answer(ben, thread)
    second = await place.answer(cy, thread, body="Something entirely different helped me.")
    await ada.click(first, label="Accept")
    assert "instead of #2" in told(await ada.click(second, label="Accept"))
    assert place.card(thread, 1).embeds[0].author.name == "0 votes"
    assert place.card(thread, 2).embeds[0].author.name == "0 votes · ✅ Accepted answer"
    assert (await place.points(ben), await place.points(cy)) == (140, 440)
    assert await place.points(ada) == 150


async def test_the_accepted_answer_stands_first_then_votes_decide(place: Town) -> None:
    ada, ben, cy = place.member("ada"), place.member("ben"), place.member("cy")
    thread = await place.ask(ada, TITLE)
    low = await place.answer(ben, thread)
    high = await place.answer(cy, thread, body="Something entirely different helped me.")
    await ada.react(high, UP)
    assert [line.split(")")[-1][4:6] for line in top(place).splitlines()] == ["cy", "be"]
    await ada.click(low, label="Accept")
    assert [line.split(")")[-1][4:6] for line in top(place).splitlines()] == ["be", "cy"]


async def test_the_askers_mark_accepts_and_its_removal_takes_back(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    await ada.react(answer, MARK)
    assert tags(place, thread) == ["Solved", "Gadgets"]
    assert await place.points(ben) == 440
    await ada.unreact(answer, MARK)
    assert tags(place, thread) == ["Answered", "Gadgets"]
    assert await place.points(ben) == 140


async def test_a_strangers_mark_is_taken_off_and_accepts_nothing(place: Town) -> None:
    ada, ben, cy = place.member("ada"), place.member("ben"), place.member("cy")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    await cy.react(answer, MARK)
    await ben.react(answer, MARK)
    assert marks(place.card(thread, 1)) == 0
    assert tags(place, thread) == ["Answered", "Gadgets"]
    assert "Only the asker" in told(await cy.click(answer, label="Accept"))
    result = await cy.context_menu(thread, "Accept answer", answer)
    assert "Only the asker" in place.refused(result)
    assert await place.points(ben) == 140


async def test_one_who_may_manage_threads_can_accept(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    answer = await place.answer(place.member("ben"), thread)
    await place.admin.react(answer, MARK)
    assert tags(place, thread) == ["Solved", "Gadgets"]
    await place.admin.click(place.card(thread, 1), label="Take acceptance back")
    assert tags(place, thread) == ["Answered", "Gadgets"]
    role = place.guild.create_role("helper", permissions=discord.Permissions(manage_threads=True))
    helper = place.guild.add_member(place.env.create_user("helper"), roles=[role])
    assert "accepted" in told(await helper.context_menu(thread, "Accept answer", answer))
    assert tags(place, thread) == ["Solved", "Gadgets"]


async def test_an_answer_of_ones_own_can_be_accepted_and_pays_for_choosing(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ada, thread)
    await ada.click(answer, label="Accept")
    assert tags(place, thread) == ["Solved", "Gadgets"]
    assert await place.points(ada) == 100 + 20 + 40 + 30


async def test_a_mark_on_anything_but_an_answer_means_nothing(place: Town) -> None:
    ada, cy = place.member("ada"), place.member("cy")
    thread = await place.ask(ada, TITLE)
    comment = await cy.send(thread, "Have you tried another plug?")
    for message in (place.card(thread), comment):
        await cy.react(message, MARK)
        await ada.react(message, MARK)
    assert marks(place.card(thread)) == 2
    assert tags(place, thread) == ["Unanswered", "Gadgets"]
    result = await ada.context_menu(thread, "Accept answer", comment)
    assert "That message is no answer" in place.refused(result)


async def test_a_mark_on_a_deleted_answer_makes_no_error(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    await place.bot.forum.removal.delete(place.guild.id, 2, ben.id, is_moderator=False)
    await place.quiet()
    await ada.react(answer, MARK)
    await ada.unreact(answer, MARK)
    assert tags(place, thread) == ["Unanswered", "Gadgets"]
    gone = await ada.context_menu(thread, "Accept answer", answer)
    assert "not here any more" in place.refused(gone)


async def test_what_was_taken_back_by_button_stays_so_after_a_restart(place: Town) -> None:
    ada, ben, cy = place.member("ada"), place.member("ben"), place.member("cy")
    thread = await place.ask(ada, TITLE)
    first = await place.answer(ben, thread)
    second = await place.answer(cy, thread, body="Something entirely different helped me.")
    await ada.react(first, MARK)
    await ada.react(second, MARK)
    assert [marks(place.card(thread, number)) for number in (1, 2)] == [0, 1]
    await ada.click(place.card(thread, 2), label="Take acceptance back")
    assert marks(place.card(thread, 2)) == 0
    await place.restart()
    assert tags(place, thread) == ["Answered", "Gadgets"]
    assert await place.points(ada) == 120


async def test_a_double_press_of_accept_accepts(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    await place.at_once(ada, answer, "Accept", times=2)
    assert await place.points(ben) == 440
    await place.at_once(ada, place.card(thread, 1), "Take acceptance back", times=2)
    assert await place.points(ben) == 140
