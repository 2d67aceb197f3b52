"""How much a restart asks of Discord: requests for each active thread, and seconds.

The goal is for one thread in a hundred that has a new vote; one request a thread is what it takes
to look at all of them. Discord's limits are out of the way, so the seconds are the bot's own work
(and the double's, in the same process); Discord itself allows 50 requests a second.
"""

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.app import make_bot, open_database
from bot.config import Config
from db import migrate
from tests.benchmarks.measures import Measured
from tests.wire.double import Discord, opened
from tests.wire.host import configuration, connected, online, quiet
from tests.wire.people import Person
from tests.wire.town import BODY, UP, Town, labels, settled

THREADS = 1_000
TOGETHER = 25
PATIENCE = 300.0


def run() -> Measured:
    """Count requests a thread after a restart with one thread in a hundred changed."""
    return asyncio.run(measure(THREADS))


async def measure(threads: int) -> Measured:
    """Restart twice over so many threads: with nothing changed, then with some."""
    with TemporaryDirectory() as folder:
        config = configuration(Path(folder) / "forum.db")
        await _migrate(config)
        async with opened() as double:
            double.limits.pace = 1e6
            guild = double.found_guild("Busy")
            async with online(double, config) as bot:
                place = await settled(double, guild, bot)
                await _fill(place, threads)
            same, same_seconds = await _restart(double, config)
            changed = max(1, threads // 100)
            for thread in place.threads[:changed]:
                place.member("newcomer").react(place.cards(thread)[0], UP)
            some, some_seconds = await _restart(double, config)
            assert await _votes(config) == threads + changed
    return Measured(
        some / threads,
        f"{threads:,} threads: {same / threads:.3f} requests each, {same_seconds:.1f} s, nothing "
        f"changed; {some / threads:.3f} requests each, {some_seconds:.1f} s, {changed} changed",
    )


async def _migrate(config: Config) -> None:
    database = open_database(config)
    await migrate.upgrade(database)
    await database.close()


async def _fill(place: Town, threads: int) -> None:
    """Ask so many questions, each with one vote."""
    voter = place.member("voter")
    for first in range(0, threads, TOGETHER):
        numbers = range(first, min(first + TOGETHER, threads))
        await asyncio.gather(*(_ask(place, number) for number in numbers))
        await place.quiet()
        for thread in place.threads[first:]:
            voter.react(place.cards(thread)[0], UP)
        await place.quiet()


async def _ask(place: Town, number: int) -> None:
    who: Person = place.member(f"asker {number}")
    form = await who.slash(place.welcome, "ask")
    title = f"Question number {number}, about {'abcdefghij'[number % 10] * 12}?"
    done = await who.submit(form, title=title, body=f"{BODY} This is number {number}.")
    if "Post anyway" in labels(done):
        done = await who.click(done.messages[-1], "Post anyway")
    assert "Your question" in done.text(), done.text()


async def _restart(double: Discord, config: Config) -> tuple[int, float]:
    """Start a bot and wait until it has caught up; the requests about channels, and seconds."""
    double.calls.clear()
    bot = make_bot(config, open_database(config))
    start = time.perf_counter()
    async with connected(double, bot):
        # Each minute it also reads who voted on 20 cards; on a slow machine that would mix in.
        upkeep: Any = bot.get_cog("Upkeep")
        upkeep._clock.cancel()
        await quiet(double, bot, PATIENCE)
        seconds = time.perf_counter() - start
        asked = [call for call in double.calls if "channel_id" in call.params]
    return len(asked), seconds


async def _votes(config: Config) -> int:
    database = open_database(config)
    async with database.read() as tx:
        (count,) = (await tx.exec_driver_sql("SELECT count(*) FROM ballots")).one()
    await database.close()
    return int(count)
