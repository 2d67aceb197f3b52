"""The bot in a process of its own, so that the double's work is not counted as the bot's.

`python -m tests.benchmarks.guest ADDRESS DATABASE`. A line `ours NUMBER` or `empty NUMBER` on
its input chooses who hears of reactions; it writes `ready`, and `done` after so many of them.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

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
    _hears: Any = None

    def choose(self, *, emptily: bool) -> None:
        """Hand reactions to the forum, or to nobody; count those that are dealt with."""
        voting = self.get_cog("Voting")
        assert voting is not None
        real = dict(voting.get_listeners())["on_raw_reaction_add"]

        async def hear(payload: discord.RawReactionActionEvent) -> None:
            if not emptily:
                await real(payload)
            self.left -= 1
            if self.left == 0:
                say("done")

        for former in (real, self._hears):
            self.remove_listener(former, "on_raw_reaction_add")
        self.add_listener(hear, "on_raw_reaction_add")
        self._hears = hear


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
