"""The bot is away for an hour in which 200 things happen; afterwards it knows all of them."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Final

import discord
import pytest

from bot.domain.settings import GuildSettings
from bot.services.forum import Forum
from bot.ui.threads import Progress
from tests.wire.double import Discord, opened
from tests.wire.host import configuration, online
from tests.wire.limits import MESSAGE, REACTION
from tests.wire.soundness import rows, unsound
from tests.wire.state import Channel, Message
from tests.wire.town import BODY, DOWN, UP, Town, settled

HISTORY: Final = "GET /channels/{channel_id}/messages"
VOTERS: Final = f"GET {REACTION}"
ONE: Final = f"GET {MESSAGE}"
ASKED, POSTED = 10, 10


async def evening(place: Town) -> list[Channel]:
    """Questions of both kinds, each with an answer, a vote on both, and two comments."""
    for number in range(ASKED + POSTED):
        who, title = place.member(f"asker{number}"), f"Where does the {number}th swift sleep?"
        if number < ASKED:
            await place.ask(who, title)
        else:
            place.member(f"asker{number}").post(place.forum, title, f"{BODY} And {number}.")
            await place.quiet()
        thread = place.threads[-1]
        await place.answer(place.member("ben"), thread)
        for card in place.cards(thread):
            place.member("cy").react(card, UP)
        for word in ("Nice", "Mine too"):
            place.member("dee").say(thread, f"{word}, number {number}.")
    await place.quiet()
    return place.threads


def comments(place: Town, thread: Channel) -> list[Message]:
    there = place.discord.world.history(thread.id)
    return [message for message in there if message.author_id == place.member("dee").id]


def night(place: Town, threads: list[Channel]) -> tuple[int, int]:
    """Everything that may happen to them; returns how much did, and to how many cards' votes."""
    done, voted = 0, 0
    for number, thread in enumerate(threads):
        done += _talk(place, thread, number)
        if number % 2:
            cards = place.cards(thread)
            done, voted = done + _vote(place, cards), voted + len(cards)
    for number in range(3, len(threads), 5):
        place.member(f"asker{number}").react(place.cards(threads[number])[-1], "✅")
        done += 1
    for thread in threads[ASKED::2]:
        thread.name += " In summer?"
        place.discord.world.messages[thread.id][thread.id].content += " In Rome, that is."
        done += 2
    for thread in threads[1::9]:
        place.discord.erase(place.cards(thread)[-1])
        done += 1
    for thread in threads[4::10]:
        place.discord.remove(thread)
        done += 1
    for number in range(12):
        place.member("eve").post(place.forum, f"Why is the sky blue at {number} o'clock?", BODY)
        done += 1
    return done, voted


def _talk(place: Town, thread: Channel, number: int) -> int:
    first, second = comments(place, thread)
    first.content = f"I changed my mind, number {number}."
    place.discord.erase(second)
    place.member("dee").say(thread, f"One more, number {number}.")
    return 3


def _vote(place: Town, cards: list[Message]) -> int:
    for card in cards:
        place.member("cy").unreact(card, UP)
        for name, sign in (("fay", UP), ("gus", DOWN), ("hal", UP), ("ivy", UP), ("cy", DOWN)):
            place.member(name).react(card, sign)
    return 6 * len(cards)


async def test_after_an_hour_in_which_200_things_happened_all_is_repaired_at_a_page_a_thread(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with opened() as double:
        double.limits.pace = 1000
        guild = double.found_guild("Mindful")
        async with online(double, configuration(file)) as bot:
            place = await settled(double, guild, bot)
            threads = await evening(place)
        happened, voted = night(place, threads)
        double.world.clock.skip(hours=1)
        double.calls.clear()
        async with online(double, configuration(file)) as bot:
            place.bot = bot
            await place.quiet()
            asked = double.counted()

            assert happened >= 200
            assert await unsound(place) == []
            await _all_is_known(place)
    with capsys.disabled():
        print(f"\n{happened} things in {len(place.threads)} threads: {_table(double)}")  # noqa: T201
    assert asked[HISTORY] == len(place.threads)
    assert asked[VOTERS] <= 2 * voted + 20
    assert asked[ONE] == 0
    assert asked["GET /channels/{channel_id}"] <= 2 * len(threads[4::10])
    assert double.surprises == []


async def _all_is_known(place: Town) -> None:
    stored = await rows(
        place, "SELECT kind, title, body FROM posts WHERE state = 'open' AND kind != 'answer'"
    )
    said = [row.body for row in stored if row.kind == "comment"]
    titles = {row.title for row in stored if row.kind == "question"}
    there = [m.content for t in place.threads for m in comments(place, t)]
    assert sorted(said) == sorted(there)
    assert titles == {thread.name for thread in place.threads}
    accepted = await rows(place, "SELECT id FROM posts WHERE accepted_id IS NOT NULL")
    assert len(accepted) == 4
    changed = [row.body for row in stored if "In Rome" in row.body]
    assert len(changed) == 4


def _table(double: Discord) -> str:
    asked = double.counted()
    reads = {route: number for route, number in asked.items() if route.startswith("GET /channels")}
    return ", ".join(f"{number} {route}" for route, number in reads.items())


async def test_threads_written_in_last_are_looked_through_first(file: Path) -> None:
    async with opened() as double:
        guild = double.found_guild("Mindful")
        async with online(double, configuration(file)) as bot:
            place = await settled(double, guild, bot)
            old = await place.ask(place.member("ada"), "Why does my radio only hum?")
            new = await place.ask(place.member("ada"), "Which glue holds on oiled teak?")
            place.member("ben").say(old, "Still humming?")
            await place.quiet()
        double.calls.clear()
        async with online(double, configuration(file)):
            pages = [c.params["channel_id"] for c in double.calls if "messages" in c.template]

    assert pages == [str(old.id), str(new.id)]


async def test_a_long_way_through_the_threads_is_told_step_by_step(
    place: Town, caplog: pytest.LogCaptureFixture
) -> None:
    forum = place.bot.get_channel(place.forum.id)
    assert isinstance(forum, discord.ForumChannel)
    hasty, patient = Progress(forum, 3, often=0.0), Progress(forum, 3)

    with caplog.at_level(logging.INFO):
        for _ in range(3):
            hasty.next()
            patient.next()

    told = [record.getMessage() for record in caplog.records]
    assert told == [f"forum {forum.id}: {n} of 3 threads are looked through" for n in range(3)]


async def test_what_was_known_by_a_clock_set_back_since_hides_no_archived_thread(
    place: Town,
) -> None:
    thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
    card, world = place.cards(thread)[0], place.discord.world
    fast = Forum(place.bot.database, GuildSettings(), lambda: world.clock.now() + timedelta(days=9))
    await fast.repairs.seen([place.guild.id])
    place.discord.gateway.forget()
    place.member("cy").react(card, UP)
    thread.archived, thread.archived_at = True, world.clock.now()

    await place.quiet()

    assert await place.ballots() == place.shown()
