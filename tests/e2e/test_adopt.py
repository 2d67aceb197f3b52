"""A member's own forum post becomes a question, and stays what its author makes of it."""

import discord

from tests.e2e.town import UP, Town, offer, told

TITLE = "How do owls turn their heads?"
BODY = "I saw one look **behind** itself."


async def test_a_members_own_post_gets_a_card_with_arrows(place: Town) -> None:
    thread = await place.post(place.member("ada"), TITLE, BODY)
    card = place.card(thread)
    embed = card.embeds[0]
    assert embed.title == TITLE
    assert f"/{thread.id}/{thread.id}" in str(embed.description)
    assert "by ada (120 points)" in str(embed.fields[0].value)
    assert [str(item.emoji) for item in card.reactions] == ["⬆️", "⬇️"]
    assert thread.history()[0].content == BODY


async def test_an_adopted_question_is_found_answered_and_voted_on(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.post(ada, TITLE, BODY)
    await ben.react(place.card(thread), UP)
    assert await place.score(thread) == "+1 vote"
    await place.answer(ben, thread)
    assert "1 answer" in str(place.card(thread).embeds[0].author.name)
    offered = await ben.autocomplete(place.welcome, "ask", "title", "owls heads")
    assert f"Go to: {TITLE}" in [choice["name"] for choice in offered]
    (letter,) = place.letters(ada)
    assert "ben answered your question" in letter


async def test_a_post_is_adopted_once(place: Town) -> None:
    thread = await place.post(place.member("ada"), TITLE, BODY)
    await place.restart()
    assert len(place.cards(thread)) == 1


async def test_a_post_without_words_is_adopted_with_its_image(place: Town) -> None:
    thread = await place.post(place.member("ada"), TITLE, "", (("owl.png", b"\x89PNG"),))
    assert place.card(thread).embeds[0].title == TITLE


async def test_a_post_of_another_bot_or_in_another_forum_is_left_alone(place: Town) -> None:
    other = place.guild.create_forum_channel("chatter")
    backend = place.env.backend
    robot = place.guild.add_member(place.env.create_user("robot", bot=True))
    by_robot = await place.post(robot, TITLE, BODY)
    assert place.cards(by_robot) == []
    thread = backend.create_thread(other.id, TITLE, place.member("ada").id, broadcast=False)
    backend.announce_thread_create(thread)
    await place.env.settle()
    assert not place.cards(other.threads[0])


async def test_an_edit_of_the_first_message_becomes_a_revision(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.post(ada, TITLE, BODY)
    await place.env.advance_time(301)
    await ada.edit(thread.history()[0], "I saw one look all around.")

    assert "edited" in str(place.card(thread).embeds[0].fields[0].value)
    more = await ben.click(place.card(thread), label="More")
    history = told(await ben.click(offer(more), label="History"))
    assert "Revision 2" in history
    assert "all around" in history
    assert "behind" in history


async def test_renaming_the_thread_renames_the_question(place: Town) -> None:
    thread = await place.post(place.member("ada"), TITLE, BODY)
    place.env.backend.edit_channel(thread.id, {"name": "How far can an owl turn its head?"})
    await place.env.settle()
    assert place.card(thread).embeds[0].title == "How far can an owl turn its head?"


async def test_deleting_the_first_message_deletes_the_question(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.post(ada, TITLE, BODY)
    await ben.react(place.card(thread), UP)
    await ada.delete(thread.history()[0])
    texts = [str(item.embeds[0].description) for item in thread.history() if item.embeds]
    assert any("was deleted" in text for text in texts)
    assert await place.points(ada) == await place.points(ben) == 100
    assert (await place.bot.forum.recount.guild(place.guild.id)).none


async def test_deleting_the_thread_deletes_the_question(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.post(ada, TITLE, BODY)
    await place.answer(ben, thread)
    place.env.backend.delete_channel(thread.id)
    await place.env.settle()
    assert await place.points(ada) == await place.points(ben) == 100
    offered = await ben.autocomplete(place.welcome, "ask", "title", "owls heads")
    assert len(offered) == 1


async def test_the_card_of_an_adopted_post_offers_no_form_for_its_text(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.post(ada, TITLE, BODY)
    card = place.card(thread)
    assert [
        part.label
        for row in card.components
        if isinstance(row, discord.ActionRow)
        for part in row.children
        if isinstance(part, discord.Button)
    ] == ["Answer", "More"]
    refused = await ada.context_menu(thread, "Edit post", card)
    assert "Edit that message" in place.refused(refused)
