"""The real bot on the double: started, quiet, stopped."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import discord
from discord.gateway import DiscordWebSocket

from bot.app import ForumBot, make_bot, open_database
from bot.config import Config, load
from bot.domain.shards import ALL, Shards
from tests.wire.double import TOKEN, Discord

EXAMPLE: Final = Path(__file__).parents[2] / "config.example.toml"
PATIENCE: Final = 90.0
POLL: Final = 0.003


def configuration(database: Path | str, **changes: object) -> Config:
    """The example configuration on a database of its own (a file or a URL), without pauses."""
    url = database if isinstance(database, str) else f"sqlite+aiosqlite:///{database}"
    config = load(EXAMPLE, {"ASKWELL_DATABASE_URL": url})
    wanted = {"redraw_seconds": 0.0, **changes}
    return config.model_copy(update={"discord": config.discord.model_copy(update=wanted)})


@asynccontextmanager
async def online(double: Discord, config: Config, shards: Shards = ALL) -> AsyncIterator[ForumBot]:
    """The bot logged in and ready; closed at the end, with whatever it raised."""
    bot = make_bot(config, open_database(config), shards)
    async with connected(double, bot):
        await quiet(double, bot)
        yield bot


@asynccontextmanager
async def connected(double: Discord, bot: discord.Client) -> AsyncIterator[None]:
    """Any client of discord.py, logged in and ready."""
    bot._connection.guild_ready_timeout = 0.01
    setattr(bot, "before_identify_hook", _at_once)  # noqa: B010 - discord.py waits 5 s here
    running: asyncio.Task[None] | None = None
    try:
        await bot.login(TOKEN)
        running = asyncio.create_task(bot.connect())
        ready = asyncio.create_task(bot.wait_until_ready())
        await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if running.done():
            await running
        yield
    finally:
        await bot.close()
        if running is not None:
            await asyncio.gather(running, return_exceptions=True)


async def _at_once(_shard_id: int | None, *, initial: bool = False) -> None:
    """Identify again without a pause."""


async def quiet(double: Discord, bot: ForumBot, patience: float = PATIENCE) -> None:
    """Wait until the bot has heard everything and has nothing left to do."""
    end = time.monotonic() + patience
    calm = 0
    while calm < 3:
        assert time.monotonic() < end, f"the bot does not come to rest: {_busy(bot)}"
        await asyncio.sleep(POLL)
        heard = all(_heard(double, ws) for ws in sockets(bot))
        calm = calm + 1 if heard and double.idle and not _busy(bot) else 0


def sockets(bot: ForumBot) -> list[DiscordWebSocket]:
    """The bot's connections, one a shard."""
    if isinstance(bot, discord.AutoShardedClient):
        return [info._parent.ws for info in bot.shards.values()]
    return [bot.ws]


def _heard(double: Discord, ws: DiscordWebSocket) -> bool:
    """Say whether the bot has received all that a connection's session was told."""
    session = double.gateway.sessions.get(ws.session_id or "")
    if session is None or session.socket is None:
        return False
    return ws.sequence == len(session.sent)


def _busy(bot: ForumBot) -> list[str]:
    """What the bot is doing: beginning a session, handlers, votes under way, drawings."""
    handlers = [t.get_name() for t in asyncio.all_tasks() if t.get_name().startswith("discord.py")]
    drain, sweep = bot.forum.votes._acts._drain, bot.refresher._sweep
    handlers += ["ready"] if bot._connection._ready_task is not None else []
    if isinstance(bot, discord.AutoShardedClient):
        beginning = bot._connection._ready_tasks.items()
        handlers += [f"shard {shard}" for shard, task in beginning if not task.done()]
    handlers += ["votes"] if drain and not drain.done() else []
    handlers += ["sweep"] if sweep and not sweep.done() else []
    return handlers + [f"drawing {post}" for post in bot.refresher._drawing]
