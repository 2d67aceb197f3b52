"""A double of Discord with the bot in a process of its own, and a crowd that reacts."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.wire.double import Discord, opened
from tests.wire.limits import MESSAGE
from tests.wire.people import Person
from tests.wire.state import THREAD, Channel, Guild, Message

UP, OTHER = "⬆️", "👀"
PATIENCE = 120.0


@dataclass
class Visit:
    """A server with questions, its members, and the process of the bot."""

    discord: Discord
    guild: Guild
    owner: Person
    process: Process
    cards: list[Message] = field(default_factory=list)

    @property
    def welcome(self) -> Channel:
        """Where commands are typed."""
        return self.discord.world.channels[self.guild.system_channel_id or 0]

    async def hear(self) -> str:
        """Wait for the bot's next word."""
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), PATIENCE)
        return line.decode().strip()

    async def choose(self, who: str, number: int) -> None:
        """Have the forum (`ours`) or nobody (`empty`) hear of the next so many reactions."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{who} {number}\n".encode())
        assert await self.hear() == "ready"

    async def set_up(self, questions: int) -> None:
        """Make a forum with questions; wait until the bot is there."""
        async with asyncio.timeout(PATIENCE):
            while not self.discord.gateway.sessions:  # noqa: ASYNC110 - the double tells nobody
                await asyncio.sleep(0.05)
        await self.owner.slash(self.welcome, "setup")
        for number in range(questions):
            form = await self.owner.slash(self.welcome, "ask")
            title = f"Question number {number}, about {'abcdefghij'[number % 10] * 12}?"
            done = await self.owner.submit(form, title=title, body=f"{number} and nothing else.")
            if "Post anyway" in str(done.messages[-1].components):
                done = await self.owner.click(done.messages[-1], "Post anyway")
            assert "Your question" in done.text(), done.text()
        threads = [c.id for c in self.discord.world.channels.values() if c.type == THREAD]
        self.cards = [self.discord.world.messages[thread][thread] for thread in threads]

    def react(self, sign: str, count: int) -> None:
        """New members' reactions all at once: first on one card, then on the next."""
        each = count // len(self.cards)
        crowd = [self.discord.world.user("somebody").id for _ in range(each)]
        for user_id in crowd:
            self.discord.world.join(self.guild, self.discord.world.users[user_id])
        for card in self.cards:
            for user_id in crowd:
                self.discord.react(card, sign, user_id)

    def edits(self) -> int:
        """How many cards were edited so far."""
        return self.discord.counted()[f"PATCH {MESSAGE}"]


@asynccontextmanager
async def visit(questions: int) -> AsyncIterator[Visit]:
    """Open a double, start the bot beside it, and make a forum."""
    with TemporaryDirectory() as folder:
        async with opened() as double:
            double.limits.pace = 1e6
            guild = double.found_guild("Busy")
            owner = Person(double, guild, double.world.users[guild.owner_id])
            address = double.gateway.url.removeprefix("ws://").rstrip("/")
            command = [sys.executable, "-m", "tests.benchmarks.guest", address]
            process = await asyncio.create_subprocess_exec(
                *command, str(Path(folder) / "forum.db"), stdin=PIPE, stdout=PIPE
            )
            place = Visit(double, guild, owner, process)
            try:
                await place.set_up(questions)
                double.limits.pace = 1
                yield place
            finally:
                assert process.stdin is not None
                process.stdin.close()
                await process.wait()
