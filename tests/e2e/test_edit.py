"""Editing: who may, what is kept, and what happens when two do it at once."""

import pytest
from simcord import ChannelHandle

from tests.e2e.town import ANSWER, BODY, Town, filled, labels, offer, told

TITLE = "Why does my radio only hum?"
NEW = "I looked in the manual, and now I have looked inside, too."


def byline(place: Town, thread: ChannelHandle, number: int = 0) -> str:
    return str(place.card(thread, number).embeds[0].fields[0].value)


async def history(place: Town, thread: ChannelHandle, number: int = 0) -> str:
    reader = place.member("reader")
    more = await reader.click(place.card(thread, number), label="More")
    return told(await reader.click(offer(more), label="History"))


async def test_an_author_edits_title_text_category_and_tags(place: Town) -> None:
    ada = place.member("ada")
    await place.admin.slash(place.welcome, "category add", name="Radios")
    thread = await place.ask(ada, TITLE, tags="hum", category="Gadgets")
    form = await ada.click(place.card(thread), label="Edit")
    before = {"title": TITLE, "body": BODY, "category": "Gadgets", "tags": "hum"}
    assert filled(form) == before

    result = await place.fill(
        ada, form, title="Why does it hum and hiss?", body=NEW, category="Radios", tags="hiss"
    )

    assert told(result) == "Your edit is saved; the card follows."
    embed = place.card(thread).embeds[0]
    assert (embed.title, embed.description) == ("Why does it hum and hiss?", NEW)
    assert "in **Radios**" in byline(place, thread)
    assert embed.fields[1].value == "`hiss`"
    stored = place.env.backend.get_channel(place.forum.id).available_tags
    radios = next(int(tag["id"]) for tag in stored if tag["name"] == "Radios")
    assert radios in place.env.backend.get_channel(thread.id).applied_tags
    shown = await history(place, thread)
    for word in ("- Why does my radio only", "+ Why does it hum and hiss?", "hiss"):
        assert word in shown


async def test_an_answer_is_edited_by_button_and_by_menu(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    answer = await place.answer(ben, thread)
    form = await ben.click(answer, label="Edit")
    await place.fill(ben, form, body="Turn the right knob instead.")
    assert place.card(thread, 1).embeds[0].description == "Turn the right knob instead."
    form = await ben.context_menu(thread, "Edit post", place.card(thread, 1))
    assert filled(form) == {"body": "Turn the right knob instead."}


async def test_the_same_text_again_is_no_edit(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    form = await ada.click(place.card(thread), label="Edit")
    assert told(await place.fill(ada, form)) == "Nothing was changed."
    assert "never edited" in await history(place, thread)


async def test_a_moderator_may_edit_and_is_named_at_once(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    form = await place.admin.click(place.card(thread), label="Edit")
    await place.fill(place.admin, form, body=NEW)
    assert byline(place, thread).split("\n")[1].startswith("edited <t:")
    assert byline(place, thread).endswith("by admin")
    assert "by admin" in await history(place, thread)


async def test_a_stranger_may_not_edit(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    refused = await ben.click(place.card(thread), label="Edit")
    assert refused.modal is None
    assert told(refused) == "Only its author or a moderator can edit this."
    by_menu = await ben.context_menu(thread, "Edit post", place.card(thread))
    assert "Only its author" in place.refused(by_menu)


async def test_an_author_is_named_as_editor_only_after_five_minutes(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    await place.env.advance_time(290)
    form = await ada.click(place.card(thread), label="Edit")
    await place.fill(ada, form, body=NEW)
    assert "edited" not in byline(place, thread)
    await place.env.advance_time(20)
    form = await ada.click(place.card(thread), label="Edit")
    await place.fill(ada, form, body=NEW + " Twice.")
    assert byline(place, thread).split("\n")[1].startswith("edited <t:")
    assert byline(place, thread).endswith("by ada")


async def test_the_second_of_two_editors_sees_the_difference_and_keeps_their_text(
    place: Town,
) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    hers = await ada.click(place.card(thread), label="Edit")
    theirs = await place.admin.click(place.card(thread), label="Edit")
    await place.fill(place.admin, theirs, body="I looked everywhere.")

    late = await place.fill(ada, hers, body=NEW)

    assert "Somebody else edited this while you were writing" in told(late)
    assert "- I looked everywhere." in told(late)
    assert labels(late) == ["Open my version again"]
    assert place.card(thread).embeds[0].description == "I looked everywhere."

    await place.restart()
    form = await ada.click(offer(late), label="Open my version again")
    assert filled(form)["body"] == NEW
    assert told(await place.fill(ada, form)).startswith("Your edit is saved")
    assert place.card(thread).embeds[0].description == NEW
    assert "no draft" in place.refused(await ada.slash(thread, "draft"))


async def test_a_conflict_in_the_title_alone_is_shown_too(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    hers = await ada.click(place.card(thread), label="Edit")
    theirs = await place.admin.click(place.card(thread), label="Edit")
    await place.fill(place.admin, theirs, title="Why does the radio of mine hum?")
    late = await place.fill(ada, hers, title="Why does my radio hum and hiss?")
    assert "the radio of mine" in told(late)


async def test_a_refused_edit_is_kept_and_opens_again(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    form = await ada.click(place.card(thread), label="Edit")
    result = await place.fill(ada, form, title="Short", body=NEW)
    assert "The title has 5 characters" in told(result)
    assert place.card(thread).embeds[0].title == TITLE
    again = await ada.click(offer(result), label="Open my draft again")
    assert (filled(again)["title"], filled(again)["body"]) == ("Short", NEW)


async def test_an_expired_edit_is_kept(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    form = await ada.click(place.card(thread), label="Edit")
    place.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062, times=2)
    await place.fill(ada, form, body=NEW)
    assert place.card(thread).embeds[0].description == BODY
    assert filled(await ada.slash(thread, "draft"))["body"] == NEW


async def test_a_text_grows_past_one_message_and_shrinks_back(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    await place.answer(ben, thread)
    await ben.send(thread, "A comment in between.")
    size = len(thread.history())

    form = await ben.click(place.card(thread, 1), label="Edit")
    await place.fill(ben, form, body="🦆" * 4000)
    grown = [str(item.embeds[0].description) for item in thread.history() if item.embeds][1:]
    assert "".join(grown) == "🦆" * 4000
    assert len(thread.history()) == size + len(grown) - 1

    form = await ben.click(place.card(thread, 1), label="Edit")
    assert filled(form)["body"] == "🦆" * 4000
    await place.fill(ben, form, body=ANSWER)
    assert len(thread.history()) == size
    assert place.card(thread, 1).embeds[0].description == ANSWER


async def test_a_page_that_was_deleted_by_hand_comes_back(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    await place.answer(ben, thread, body="🦆" * 4000)
    await place.admin.delete(thread.history()[-1])
    shown = [str(item.embeds[0].description) for item in thread.history() if item.embeds][1:]
    assert "".join(shown) == "🦆" * 4000


async def test_a_closed_question_is_edited_by_moderators_only(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    place.env.backend.edit_channel(thread.id, {}, thread_metadata={"locked": True})
    await place.env.settle()
    assert "closed" in told(await ada.click(place.card(thread), label="Edit"))
    form = await place.admin.click(place.card(thread), label="Edit")
    assert "saved" in told(await place.fill(place.admin, form, body=NEW))


async def test_an_adopted_message_that_became_an_answer_is_edited_in_place(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    message = await ben.send(thread, ANSWER)
    await ben.context_menu(thread, "Turn into answer", message)
    await ben.edit(message, "Turn the right knob instead.")
    assert place.card(thread, 1).embeds[0].description == "Turn the right knob instead."
    assert "+ Turn the right" in await history(place, thread, 1)


@pytest.mark.parametrize("name", ["title", "body"])
async def test_what_was_typed_over_a_deleted_post_is_kept(place: Town, name: str) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    form = await ada.click(place.card(thread), label="Edit")
    more = await place.admin.click(place.card(thread), label="More")
    sure = await place.admin.click(offer(more), label="Delete")
    await place.admin.click(offer(sure), label="Yes, delete it")
    result = await place.fill(ada, form, **{name: "All these words of mine."})
    assert "not here any more" in told(result)
    kept = await place.bot.forum.drafts.find(place.guild.id, ada.id)
    assert kept.fields[name] == "All these words of mine."
