"""Names to display: nobody on the server learns who posted under one."""

import json
from typing import Any

import pytest

from tests.e2e.town import ANSWER, BODY, DOWN, UP, Town, filled, offer, told

TITLE = "Why am I afraid of the dark?"


def seen(place: Town) -> str:
    """All that the bot ever sent to Discord, as text, but for ids of interactions."""
    sent: list[Any] = [
        entry.json
        for entry in place.env.http_requests
        if entry.method in {"POST", "PATCH"} and entry.path != "/users/@me/channels"
    ]
    return json.dumps(sent)


async def test_a_card_shows_the_name_to_display_and_no_points(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE, name="Nightowl")
    byline = str(place.card(thread).embeds[0].fields[0].value)
    assert byline.endswith("by Nightowl")
    assert "points" not in byline


async def test_nothing_that_the_bot_sends_names_an_anonymous_asker(place: Town) -> None:
    ada, ben = place.member("ada-the-shy"), place.member("ben")
    thread = await place.ask(ada, TITLE, name="Nightowl")
    await place.answer(ben, thread)
    await place.env.advance_time(400)
    form = await ada.click(place.card(thread), label="Edit")
    await place.fill(ada, form, body=BODY + " And at night?")
    more = await ben.click(place.card(thread), label="More")
    history = await ben.click(offer(more), label="History")
    await ada.click(place.card(thread, 1), label="Accept")
    await ben.slash(place.welcome, "profile", member=ben)

    assert "by its author" in told(history)
    assert "edited" in str(place.card(thread).embeds[0].fields[0].value)
    assert "by Nightowl" in str(place.card(thread).embeds[0].fields[0].value).split("\n")[1]
    assert ada.name not in seen(place)
    assert str(ada.id) not in seen(place)


async def test_a_notice_names_an_anonymous_answerer_as_they_wished(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben-the-shy")
    thread = await place.ask(ada, TITLE)
    await place.answer(ben, thread, name="Helper")
    (letter,) = place.letters(ada)
    assert letter.startswith("Helper answered your question")
    assert "by Helper" in str(place.card(thread).embeds[0].fields[-1].value)
    assert ben.name not in seen(place)
    assert str(ben.id) not in seen(place)


async def test_an_anonymous_asker_with_closed_letters_is_not_mentioned(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE, name="Nightowl")
    channel = ada.user.dm_channel
    place.env.inject_error(
        "POST", f"/channels/{channel.id}/messages", status=403, code=50007, times=None
    )
    await place.answer(ben, thread)
    assert not any(ada.mention in message.content for message in thread.history())


async def test_a_profile_does_not_count_what_was_posted_under_another_name(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")

    async def profile() -> object:
        result = await ben.slash(place.welcome, "profile", member=ada)
        assert result.response is not None
        embed = result.response.embeds[0]
        return str(embed.description).split(" (")[0], [field.value for field in embed.fields]

    before = await profile()
    thread = await place.ask(ada, TITLE, name="Nightowl")
    answer = await place.answer(ada, await place.ask(ben, "Is the dark good?"), name="Nightowl")
    await ben.react(place.card(thread), UP)
    await ben.react(answer, DOWN)
    assert await profile() == before


async def test_an_anonymous_author_can_still_edit_and_delete(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE, name="Nightowl")
    form = await ada.click(place.card(thread), label="Edit")
    assert "name" not in filled(form)
    await place.fill(ada, form, body="Said otherwise.")
    assert place.card(thread).embeds[0].description == "Said otherwise."
    assert str(place.card(thread).embeds[0].fields[0].value).endswith("by Nightowl")


async def test_names_to_display_can_be_switched_off(place: Town) -> None:
    ada = place.member("ada")
    before = await ada.slash(place.welcome, "ask")
    await place.choose("anonymous", "no")

    assert "name" not in filled(await ada.slash(place.welcome, "ask"))
    late = await place.fill(ada, before, title=TITLE, body=BODY, name="Nightowl")
    assert "Names to display are switched off here" in told(late)
    assert place.threads == []


async def test_a_draft_with_a_name_can_be_posted_without_it_when_names_are_off(
    place: Town,
) -> None:
    ada = place.member("ada")
    before = await ada.slash(place.welcome, "ask")
    await place.choose("anonymous", "no")
    late = await place.fill(ada, before, title=TITLE, body=BODY, name="Nightowl")
    form = await ada.click(offer(late), label="Open my draft again")
    result = await place.fill(ada, form, name="")
    assert "is here" in told(result)


async def test_a_posted_name_stays_when_names_are_switched_off_later(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE, name="Nightowl")
    await place.choose("anonymous", "no")
    await place.answer(place.member("ben"), thread)
    assert str(place.card(thread).embeds[0].fields[0].value).endswith("by Nightowl")


async def test_the_form_says_what_is_kept_and_who_can_see_it(place: Town) -> None:
    shown = await place.member("ada").slash(place.welcome, "ask")
    assert "Kept with your id; only who runs this bot can look it up." in str(shown.modal)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("**Bold**", r"\*\*Bold\*\*"),
        ("@everyone", "@\u200beveryone"),
        ("\u202eevil", "evil"),
        ("a\nb", "a b"),
    ],
)
async def test_a_name_to_display_cannot_break_the_card(place: Town, name: str, shown: str) -> None:
    thread = await place.ask(place.member("ada"), TITLE, name=name)
    assert str(place.card(thread).embeds[0].fields[0].value).endswith(f"by {shown}")


async def test_a_name_of_spaces_is_no_name(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE, name=" \u200b ")
    assert "by ada (" in str(place.card(thread).embeds[0].fields[0].value)


async def test_an_answer_without_a_name_shows_its_author(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE, name="Nightowl")
    answer = await place.answer(place.member("ben"), thread, body=ANSWER)
    assert "by ben (140 points)" in str(answer.embeds[0].fields[0].value)
