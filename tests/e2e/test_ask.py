"""Asking: by command, button and menu, until the card stands in the forum."""

import discord
import pytest
from simcord import ChannelHandle, MemberActor

from tests.e2e.town import BODY, Town, filled, labels, offer, told

TITLE = "Why does my radio only hum?"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def byline(card: discord.Message) -> str:
    return str(card.embeds[0].fields[0].value)


def panel(place: Town) -> discord.Message:
    return next(item for item in place.welcome.history() if "ask" in str(item.components))


async def test_a_question_shows_title_text_category_tags_author_and_points(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE, tags="radio, Sound #hum")
    embed = place.card(thread).embeds[0]
    assert thread.name == TITLE
    assert embed.title == TITLE
    assert embed.description == BODY
    assert embed.author.name == "0 votes · 0 answers · ❔ Unanswered"
    assert "in **Gadgets** by ada (120 points)" in byline(place.card(thread))
    assert embed.fields[1].value == "`radio` `sound` `hum`"
    stored = place.env.backend.get_channel(thread.id)
    by_id = {
        int(tag["id"]): tag["name"]
        for tag in place.env.backend.get_channel(place.forum.id).available_tags
    }
    assert {by_id[tag] for tag in stored.applied_tags} == {"Unanswered", "Gadgets"}


async def test_both_arrows_are_put_under_the_card_by_the_bot(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    stored = place.env.backend.get_message(thread.id, place.card(thread).id)
    ours = [(item.emoji, list(item.user_ids)) for item in stored.reactions]
    bot_id = place.env.backend.bot_user.id
    assert ours == [("⬆️", [bot_id]), ("⬇️", [bot_id])]


async def test_a_long_title_is_cut_at_a_word_in_the_threads_name_and_whole_on_the_card(
    place: Town,
) -> None:
    title = "Is it right that " + "a very long question keeps all its words " * 2 + "until its end?"
    assert 100 < len(title) <= 120
    thread = await place.ask(place.member("ada"), title)
    assert thread.name is not None
    assert len(thread.name) <= 100
    assert thread.name.endswith("…")
    assert thread.name.removesuffix("…") + " " in title + " "
    assert place.card(thread).embeds[0].title == title


async def test_every_option_of_the_command_is_in_the_form_already(place: Town) -> None:
    ada = place.member("ada")
    shown = await ada.slash(
        place.welcome, "ask", title=TITLE, category="gadgets", tags="radio", name="Shy"
    )
    assert filled(shown) == {
        "title": TITLE,
        "body": "",
        "category": "Gadgets",
        "tags": "radio",
        "name": "Shy",
    }


async def test_a_category_that_there_is_not_leaves_the_choice_to_the_form(place: Town) -> None:
    shown = await place.member("ada").slash(place.welcome, "ask", title=TITLE, category="Cooking")
    assert filled(shown)["category"] == ""


async def test_the_category_must_be_chosen_when_there_is_one(place: Town) -> None:
    ada = place.member("ada")
    shown = await ada.slash(place.welcome, "ask")
    assert shown.modal is not None
    select = next(
        part["component"]
        for part in shown.modal["components"]
        if part["component"]["custom_id"] == "category"
    )
    assert select.get("required", True)


async def test_without_categories_none_is_asked_for(bare: Town) -> None:
    await bare.set_up()
    ada = bare.member("ada")
    assert "category" not in filled(await ada.slash(bare.welcome, "ask"))
    thread = await bare.ask(ada, TITLE)
    assert " in " not in byline(bare.card(thread))


async def test_the_panels_button_opens_an_empty_form_and_asks(place: Town) -> None:
    ada = place.member("ada")
    shown = await ada.click(panel(place), label="Ask a question")
    assert set(filled(shown).values()) == {""}
    result = await place.fill(ada, shown, title=TITLE, body=BODY)
    (thread,) = place.threads
    assert str(thread.id) in told(result)


async def test_the_panels_button_works_after_a_restart_and_so_does_an_open_form(
    place: Town,
) -> None:
    ada = place.member("ada")
    await place.restart()
    shown = await ada.click(panel(place), label="Ask a question")
    await place.restart()
    await place.fill(ada, shown, title=TITLE, body=BODY)
    assert len(place.threads) == 1


async def test_a_message_can_be_asked_as_a_question(place: Town) -> None:
    ben, ada = place.member("ben"), place.member("ada")
    text = "My radio hums.\nIt did so all week, and nobody knows why."
    message = await ben.send(place.welcome, text)

    own = await ben.context_menu(place.welcome, "Ask as question", message)
    assert filled(own)["title"] == "My radio hums."
    assert filled(own)["body"] == text

    others = await ada.context_menu(place.welcome, "Ask as question", message)
    assert filled(others)["body"] == f"{text}\n\n— ben, {message.jump_url}"


async def test_a_message_of_the_greatest_length_can_be_asked_as_a_question(place: Town) -> None:
    ben, ada = place.member("ben"), place.member("ada")
    message = await ben.send(place.welcome, "word " * 399)
    shown = await ada.context_menu(place.welcome, "Ask as question", message)
    assert len(filled(shown)["title"]) <= 120
    result = await place.fill(ada, shown)
    assert "is here" in told(result)


async def test_with_several_forums_the_question_goes_where_it_was_sent(place: Town) -> None:
    more = place.guild.create_forum_channel("more")
    await place.admin.slash(place.welcome, "setup", forum=more)
    ada = place.member("ada")
    shown = await ada.slash(place.welcome, "ask", title=TITLE, forum=more)
    await place.fill(ada, shown, body=BODY)
    assert [thread.name for thread in more.threads] == [TITLE]
    assert place.forum.threads == []


async def test_a_forum_that_takes_no_questions_is_refused_before_anything_is_typed(
    place: Town,
) -> None:
    other = place.guild.create_forum_channel("chatter")
    ada = place.member("ada")
    result = await ada.slash(place.welcome, "ask", title=TITLE, forum=other)
    said = place.refused(result)
    assert f"<#{other.id}> takes no questions" in said
    assert place.forum.mention in said


async def test_a_question_for_a_forum_deleted_meanwhile_goes_to_the_first_one(place: Town) -> None:
    more = place.guild.create_forum_channel("more")
    await place.admin.slash(place.welcome, "setup", forum=more)
    ada = place.member("ada")
    shown = await ada.slash(place.welcome, "ask", title=TITLE, forum=more)
    place.env.backend.delete_channel(more.id)
    await place.env.settle()

    result = await place.fill(ada, shown, body=BODY)

    assert "is here" in told(result)
    assert [thread.name for thread in place.forum.threads] == [TITLE]


async def test_the_typed_title_shows_similar_questions_and_picking_one_leads_there(
    place: Town,
) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    ben = place.member("ben")

    offered = await ben.autocomplete(place.welcome, "ask", "title", "radio hum")

    assert [choice["name"] for choice in offered] == ["Ask: radio hum", f"Go to: {TITLE}"]
    result = await ben.slash(place.welcome, "ask", title=offered[1]["value"])
    assert f"/{thread.id}" in told(result)
    assert result.modal is None
    own = await ben.slash(place.welcome, "ask", title=offered[0]["value"])
    assert filled(own)["title"] == "radio hum"


@pytest.mark.parametrize("typed", ["", "   ", "\u200b", "zzz", '"*(', "a" * 300, "—", "NOT"])
async def test_whatever_is_typed_as_a_title_the_suggestions_come(place: Town, typed: str) -> None:
    await place.ask(place.member("ada"), TITLE)
    offered = await place.member("ben").autocomplete(place.welcome, "ask", "title", typed)
    assert all(len(choice["name"]) <= 100 and choice["value"] for choice in offered)


async def test_a_picked_question_that_was_deleted_meanwhile_is_said_to_be_gone(
    place: Town,
) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    offered = await ben.autocomplete(place.welcome, "ask", "title", "radio hum")
    more = await ada.click(place.card(thread), label="More")
    sure = await ada.click(offer(more), label="Delete")
    await ada.click(offer(sure), label="Yes, delete it")
    result = await ben.slash(place.welcome, "ask", title=offered[1]["value"])
    assert "not here any more" in place.refused(result)
    assert len(await ben.autocomplete(place.welcome, "ask", "title", "radio hum")) == 1


async def test_categories_are_suggested_while_typing(place: Town) -> None:
    offered = await place.member("ada").autocomplete(place.welcome, "ask", "category", "gad")
    assert [choice["name"] for choice in offered] == ["Gadgets"]


async def _asked_with_image(
    place: Town, ada: MemberActor, name: str, data: bytes = PNG
) -> tuple[ChannelHandle, str]:
    shown = await ada.slash(place.welcome, "ask", title=TITLE, image=(name, data))
    result = await place.fill(ada, shown, body=BODY)
    return place.threads[0], told(result)


@pytest.mark.parametrize("name", ["photo.png", "PHOTO.JPEG", "größe 1.webp"])
async def test_an_image_given_with_the_command_is_on_the_card(place: Town, name: str) -> None:
    thread, said = await _asked_with_image(place, place.member("ada"), name)
    card = place.card(thread)
    assert "is here" in said
    assert len(card.attachments) == 1
    assert card.embeds[0].image.url == f"attachment://{card.attachments[0].filename}"


async def test_the_image_stays_on_the_card_when_it_is_drawn_again(place: Town) -> None:
    thread, _ = await _asked_with_image(place, place.member("ada"), "photo.png")
    await place.answer(place.member("ben"), thread)
    card = place.card(thread)
    assert "1 answer" in str(card.embeds[0].author.name)
    assert len(card.attachments) == 1


@pytest.mark.parametrize(
    ("name", "why"), [("virus.exe", "is no PNG"), ("page.svg", "is no PNG"), ("png", "is no PNG")]
)
async def test_a_file_that_is_no_image_is_left_out_and_the_question_posted(
    place: Town, name: str, why: str
) -> None:
    thread, said = await _asked_with_image(place, place.member("ada"), name)
    assert why in said
    assert place.card(thread).attachments == []


async def test_an_image_that_is_too_large_is_left_out_and_the_question_posted(
    place: Town,
) -> None:
    data = b"\0" * (8 * 1024 * 1024 + 1)
    thread, said = await _asked_with_image(place, place.member("ada"), "photo.png", data)
    assert "larger than 8 MB" in said
    assert place.card(thread).attachments == []


async def test_an_image_can_be_added_afterwards_by_button(place: Town) -> None:
    ada = place.member("ada")
    shown = await ada.slash(place.welcome, "ask")
    result = await place.fill(ada, shown, title=TITLE, body=BODY)
    form = await ada.click(offer(result), label="Add an image")
    done = await ada.submit_modal(form, {"image": ("photo.png", PNG)})
    assert told(done) == "The image is on your question now."
    assert place.card(place.threads[0]).attachments[0].filename == "photo.png"

    form = await ada.click(offer(result), label="Add an image")
    refused = await ada.submit_modal(form, {"image": ("notes.txt", b"hum")})
    assert "is no PNG" in told(refused)
    assert place.card(place.threads[0]).attachments[0].filename == "photo.png"


async def test_an_image_that_may_not_be_uploaded_does_not_stop_the_question(place: Town) -> None:
    place.forbid(place.forum, "attach_files")
    thread, said = await _asked_with_image(place, place.member("ada"), "photo.png")
    assert "is here" in said
    assert "image" in said
    assert place.card(thread).attachments == []


async def test_an_image_outlives_a_restart_before_its_question_is_posted(place: Town) -> None:
    ada = place.member("ada")
    shown = await ada.slash(place.welcome, "ask", title=TITLE, image=("photo.png", PNG))
    await place.restart()
    await place.fill(ada, shown, body=BODY)
    assert place.card(place.threads[0]).attachments[0].filename == "photo.png"


async def test_an_image_that_discord_has_no_longer_is_said_to_be_missing(place: Town) -> None:
    ada = place.member("ada")
    shown = await ada.slash(place.welcome, "ask", title=TITLE, image=("photo.png", PNG))
    place.env.backend.cdn._blobs.clear()
    result = await place.fill(ada, shown, body=BODY)
    assert "Add it again" in told(result)
    assert "Add an image" in labels(result)
    assert len(place.threads) == 1


async def test_the_asker_is_told_of_answers_unless_they_switch_it_off(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    shown = await ada.slash(place.welcome, "ask")
    result = await place.fill(ada, shown, title=TITLE, body=BODY)
    (thread,) = place.threads
    answer = await place.answer(ben, thread)
    assert place.letters(ada) == [f"ben answered your question “{TITLE}”: {answer.jump_url}"]

    off = await ada.click(offer(result), label="Do not notify me")
    assert told(off) == "You will not be told of answers."
    await place.answer(ben, thread, body="And it needs a new battery, too.")
    assert len(place.letters(ada)) == 1


async def test_notices_can_be_declined_with_the_command_and_switched_on_later(
    place: Town,
) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    shown = await ada.slash(place.welcome, "ask", title=TITLE, notify=False)
    result = await place.fill(ada, shown, body=BODY)
    await place.answer(ben, place.threads[0])
    assert place.letters(ada) == []
    await ada.click(offer(result), label="Notify me of answers")
    await place.answer(ben, place.threads[0], body="And it needs a new battery, too.")
    assert len(place.letters(ada)) == 1


async def test_nobody_is_told_of_their_own_answer(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    await place.answer(ada, thread)
    assert place.letters(ada) == []


@pytest.mark.parametrize("lacking", ["add_reactions", "manage_messages", "manage_threads"])
async def test_a_question_is_posted_also_where_the_bot_lacks_what_only_adorns_it(
    place: Town, lacking: str
) -> None:
    place.forbid(place.forum, lacking)
    thread = await place.ask(place.member("ada"), TITLE)
    await place.answer(place.member("ben"), thread)
    assert "1 answer" in str(place.card(thread).embeds[0].author.name)
