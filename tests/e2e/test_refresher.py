"""Drawing: many changes are few edits, the last one shows, and a failure stops nothing."""

import asyncio
from pathlib import Path

import pytest
from simcord import ChannelHandle

from bot.domain.views import PostView
from bot.ui.buttons import of_card
from bot.ui.cards import card
from tests.e2e.town import DOWN, UP, Town, town
from tests.e2e.watch import EDITS, Requests, archive, statements

TITLE = "Why does my radio only hum?"


def crowd(place: Town, size: int) -> list[int]:
    """Members who vote together."""
    return [place.member(f"voter{number}").id for number in range(size)]


def all_vote(place: Town, thread: ChannelHandle, voters: list[int], arrow: str = UP) -> None:
    """Have many members vote on the question at once."""
    message = place.card(thread)
    for voter in voters:
        place.env.backend.set_reaction(thread.id, message.id, arrow, voter, True)


@pytest.mark.parametrize("pause", [0.0, 0.2])
async def test_a_hundred_votes_are_few_edits_and_the_last_one_shows(
    tmp_path: Path, pause: float
) -> None:
    async with town(tmp_path / "forum.db", redraw_seconds=pause) as place:
        thread = await place.ask(place.member("ada"), TITLE)
        voters = crowd(place, 100)
        requests = Requests(place)
        all_vote(place, thread, voters)
        await place.env.settle()
        await place.quiet()
        assert await place.score(thread) == "+100 votes"
        assert 1 <= len(requests.like(*EDITS)) <= 6


async def test_votes_that_trickle_in_share_edits_within_a_pause(tmp_path: Path) -> None:
    async with town(tmp_path / "forum.db", redraw_seconds=0.3) as place:
        thread = await place.ask(place.member("ada"), TITLE)
        voters = crowd(place, 20)
        requests = Requests(place)
        for voter in voters:
            all_vote(place, thread, [voter])
            await asyncio.sleep(0.01)
        await place.env.settle()
        await place.quiet()
        assert await place.score(thread) == "+20 votes"
        assert 2 <= len(requests.like(*EDITS)) <= 4


async def test_votes_that_change_nothing_in_the_end_cost_few_edits(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    voters = crowd(place, 10)
    all_vote(place, thread, voters)
    all_vote(place, thread, voters, DOWN)
    await place.env.settle()
    await place.quiet()
    assert await place.score(thread) == "–10 votes"
    assert place.card(thread).reactions[0].count == 1


@pytest.mark.parametrize(("status", "code"), [(500, 0), (403, 50001), (400, 50083)])
async def test_an_edit_that_fails_is_tried_again_within_two_minutes(
    place: Town, status: int, code: int
) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    other = await place.ask(place.member("cy"), "Why is the sky blue at noon?")
    path = f"/channels/{thread.id}/messages/*"
    place.env.inject_error("PATCH", path, status=status, code=code, times=None)
    await ben.react(place.card(thread), UP)
    await ben.react(place.card(other), UP)
    assert await place.score(thread) == "0 votes"
    assert await place.score(other) == "+1 vote"
    place.env.backend.faults.clear()
    await place.env.advance_time(130)
    assert await place.score(thread) == "+1 vote"
    assert await place.bot.forum.cards.stale() == []


async def test_a_card_out_of_sight_is_drawn_when_it_can_be_seen_again(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE, body="🦆" * 4000)
    before = len(thread.history())
    archive(place, thread)
    await place.env.settle()
    form = await ada.slash(place.welcome, "edit", number=1)
    place.forbid(place.forum, "view_channel")
    await place.fill(ada, form, title="Why does my radio hum at night?")
    assert place.card(thread).embeds[0].title == TITLE
    place.forbid(place.forum)
    await place.env.advance_time(130)
    assert place.card(thread).embeds[0].title == "Why does my radio hum at night?"
    assert len(thread.history()) == before


async def test_a_card_that_fails_is_not_tried_all_the_time(place: Town) -> None:
    ben, cy = place.member("ben"), place.member("cy")
    thread = await place.ask(place.member("ada"), TITLE)
    place.env.inject_error("PATCH", f"/channels/{thread.id}/messages/*", times=None)
    requests = Requests(place)
    await ben.react(place.card(thread), UP)
    await cy.react(place.card(thread), UP)
    await ben.slash(place.welcome, "why", number=1)
    assert len(requests.like(*EDITS)) == 1
    await place.env.advance_time(130)
    assert 2 <= len(requests.like(*EDITS)) <= 3


async def test_a_message_or_thread_that_is_gone_is_not_drawn_for_ever(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    await place.admin.delete(answer)
    assert await place.bot.forum.cards.stale() == []
    place.env.backend.delete_channel(thread.id)
    await place.env.settle()
    assert await place.bot.forum.cards.stale() == []
    requests = Requests(place)
    await place.env.advance_time(130)
    assert requests.like(*EDITS) == []


async def test_a_further_page_that_was_deleted_comes_back(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    await place.answer(place.member("ben"), thread, body="🦆" * 4000)
    shown = [str(item.embeds[0].description) for item in thread.history() if item.embeds]
    await place.admin.delete(thread.history()[-1])
    assert shown == [str(item.embeds[0].description) for item in thread.history() if item.embeds]


async def test_a_page_more_or_less_after_an_edit(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    answer = await place.answer(ben, thread)
    for body, pages in (("🦆" * 4000, 2), ("It is the left knob.", 1)):
        form = await ben.click(place.card(thread, 1), label="Edit")
        await place.fill(ben, form, body=body)
        history = [item for item in thread.history() if item.embeds and item.id >= answer.id]
        assert "".join(str(item.embeds[0].description) for item in history) == body
        assert len(history) == pages


async def test_every_drawing_task_ends_and_quiet_costs_nothing(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    all_vote(place, thread, crowd(place, 5))
    await place.env.settle()
    await place.quiet()
    refresher = place.bot.refresher
    assert refresher._drawing == {}
    assert refresher._sweep is None or refresher._sweep.done()
    with statements(place) as noted:
        await place.env.settle()
    assert noted == []


async def test_a_card_is_sent_as_it_is_drawn_from_the_store(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    await place.answer(place.member("ben"), thread)
    await place.member("cy").react(place.card(thread, 1), UP)
    for number in (1, 2):
        view = await place.bot.forum.cards.view(place.guild.id, number)
        assert view is not None
        stored = place.env.backend.get_message(thread.id, view.message_id or 0)
        drawn = card(view).first.to_dict()
        assert {key: stored.embeds[0][key] for key in drawn} == drawn
        buttons = [part["custom_id"] for row in stored.components for part in row["components"]]
        wanted = [getattr(item, "custom_id", None) for item in of_card(view).children]
        assert buttons == wanted


async def test_a_vote_that_comes_while_a_card_is_being_read_is_drawn(place: Town) -> None:
    ben, cy = place.member("ben"), place.member("cy")
    thread = await place.ask(place.member("ada"), TITLE)
    message = place.card(thread)
    read, late = place.bot.forum.cards.view, [True, False]

    async def read_slowly(guild_id: int, post_id: int) -> PostView | None:
        view = await read(guild_id, post_id)
        if view is not None and view.version == view.drawn_version and late and late.pop():
            place.env.backend.set_reaction(thread.id, message.id, UP, cy.id, True)
            await asyncio.sleep(0.2)
        return view

    place.bot.forum.cards.view = read_slowly  # type: ignore[method-assign]
    await ben.react(message, UP)
    await place.quiet()
    assert await place.score(thread) == "+2 votes"
