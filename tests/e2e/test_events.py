"""What members and moderators do to messages, threads and forums without the bot."""

from simcord.backend import serializers

from tests.e2e.town import ANSWER, UP, Town, told
from tests.e2e.watch import Requests, statements, tags

TITLE = "Why does my radio only hum?"


async def test_a_deleted_comment_is_forgotten_and_an_edited_one_followed(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    first = await ben.send(thread, "Have you tried another plug?")
    second = await ben.send(thread, "Or another wall?", reply_to=first)
    await ben.edit(second, "Or another house?")
    await ben.delete(first)
    found = await place.bot.forum.comments.under(place.guild.id, 1)
    assert [item.body for item in found] == ["Or another house?"]


async def test_an_answers_card_deleted_by_a_moderator_deletes_the_answer(place: Town) -> None:
    ada, ben, cy = place.member("ada"), place.member("ben"), place.member("cy")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    await cy.react(answer, UP)
    await ada.click(answer, label="Accept")
    await place.admin.delete(answer)
    assert "0 answers" in str(place.card(thread).embeds[0].author.name)
    assert tags(place, thread) == ["Unanswered", "Gadgets"]
    assert [await place.points(one) for one in (ada, ben, cy)] == [120, 100, 100]


async def test_a_questions_card_deleted_by_a_moderator_deletes_the_question(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    await place.answer(ben, thread)
    await place.admin.delete(place.card(thread))
    (answer,) = [item for item in thread.history() if item.embeds]
    assert "was deleted" in str(answer.embeds[0].description)
    assert [await place.points(one) for one in (ada, ben)] == [100, 100]
    refused = await ben.slash(thread, "answer")
    assert "Open a question first" in place.refused(refused)


async def test_many_messages_deleted_at_once_are_all_followed(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    answer = await place.answer(ben, thread)
    comments = [await ben.send(thread, f"Remark number {number}.") for number in range(5)]
    gone = [answer.id, *(item.id for item in comments[:4])]
    place.env.backend.bulk_delete_messages(thread.id, gone)
    await place.env.settle()
    found = await place.bot.forum.comments.under(place.guild.id, 1)
    assert [item.body for item in found] == ["Remark number 4."]
    assert await place.points(ben) == 100
    assert (await place.bot.forum.recount.guild(place.guild.id)).none


async def test_the_same_deletion_told_twice_is_one(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    await place.admin.delete(answer)
    event = {
        "id": str(answer.id),
        "channel_id": str(thread.id),
        "guild_id": str(place.guild.id),
    }
    for _ in range(2):
        place.env.backend.emit("MESSAGE_DELETE", event)
    await place.env.settle()
    assert [await place.points(one) for one in (ada, ben)] == [120, 100]


async def test_a_deleted_thread_takes_its_question_along(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    await ben.react(place.card(thread), UP)
    await place.answer(ben, thread)
    place.env.backend.delete_channel(thread.id)
    await place.env.settle()
    assert [await place.points(one) for one in (ada, ben)] == [100, 100]
    refused = await ada.slash(place.welcome, "edit", number=1)
    assert "not here any more" in place.refused(refused)
    offered = await ben.autocomplete(place.welcome, "ask", "title", "radio hum")
    assert len(offered) == 1
    assert (await place.bot.forum.recount.guild(place.guild.id)).none


async def test_a_deleted_forum_keeps_points_and_says_how_to_go_on(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    shown = await ada.slash(place.welcome, "edit", number=1)
    place.env.backend.delete_channel(thread.id)
    place.env.backend.delete_channel(place.forum.id)
    await place.env.settle()
    assert await place.points(ada) == 100
    assert "not here any more" in told(await place.fill(ada, shown, body=ANSWER))
    refused = await ada.slash(place.welcome, "ask")
    assert "/setup" in place.refused(refused)
    await place.admin.slash(place.welcome, "setup")
    again = await place.ask(ada, "Why does my radio hum again?")
    assert place.card(again).embeds[0].title == "Why does my radio hum again?"


async def test_a_new_name_shows_from_a_members_next_act_on(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    place.env.backend.edit_member(place.guild.id, ada.id, {"nick": "Countess"})
    await place.env.settle()
    await ada.send(thread, "I mean the big one.")
    await ben.react(place.card(thread), UP)
    assert "by Countess" in str(place.card(thread).embeds[0].fields[0].value)


async def test_what_happens_in_other_channels_changes_nothing(place: Town) -> None:
    ben = place.member("ben")
    await place.ask(place.member("ada"), TITLE)
    requests = Requests(place)
    with statements(place) as noted:
        message = await ben.send(place.welcome, "Hello all of you.")
        await ben.react(message, "🎉")
    assert noted == []
    await ben.react(message, UP)
    await ben.edit(message, "Hello all.")
    await ben.delete(message)
    assert requests.writes() == []


async def test_a_thread_told_of_again_is_no_second_question(place: Town) -> None:
    thread = await place.post(place.member("ada"), TITLE, "It hums all day.")
    backend = place.env.backend
    stored = backend.get_message(thread.id, thread.id)
    payload = dict(serializers.message_payload(backend, stored))
    for _ in range(2):
        backend.announce_thread_create(backend.get_channel(thread.id))
        backend.emit("MESSAGE_CREATE", payload)
    await place.env.settle()
    assert len(place.cards(thread)) == 1
    assert await place.points(place.member("ada")) == 120
