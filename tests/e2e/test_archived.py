"""Archived threads: woken only when something must change, and put back as they were."""

import pytest

from tests.e2e.town import UP, Town, told
from tests.e2e.watch import Requests, archive, away, is_archived, tags

TITLE = "Why does my radio only hum?"


def is_locked(place: Town) -> bool:
    """Say whether the first thread is locked."""
    stored = place.env.backend.get_channel(place.threads[0].id).thread_metadata
    return stored is not None and stored.locked


async def test_an_edit_by_number_reaches_a_card_in_an_archived_thread(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    archive(place, thread)
    await place.env.settle()
    shown = await ada.slash(place.welcome, "edit", number=1)
    await place.fill(ada, shown, body="It hums as soon as I plug it in.")
    assert place.card(thread).embeds[0].description == "It hums as soon as I plug it in."
    assert is_archived(place, thread)


async def test_several_cards_of_one_archived_thread_are_all_drawn(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    for body in ("🦆" * 4000, "Try another plug.", "Try another wall."):
        await place.answer(place.member("ben"), thread, body=body)
    archive(place, thread)
    await place.env.settle()
    await place.bot.forum.removal.delete(place.guild.id, 1, ada.id, is_moderator=True)
    await place.quiet()
    assert await place.bot.forum.cards.stale() == []
    texts = [str(item.embeds[0].description) for item in thread.history() if item.embeds]
    assert all("was deleted" in text for text in texts)
    assert is_archived(place, thread)


@pytest.mark.parametrize("locked", [False, True])
async def test_votes_put_on_just_before_a_thread_was_archived_are_counted(
    place: Town, locked: bool
) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    card = place.card(thread)
    with away(place):
        await ben.react(card, UP)
        archive(place, thread, locked=locked)
    await place.restart()
    assert await place.score(thread) == "+1 vote"
    assert is_archived(place, thread)
    assert is_locked(place) is locked
    assert tags(place, thread) == ["Closed" if locked else "Unanswered", "Gadgets"]


async def test_a_failing_edit_leaves_the_thread_archived(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    archive(place, thread)
    await place.env.settle()
    shown = await ada.slash(place.welcome, "edit", number=1)
    place.env.inject_error("PATCH", f"/channels/{thread.id}/messages/*", status=500)
    await place.fill(ada, shown, body="It hums as soon as I plug it in.")
    assert is_archived(place, thread)
    assert await place.bot.forum.cards.stale() != []
    await place.env.advance_time(130)
    assert place.card(thread).embeds[0].description == "It hums as soon as I plug it in."
    assert is_archived(place, thread)


async def test_a_thread_in_which_nothing_changed_is_not_woken(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    await place.member("ben").react(place.card(thread), UP)
    archive(place, thread)
    await place.env.settle()
    requests = Requests(place)
    await place.restart()
    await place.env.advance_time(130)
    assert [write for write in requests.writes() if "/channels/" in write] == []


async def test_a_new_name_of_a_category_wakes_no_thread_for_long(place: Town) -> None:
    threads = [await place.ask(place.member("ada"), f"{TITLE} Radio {n}") for n in range(3)]
    for thread in threads:
        archive(place, thread)
    await place.env.settle()
    said = told(await place.admin.slash(place.welcome, "category remove", name="Gadgets"))
    assert "3" in said
    for thread in threads:
        assert "Gadgets" not in str(place.card(thread).embeds[0].fields[0].value)
        assert is_archived(place, thread)
