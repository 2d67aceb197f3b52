"""Two real processes of the bot on one PostgreSQL, and one of them killed in a burst."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from db.engine import Database
from tests.cli.shell import Running, configure, started
from tests.postgres import Server
from tests.wire.double import TOKEN, Discord, opened
from tests.wire.people import Person
from tests.wire.state import Channel, Guild, Message
from tests.wire.town import UP, Town, score

PATIENCE = 60.0
POLL = 0.02
READY = "ready on 1 servers"
AT_ONCE = ("redraw_seconds = 2.0", "redraw_seconds = 0.0")
UNDONE = """
    SELECT count(*) FROM posts WHERE guild_id = :guild AND kind != 'comment'
    AND (state = 'opening' OR version != drawn_version AND state != 'abandoned')
"""


@dataclass(kw_only=True)
class Distant(Town):
    """A server whose bot is another process: what it does is seen in what it leaves."""

    database: Database
    bot: Any = field(default=None)

    def __post_init__(self) -> None:
        self.bot = self  # Only its database is looked at.

    async def quiet(self) -> None:
        """Wait until ballots are reactions and nothing is left to do."""
        end = time.monotonic() + PATIENCE
        while not await self._settled():
            assert time.monotonic() < end, f"{await self.ballots()} != {self.shown()}"
            await asyncio.sleep(POLL)

    async def _settled(self) -> bool:
        async with self.database.read() as tx:
            undone = await tx.scalar(text(UNDONE), {"guild": self.guild.id})
        return not undone and self.discord.idle and await self.ballots() == self.shown()


@dataclass
class Runs:
    """Starts processes of the bot."""

    where: Path
    discord: Discord
    url: str

    @asynccontextmanager
    async def serving(self, shards: str, until: str = READY) -> AsyncIterator[Running]:
        """One process, from its saying this to its end."""
        variables = {"ASKWELL_TOKEN": TOKEN, "ASKWELL_DATABASE_URL": self.url}
        command = ("run", "--shards", shards)
        async with started(self.where, self.discord.address, *command, **variables) as running:
            await running.wait_for(until)
            yield running


@pytest.fixture
async def runs(tmp_path: Path, postgres: Server) -> AsyncIterator[Runs]:
    """A Discord that lets one session begin in 5 s, as the real one does."""
    configure(tmp_path, AT_ONCE)
    async with postgres.fresh_database(empty=True) as url, opened() as discord:
        discord.limits.pace = 1000
        discord.gateway.apart = 5
        yield Runs(tmp_path, discord, url)
    assert discord.surprises == [], "\n".join(discord.surprises[:5])


async def settled(runs: Runs, guild: Guild, database: Database) -> tuple[Distant, Channel]:
    """A server with a question forum and a question."""
    owner = Person(runs.discord, guild, runs.discord.world.users[guild.owner_id])
    place = Distant(discord=runs.discord, guild=guild, owner=owner, database=database)
    done = await owner.slash(place.welcome, "setup")
    assert "I created" in done.text(), done.text()
    thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
    return place, thread


def vote(place: Town, card: Message, first: int, last: int) -> None:
    for number in range(first, last):
        place.member(f"member {number}").react(card, UP)


async def burst(place: Town, card: Message, killed: asyncio.Event) -> int:
    """Vote without a pause until a process is killed, and a little longer; how many did."""
    number = 0
    while not killed.is_set():
        vote(place, card, number, number + 5)
        number += 5
        await asyncio.sleep(0.002)
    vote(place, card, number, number + 50)
    return number + 50


def edits(place: Town) -> int:
    """How often cards of a server were edited, by whichever process."""
    mine = {str(thread.id) for thread in place.threads}
    told = [call for call in place.discord.calls if call.method == "PATCH"]
    return sum(call.params.get("channel_id") in mine for call in told)


async def stored(place: Distant, number: int) -> None:
    """Wait until so many votes are stored: a burst is under way."""
    async with asyncio.timeout(PATIENCE):
        while sum(len(votes) for votes in (await place.ballots()).values()) < number:  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def hung_up(double: Discord) -> None:
    """Wait until the double has noticed the end of shard 0's connection."""
    mine = [each for each in double.gateway.sessions.values() if each.shard[0] == 0]
    async with asyncio.timeout(PATIENCE):
        while any(session.socket is not None for session in mine):  # noqa: ASYNC110
            await asyncio.sleep(POLL)


async def test_two_processes_one_killed_in_a_burst_lose_no_vote_and_keep_to_their_cards(
    runs: Runs,
) -> None:
    even = runs.discord.found_guild("Even", (0, 2))
    odd = runs.discord.found_guild("Odd", (1, 2))
    database = Database(runs.url)
    async with runs.serving("1-1/2", "brought up to date") as high:
        async with runs.serving("0-0/2") as low:
            await high.wait_for(READY)
            here, hers = await settled(runs, even, database)
            there, his = await settled(runs, odd, database)
            killed = asyncio.Event()
            bursts = asyncio.gather(
                burst(here, here.cards(hers)[0], killed), burst(there, there.cards(his)[0], killed)
            )
            await stored(here, 50)
            await low.end(signal.SIGKILL)
            killed.set()
            mine, theirs = await bursts
        await hung_up(runs.discord)
        before = edits(here)
        vote(here, here.cards(hers)[0], mine, mine + 50)
        vote(there, there.cards(his)[0], theirs, theirs + 50)
        second = await there.ask(there.member("ben"), "Where do the swifts sleep?")
        vote(there, there.cards(second)[0], 0, 50)
        await there.quiet()
        assert edits(here) == before
        assert score(there.cards(his)[0]) == f"+{theirs + 50} votes"

        async with runs.serving("0-0/2") as again:
            await here.quiet()
            assert score(here.cards(hers)[0]) == f"+{mine + 50} votes"
            second = await here.ask(here.member("ben"), "Where do the swifts sleep?")
            vote(here, here.cards(second)[0], 0, 10)
            await here.quiet()
            assert (await again.end(signal.SIGTERM)).code == 0
        assert (await high.end(signal.SIGTERM)).code == 0
    assert runs.discord.gateway.too_soon == []
    told = runs.discord.counted()["PUT /applications/{application_id}/commands"]
    assert told == 2  # By each start of the process that has shard 0.
    await database.close()


async def test_a_second_process_for_the_same_shard_stands_by_until_the_first_is_gone(
    runs: Runs,
) -> None:
    even = runs.discord.found_guild("Even", (0, 2))
    database = Database(runs.url)
    waits = "another run serves shards of 0-1/2; waiting until it ends"
    async with runs.serving("0-0/2") as first:
        place, thread = await settled(runs, even, database)
        async with runs.serving("0-1/2", waits) as impatient:
            assert (await impatient.end(signal.SIGTERM)).code == 0
        async with runs.serving("0-1/2", waits) as second:
            await first.end(signal.SIGKILL)
            vote(place, place.cards(thread)[0], 0, 5)
            await second.wait_for(READY)
            await place.quiet()
            assert score(place.cards(thread)[0]) == "+5 votes"
            assert (await second.end(signal.SIGTERM)).code == 0
    await database.close()
