"""Several runs of the bot, each with its shards: two servers, one database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.domain.shards import Shards, parse
from tests.postgres import Server
from tests.wire.double import Discord, opened
from tests.wire.host import configuration, online
from tests.wire.state import Guild
from tests.wire.town import DOWN, UP, Town, score, settled

EDIT = "/channels/{channel_id}/messages/{message_id}"
LOW, HIGH = parse("0-0/2"), parse("1-1/2")
BOTH = parse("0-1/2")


@pytest.fixture
async def url(postgres: Server) -> AsyncIterator[str]:
    async with postgres.fresh_database() as made:
        yield made


@asynccontextmanager
async def divided(url: str) -> AsyncIterator[tuple[Town, Town]]:
    """Two servers, on each a run of the bot of its own."""
    async with found() as (discord, even, odd):
        config = configuration(url)
        async with online(discord, config, LOW) as low, online(discord, config, HIGH) as high:
            yield await settled(discord, even, low), await settled(discord, odd, high)


@asynccontextmanager
async def together(file: Path) -> AsyncIterator[tuple[Town, Town]]:
    """Two servers, and one run of the bot with a connection for each."""
    async with (
        found() as (discord, even, odd),
        online(discord, configuration(file), BOTH) as bot,
    ):
        yield await settled(discord, even, bot), await settled(discord, odd, bot)


@asynccontextmanager
async def found() -> AsyncIterator[tuple[Discord, Guild, Guild]]:
    """A Discord with one server on each of two shards; fails on what it would not like."""
    async with opened() as discord:
        discord.limits.pace = 1000
        yield discord, discord.found_guild("Even", (0, 2)), discord.found_guild("Odd", (1, 2))
    assert discord.surprises == [], "\n".join(discord.surprises[:5])


async def quiet(*places: Town) -> None:
    for place in places:
        await place.quiet()


def edits(place: Town, thread_id: int) -> int:
    """How often a message of a thread was edited, by whichever run."""
    told = [call for call in place.discord.calls if (call.method, call.template) == ("PATCH", EDIT)]
    return sum(call.params["channel_id"] == str(thread_id) for call in told)


async def test_each_run_serves_its_own_servers_and_the_commands_are_told_once(url: str) -> None:
    async with divided(url) as (even, odd):
        assert [guild.id for guild in even.bot.guilds] == [even.guild.id]
        assert [guild.id for guild in odd.bot.guilds] == [odd.guild.id]
        told = even.discord.counted()["PUT /applications/{application_id}/commands"]
        assert told == 1


async def test_questions_and_votes_of_two_runs_stand_in_one_database(url: str) -> None:
    async with divided(url) as places:
        for place in places:
            thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
            reply = await place.answer(place.member("ben"), thread)
            place.member("cy").react(reply, UP)
            place.member("dee").react(reply, DOWN)
            place.member("eve").react(place.cards(thread)[0], UP)
        await quiet(*places)
        for place in places:
            assert await place.ballots() == place.shown()
            assert sum(len(votes) for votes in place.shown().values()) == 3
            assert score(place.cards(place.threads[0])[0]) == "+1 vote"
            assert (await place.bot.forum.recount.guild(place.guild.id)).none


async def test_no_run_draws_anothers_cards(url: str) -> None:
    async with divided(url) as (even, odd):
        hers = await even.ask(even.member("ada"), "Why does my radio only hum?")
        his = await odd.ask(odd.member("ada"), "Where do the swifts sleep?")
        await even.bot.refresher.close()
        before = edits(even, hers.id), edits(odd, his.id)

        even.member("cy").react(even.cards(hers)[0], UP)
        await even.quiet()
        odd.member("cy").react(odd.cards(his)[0], UP)
        await odd.quiet()
        await odd.minute()
        assert (edits(even, hers.id), edits(odd, his.id)) == (before[0], before[1] + 1)
        assert score(even.cards(hers)[0]) == "0 votes"

        even.bot.refresher.start()
        await even.quiet()
        assert edits(even, hers.id) == before[0] + 1
        assert score(even.cards(hers)[0]) == "+1 vote"


async def test_a_server_may_move_to_another_run_by_another_number_of_shards(url: str) -> None:
    async with found() as (discord, _, odd):
        config = configuration(url)
        async with online(discord, config, LOW), online(discord, config, HIGH) as high:
            place = await settled(discord, odd, high)
            thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
            await choose(place, "up_arrow", "👍")
            await place.quiet()
        mine = odd.id >> 22
        moved = Shards(mine % 3, mine % 3, 3)
        async with online(discord, config, moved) as bot:
            place = Town(discord, odd, bot, place.owner, place.members)
            await place.quiet()
            place.member("cy").react(place.cards(thread)[0], "👍")
            await place.quiet()
            assert list((await place.ballots()).values()) == [{place.member("cy").id: 1}]
            assert score(place.cards(thread)[0]) == "+1 vote"


async def choose(place: Town, name: str, value: str) -> None:
    done = await place.owner.slash(place.welcome, "settings set", name=name, value=value)
    assert value in done.text(), done.text()


async def test_one_run_may_serve_all_shards_on_sqlite(file: Path) -> None:
    async with together(file) as places:
        for place in places:
            thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
            place.member("cy").react(place.cards(thread)[0], UP)
            await place.quiet()
            assert await place.ballots() == place.shown()
            assert score(place.cards(thread)[0]) == "+1 vote"


@pytest.mark.parametrize("lost", [0, 1, None])
async def test_votes_while_a_shards_session_is_lost_are_counted_after_the_next_one(
    file: Path, lost: int | None
) -> None:
    async with together(file) as places:
        cards = []
        for place in places:
            thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
            cards.append(place.cards(thread)[0])
        gateway = places[0].discord.gateway
        before = gateway.identified
        gateway.forget(lost)

        for place, card in zip(places, cards, strict=True):
            place.member("cy").react(card, UP)
        await quiet(*places)

        assert gateway.identified - before == (2 if lost is None else 1)
        for place, card in zip(places, cards, strict=True):
            assert await place.ballots() == place.shown()
            assert score(card) == "+1 vote"


async def test_while_one_shard_is_away_only_the_others_servers_count_as_known(
    file: Path,
) -> None:
    async with together(file) as (even, odd):
        repairs = even.bot.forum.repairs
        before = [await repairs.seen_at(place.guild.id) for place in (even, odd)]
        gone = asyncio.create_task(odd.bot.wait_for("shard_disconnect"))
        await asyncio.sleep(0)
        even.discord.gateway.open = False
        even.discord.gateway.forget(1)
        assert await gone == 1
        upkeep: Any = even.bot.get_cog("Upkeep")
        await upkeep.tick()
        after = [await repairs.seen_at(place.guild.id) for place in (even, odd)]
        assert after[0] != before[0]
        assert after[1] == before[1]
