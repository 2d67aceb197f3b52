"""`run`: the bot online, from its start to a clean stop."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from typing import Final

import aiohttp
import discord
from pydantic import SecretStr

from bot import logs
from bot.app import ForumBot, make_bot
from bot.cli.claim import claimed
from bot.cli.database import apply_pending, opened
from bot.cli.speech import PORTAL, Refused, misused
from bot.config import TOKEN_VARIABLE, Config, host_and_port
from bot.domain.errors import Invalid
from bot.domain.shards import ALL, Shards
from db.engine import Database

log = logging.getLogger(__name__)
BAD_TOKEN: Final = (
    f"Discord does not accept the token in {TOKEN_VARIABLE}. "
    f"Make a new one at {PORTAL} (Bot → Reset Token)."
)
NO_INTENT: Final = (
    f"Discord does not let this bot read messages. Switch on Message Content Intent at {PORTAL} "
    "(Bot), or set message_content = false under [discord] in the configuration."
)

SHARDING_REQUIRED: Final = 4011
NEEDS_SHARDS: Final = (
    "This bot is on so many servers that Discord wants them divided. Start it with two shards "
    "or more, all in one run (--shards 0-1/2) or one range a run (needs PostgreSQL)."
)


async def run(config: Config, token: SecretStr, shards: Shards = ALL) -> None:
    """Serve until SIGINT or SIGTERM, then store what was received and stop."""
    logs.set_up(config.log, token)
    with _stop_on_signal() as stopped:
        async with opened(config) as database:
            _must_allow(database, shards)
            applied = await apply_pending(database)
            if applied:
                log.info("database brought up to date: %s", ", ".join(applied))
            async with (
                claimed(database, shards, stopped),
                _made(config, database, shards) as bot,
                _watched(bot),
            ):
                await _serve(bot, token.get_secret_value(), stopped)
    log.info("stopped")


def _must_allow(database: Database, shards: Shards) -> None:
    if database.is_sqlite and not shards.whole:
        raise misused(
            f"SQLite serves one run of the bot, and {shards} leaves servers to another one. "
            "Several runs need PostgreSQL (python -m bot db copy moves a forum there). "
            f"One run can have all shards: --shards 0-{shards.count - 1}/{shards.count}"
        )


def _made(config: Config, database: Database, shards: Shards) -> ForumBot:
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # It never speaks.
    try:
        return make_bot(config, database, shards)
    except Invalid as invalid:
        problems = "\n".join(invalid.problems)
        raise misused(f"These settings under [forum] do not go together:\n{problems}") from invalid


@asynccontextmanager
async def _watched(bot: ForumBot) -> AsyncIterator[None]:
    """Serve numbers and health, where the configuration names an address for them."""
    async with AsyncExitStack() as stack:
        if bot.metrics is not None:
            from bot.metrics.endpoint import served  # noqa: PLC0415 - only for who looks

            host, port = host_and_port(bot.config.metrics.listen)
            serving = served(host, port, bot.metrics, bot.pulse.feel)
            try:
                await stack.enter_async_context(serving)
            except OSError as taken:
                raise misused(
                    f"metrics.listen: nothing can be served at {host} port {port}: "
                    f"{taken.strerror}. Choose another address, or leave it empty."
                ) from taken
        yield


async def _serve(bot: ForumBot, token: str, stopped: asyncio.Event) -> None:
    """Stay online until told to stop; whoever ends first ends the other."""
    online = asyncio.create_task(bot.start(token))
    told = asyncio.create_task(stopped.wait())
    await asyncio.wait({online, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if online.done():
        with in_words():
            await online
        return
    log.info("stopping; what was received is stored first")
    online.cancel()
    with suppress(asyncio.CancelledError):
        await online


@contextmanager
def in_words() -> Iterator[None]:
    """Turn what Discord refuses, or a network that is not there, into a text."""
    try:
        yield
    except discord.LoginFailure as failure:
        raise misused(BAD_TOKEN) from failure
    except discord.PrivilegedIntentsRequired as failure:
        raise misused(NO_INTENT) from failure
    except discord.HTTPException as failure:
        raise Refused(f"Discord refused: {failure}. Try again in some minutes.") from failure
    except (discord.GatewayNotFound, discord.ConnectionClosed) as failure:
        if getattr(failure, "code", None) == SHARDING_REQUIRED:
            raise misused(NEEDS_SHARDS) from failure
        raise Refused(f"Discord ended the connection: {failure}. Try again later.") from failure
    except (aiohttp.ClientError, OSError) as failure:
        raise Refused(
            f"Discord cannot be reached: {failure}. Is there a network, and does it let "
            "connections to discord.com through?"
        ) from failure


@contextmanager
def _stop_on_signal() -> Iterator[asyncio.Event]:
    """Set an event at the first signal; a second one stops the hard way."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    names = (signal.SIGINT, signal.SIGTERM)

    def forget() -> None:
        for name in names:
            loop.remove_signal_handler(name)

    def stop() -> None:
        stopped.set()
        forget()

    with suppress(NotImplementedError):  # Windows stops by KeyboardInterrupt.
        for name in names:
            loop.add_signal_handler(name, stop)
    yield stopped
    with suppress(NotImplementedError):
        forget()
