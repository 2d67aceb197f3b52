"""The bot in a process of its own, so that the double's work is not counted as the bot's.

`python -m tests.benchmarks.guest ADDRESS DATABASE`. A line `ours NUMBER` or `empty NUMBER` on
its input chooses who hears of reactions; it writes `ready`, and `done` after so many of them.
"""

import asyncio
import sys
from pathlib import Path

import discord
import yarl

from bot.app import ForumBot, open_database
from bot.config import load
from db import migrate
from tests.wire.double import TOKEN
from tests.wire.host import EXAMPLE


class Guest(ForumBot):
    """The real bot; a benchmark can have it hear of reactions and do nothing."""

    left = 0

    def count(self) -> None:
        """Count one reaction as done."""
        self.left -= 1
        if self.left == 0:
            say("done")

    def choose(self, *, emptily: bool) -> None:
        """Hand reactions to the forum, or to nobody."""
        voting = self.get_cog("Voting")
        assert voting is not None
        handlers = dict(voting.get_listeners())
        real, empty = handlers["on_raw_reaction_add"], self.hear
        self.remove_listener(empty, "on_raw_reaction_add")
        self.remove_listener(real, "on_raw_reaction_add")
        self.add_listener(empty if emptily else real, "on_raw_reaction_add")

    async def hear(self, _payload: discord.RawReactionActionEvent) -> None:
        """Do nothing about a reaction."""
        self.count()


def say(word: str) -> None:
    """Tell the benchmark."""
    print(word, flush=True)  # noqa: T201


async def main(address: str, file: str) -> None:
    """Be a bot until the input ends."""
    discord.http.Route.BASE = f"http://{address}/api/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://{address}/")
    config = load(EXAMPLE, {"ASKWELL_DATABASE_URL": f"sqlite+aiosqlite:///{file}"})
    database = open_database(config)
    await migrate.upgrade(database)
    bot = Guest(config, database)
    cast = bot.forum.votes.cast

    async def counted(*act: object) -> object:
        outcome = await cast(*act)  # type: ignore[arg-type]
        bot.count()
        return outcome

    bot.forum.votes.cast = counted  # type: ignore[method-assign, assignment]
    running = asyncio.create_task(bot.start(TOKEN))
    while line := await asyncio.to_thread(sys.stdin.readline):
        who, number = line.split()
        bot.left = int(number)
        bot.choose(emptily=who == "empty")
        say("ready")
    await bot.close()
    await running


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], str(Path(sys.argv[2]))))
