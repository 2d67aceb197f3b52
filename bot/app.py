"""The bot, and how its parts are put together: the only module that knows every part."""

import logging
import sys
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.config import Config
from bot.domain.errors import Unavailable
from bot.domain.observer import NOBODY
from bot.domain.settings import GuildSettings, from_record
from bot.domain.shards import ALL, Shards
from bot.services.forum import Forum
from bot.services.starts import Starts
from bot.ui.asking import Asking
from bot.ui.backlog import Backlog, server_of
from bot.ui.errors import answer_error
from bot.ui.installer import Installer
from bot.ui.marks import Marks
from bot.ui.patience import Patience
from bot.ui.publisher import Publisher
from bot.ui.pulse import Pulse
from bot.ui.reconciler import Reconciler
from bot.ui.refresher import Refresher
from bot.ui.router import Interaction, Router
from bot.ui.scrutiny import Scrutiny
from bot.ui.strays import Strays
from bot.ui.unfinished import Unfinished
from db.engine import Database

if TYPE_CHECKING:
    from bot.metrics.record import Metrics

log = logging.getLogger(__name__)
SOME_ROUNDS = 10
"""Minutes until a server is looked through after a mistake of ours, which may come again."""
COGS = (
    "cogs.interactions",
    "cogs.ask",
    "cogs.answer",
    "cogs.vote",
    "cogs.accept",
    "cogs.edit",
    "cogs.post",
    "cogs.thread",
    "cogs.profile",
    "cogs.setup",
    "cogs.settings",
    "cogs.upkeep",
)


class Tree(app_commands.CommandTree["ForumBot"]):
    """The commands; whatever one raises, the person gets an answer."""

    async def interaction_check(self, interaction: Interaction) -> bool:
        """Let everybody in, and nobody wait without a word."""
        self.client.patience.begin(interaction)
        return True

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """Word the error for the person."""
        await answer_error(interaction, error)
        self.client.patience.end(interaction)


def intents(*, message_content: bool) -> discord.Intents:
    """The intents that the forum uses; only one of them is privileged, and optional."""
    wanted = discord.Intents(
        guilds=True, guild_messages=True, guild_reactions=True, dm_messages=True
    )
    wanted.message_content = message_content
    return wanted


def open_database(config: Config) -> Database:
    """Open the database that the configuration names."""
    return Database(
        config.database.url.get_secret_value(),
        synchronous=config.database.synchronous,
        busy_timeout_seconds=config.database.busy_timeout_seconds,
    )


def defaults(config: Config) -> GuildSettings:
    """What a server has as long as it changes nothing; raises Invalid if that is impossible."""
    return from_record(config.forum.model_dump(), GuildSettings()).changed()


def _metrics(connections: dict[str, Any]) -> "Metrics":
    """Make what counts, and let it see Discord's answers; not loaded (3 MB) where nobody looks."""
    from bot.metrics.limits import traced  # noqa: PLC0415
    from bot.metrics.record import Metrics  # noqa: PLC0415

    metrics = Metrics()
    connections["http_trace"] = traced(metrics.waited)
    return metrics


class ForumBot(commands.Bot):
    """A forum on Discord: one database, its services, and what draws them."""

    def __init__(
        self, config: Config, database: Database, shards: Shards = ALL, **connections: Any
    ) -> None:
        self.metrics = _metrics(connections) if config.metrics.listen else None
        observer = self.metrics or NOBODY
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=intents(message_content=config.discord.message_content),
            allowed_mentions=discord.AllowedMentions.none(),
            chunk_guilds_at_startup=False,
            max_ratelimit_timeout=60,
            **connections,
        )
        self.config = config
        self.database = database
        self.served = shards
        self.forum = Forum(database, defaults(config), discord.utils.utcnow, shards, observer)
        self.router = Router()
        self.publisher = Publisher(self, self.forum)
        self.asking = Asking(self.forum, self.publisher)
        self.installer = Installer(self.forum)
        self.scrutiny = Scrutiny(self, self.forum)
        self.marks = Marks(self, self.forum)
        self.patience = Patience()
        self.unfinished = Unfinished(self, self.forum, self.publisher, self.asking)
        self.backlog = Backlog()
        self.strays = Strays(self.forum, self.publisher)
        self.reconciler = Reconciler(
            self,
            self.forum,
            self.publisher,
            self.scrutiny,
            self.marks,
            self.strays,
            days=config.discord.reconcile_days,
            reads_content=config.discord.message_content,
        )
        self.refresher = Refresher(
            self,
            self.forum,
            self.scrutiny.prove,
            pause=config.discord.redraw_seconds,
            at_once=config.discord.drawings_at_once,
            observer=observer,
        )
        self.pulse = Pulse(self, self.forum, self.refresher, len(shards.ids))
        database.after_commit = self.refresher.wake
        database.observer = observer

    async def setup_hook(self) -> None:
        """Load the cogs; of several runs, the one with the first shard tells the commands."""
        for name in COGS:
            await self.load_extension(name)
        if 0 in self.served.ids:
            await self.tree.sync()

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Look soon through a server whose news were lost; a lost database is told of already."""
        lost = isinstance(sys.exc_info()[1], Unavailable)
        guild_id = server_of(args[0]) if args else None
        if guild_id is not None:
            self.backlog.add([guild_id], rest=0 if lost else SOME_ROUNDS)
        if not lost:
            await super().on_error(event_method, *args, **kwargs)

    async def on_message(self, message: discord.Message) -> None:
        """Answer no text commands: everything is a slash command."""

    async def drain(self) -> None:
        """Store what was received, and finish what is being drawn."""
        await self.forum.close()
        await self.refresher.close()

    async def close(self) -> None:
        """Drain, then leave Discord and the database."""
        if not self.is_closed():
            await self.drain()
        await super().close()
        await self.database.close()


class ShardedForumBot(ForumBot, commands.AutoShardedBot):
    """The same with a connection a shard, alone or as one of several runs on one database."""

    def __init__(self, config: Config, database: Database, shards: Shards) -> None:
        # A log-in waits for all before it, and is not broken off.
        waits: dict[str, Any] = {"shard_connect_timeout": None}
        super().__init__(
            config,
            database,
            shards,
            shard_ids=list(shards.ids),
            shard_count=shards.count,
            **waits,
        )
        self._starts = Starts(database)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait until no other run begins a session; within one run discord.py sees to it."""
        if self.served.whole:
            await super().before_identify_hook(shard_id, initial=initial)
        else:
            await self._starts.turn()

    async def close(self) -> None:
        """Leave as ever; other runs may begin their sessions."""
        await super().close()
        await self._starts.close()


def make_bot(config: Config, database: Database, shards: Shards = ALL) -> ForumBot:
    """Make the bot for these shards; a small community's needs none.

    Discord wants shards from 2,500 servers on. Below, one connection does everything, and
    asking Discord for a number would be one request more at each start.
    """
    return (
        ForumBot(config, database) if shards == ALL else ShardedForumBot(config, database, shards)
    )
