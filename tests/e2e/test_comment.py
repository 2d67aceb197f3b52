"""Comments: the other messages of a question's thread."""

import pytest

from bot.domain.posts import Kind
from bot.services.questions import Place
from tests.e2e.town import Town, told

TITLE = "Why does my radio only hum?"


async def comments(place: Town) -> list[Place]:
    question = await place.bot.forum.questions.in_thread(place.guild.id, place.threads[0].id)
    assert question is not None
    return await place.bot.forum.comments.under(place.guild.id, question.id)


async def test_a_reply_to_a_card_is_a_comment_on_that_post(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    await ada.send(thread, "Which knob?", reply_to=answer)
    await ben.send(thread, "Is it old?", reply_to=place.card(thread))
    on_answer, on_question = await comments(place)
    shown = await place.bot.forum.questions.at_message(place.guild.id, answer.id)
    assert shown is not None
    assert on_answer.parent_id == shown.id
    assert on_question.parent_id == on_question.question_id
    assert (on_answer.body, on_answer.author_id) == ("Which knob?", ada.id)


async def test_a_reply_to_a_comment_is_a_comment_on_the_same_post(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    first = await ada.send(thread, "Which knob?", reply_to=answer)
    await ben.send(thread, "The left one.", reply_to=first)
    one, two = await comments(place)
    assert one.parent_id == two.parent_id != one.question_id


async def test_a_plain_message_is_a_comment_on_the_question(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    await place.member("ben").send(thread, "Same here.")
    (comment,) = await comments(place)
    assert comment.parent_id == comment.question_id
    assert comment.kind is Kind.COMMENT


async def test_an_edit_and_a_deletion_are_followed(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    message = await ben.send(thread, "Same here.")
    await ben.edit(message, "Same here, since May.")
    (comment,) = await comments(place)
    assert (comment.body, comment.revision) == ("Same here, since May.", 2)
    await ben.delete(message)
    assert await comments(place) == []


async def test_a_deleted_answer_takes_the_comments_on_it_along(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    await ada.send(thread, "Which knob?", reply_to=answer)
    await ada.send(thread, "Anybody else?")
    await place.admin.delete(answer)
    assert [item.body for item in await comments(place)] == ["Anybody else?"]


async def test_bots_webhooks_and_other_channels_are_ignored(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    robot = place.guild.add_member(place.env.create_user("robot", bot=True))
    message = await robot.send(thread, "beep")
    await robot.edit(message, "beep beep")
    await place.member("ben").send(place.welcome, "Hello")
    assert await comments(place) == []


async def test_a_profile_counts_comments(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    await ben.send(thread, "Same here.")
    result = await ben.slash(thread, "profile")
    assert result.response is not None
    fields = {field.name: field.value for field in result.response.embeds[0].fields}
    assert fields["Comments"] == "1"


async def test_a_comment_is_edited_where_it_stands_not_in_a_form(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    message = await ben.send(thread, "Same here.")
    result = await ben.context_menu(thread, "Edit post", message)
    assert "its author edits it on Discord" in place.refused(result)


@pytest.mark.parametrize("text", ["\u200b", "@everyone look", "x" * 2000])
async def test_any_words_can_be_a_comment_and_draw_no_word_of_the_bot(
    place: Town, text: str
) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    before = len(thread.history())
    await place.member("ben").send(thread, text)
    assert len(thread.history()) == before + 1
    assert [item.body for item in await comments(place)] == [text]
    said = told(await place.member("ben").slash(thread, "why", number=1))
    assert "You have not voted on this" in said
