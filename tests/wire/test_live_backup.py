"""`db backup` of a live bot's file, by the real command line; the copy is then lived with."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import bot, configure
from tests.wire.double import opened
from tests.wire.host import configuration, online
from tests.wire.soundness import unsound
from tests.wire.town import DOWN, UP, Town, settled


async def votes(place: Town, stop: asyncio.Event) -> int:
    """Members vote and change their minds until somebody stops them; returns how often."""
    cards = [card for thread in place.threads for card in place.cards(thread)]
    told = 0
    while not stop.is_set():
        who, card = place.member(f"member{told % 40}"), cards[told % len(cards)]
        sign, other = ((UP, DOWN), (DOWN, UP))[told // 80 % 2]
        who.unreact(card, other)
        who.react(card, sign)
        told += 1
        await asyncio.sleep(0.002)
    return told


@pytest.fixture
def home(file: Path) -> Path:
    """A directory with a configuration and an empty, migrated database."""
    configure(file.parent)
    return file.rename(file.parent / "askwell.db").parent


async def test_a_copy_made_during_votes_is_right_and_catches_up_when_it_is_restored(
    home: Path,
) -> None:
    config = configuration(home / "askwell.db")
    async with opened() as double:
        double.limits.pace = 1e6
        guild = double.found_guild("Mindful")
        async with online(double, config) as running:
            place = await settled(double, guild, running)
            for number in range(3):
                thread = await place.ask(place.member("ada"), f"Does swift {number} sleep here?")
                await place.answer(place.member("ben"), thread)
            stop = asyncio.Event()
            voting = asyncio.create_task(votes(place, stop))
            said = await asyncio.to_thread(bot, home, "db", "backup", "copy.db")
            stop.set()
            assert await voting > 40
            await place.quiet()
        (home / "askwell.db").unlink()
        (home / "copy.db").rename(home / "askwell.db")
        counted = await asyncio.to_thread(bot, home, "recount")
        with closing(sqlite3.connect(home / "askwell.db")) as copy:
            ballots = copy.execute("SELECT count(*) FROM ballots").fetchone()[0]
        async with online(double, config) as running:
            place.bot = running
            await place.minute()

            assert (said.code, said.err) == (0, "")
            assert said.out.startswith("Copied to copy.db; it holds 6 posts")
            assert f" {ballots} ballots" in said.out
            assert counted.out == "Nothing differed: every score and all points were right.\n"
            assert await unsound(place) == []
