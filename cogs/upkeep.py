"""What keeps the forum right by itself: repairs after an outage, retries, sweeping."""

import asyncio
import logging
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import NotFound, Unavailable
from bot.domain.views import Report
from bot.services.forum import Forum
from bot.ui.backlog import Backlog
from bot.ui.people import guild_of
from bot.ui.reconciler import Reconciler, summary
from bot.ui.refresher import Refresher
from bot.ui.replies import NO_MENTIONS, say
from bot.ui.router import Interaction
from bot.ui.scrutiny import Scrutiny
from bot.ui.strays import Strays
from bot.ui.unfinished import Unfinished

if TYPE_CHECKING:
    from bot.app import ForumBot

log = logging.getLogger(__name__)
READ_A_MINUTE = 20
"""Cards whose voters are read each minute after an outage, so as not to burden Discord."""
MINUTE = 60.0
HOUR = 60
ONLY = 0
"""The shard that the servers of a bot with one connection count to."""


class Upkeep(commands.Cog):
    """Reconciles after each fresh session, and tells the moderators what was repaired."""

    def __init__(
        self,
        client: discord.Client,
        forum: Forum,
        unfinished: Unfinished,
        refresher: Refresher,
        reconciler: Reconciler,
        scrutiny: Scrutiny,
        backlog: Backlog,
        strays: Strays,
        *,
        reconciles: bool,
    ) -> None:
        self._client = client
        self._sharded = isinstance(client, discord.AutoShardedClient)
        self._forum = forum
        self._unfinished = unfinished
        self._refresher = refresher
        self._reconciler = reconciler
        self._scrutiny = scrutiny
        self._strays = strays
        self._reconciles = reconciles
        self._backlog = backlog
        self._whole: set[int] = set()
        """Shards that tell us all that happens."""
        self._minutes = 0
        self._catching_up = asyncio.Lock()
        self._clock: asyncio.Task[None] | None = None

    async def cog_load(self) -> None:
        """Start the clock."""
        self._clock = asyncio.create_task(self._run())

    async def cog_unload(self) -> None:
        """Stop the clock."""
        if self._clock is not None:
            self._clock.cancel()

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Every server is here now, so cards can be drawn."""
        self._refresher.start()
        if not self._sharded:
            await self.on_shard_ready(ONLY)

    @commands.Cog.listener()
    async def on_shard_ready(self, shard_id: int) -> None:
        """A fresh session: whatever happened before it was not told to us."""
        guilds = [guild for guild in self._client.guilds if guild.shard_id == shard_id]
        if self._reconciles:
            self._backlog.add(guild.id for guild in guilds)
        self._whole.add(shard_id)
        self._unfinished.forgive()
        await self._unfinished.finish()
        await self._catch_up()
        log.info("ready on %d servers", len(guilds))

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Catch up with a server that invited the bot again."""
        self._backlog.add([guild.id])
        await self._catch_up()

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Catch up with a server that Discord itself could not reach for a while."""
        if guild.shard_id in self._whole and self._reconciles:
            self._backlog.add([guild.id])
            await self._catch_up()

    @commands.Cog.listener()
    async def on_disconnect(self) -> None:
        """From here on we may miss something."""
        if not self._sharded:
            await self.on_shard_disconnect(ONLY)

    @commands.Cog.listener()
    async def on_shard_disconnect(self, shard_id: int) -> None:
        """From here on we may miss something of this shard's servers."""
        self._whole.discard(shard_id)

    @commands.Cog.listener()
    async def on_resumed(self) -> None:
        """Discord has replayed what we missed."""
        if not self._sharded:
            await self.on_shard_resumed(ONLY)

    @commands.Cog.listener()
    async def on_shard_resumed(self, shard_id: int) -> None:
        """Discord has replayed what we missed of this shard's servers."""
        self._whole.add(shard_id)

    async def _catch_up(self) -> None:
        """Repair the servers whose turn it is, one after the other."""
        if self._catching_up.locked():
            return  # Whoever holds it goes on until none is left.
        async with self._catching_up:
            while due := [guild for guild in self._heard() if self._backlog.due(guild.id)]:
                await self._repair(due[0])

    def _heard(self) -> list[discord.Guild]:
        """Servers of which we are told what happens."""
        there = [guild for guild in self._client.guilds if guild.shard_id in self._whole]
        return [guild for guild in there if not guild.unavailable]

    async def _repair(self, guild: discord.Guild) -> None:
        self._backlog.begin(guild.id)
        (report,) = await asyncio.gather(self._reconciler.guild(guild), return_exceptions=True)
        # Without a database it costs nothing to try again.
        self._backlog.end(guild.id, well=isinstance(report, Report | Unavailable))
        if isinstance(report, Unavailable):
            self._backlog.add([guild.id])
            raise report
        if isinstance(report, BaseException):
            log.warning("server %s could not be reconciled", guild.id, exc_info=report)
        elif not report.empty:
            log.info("server %s: %s", guild.id, summary(report))
            await self._tell(guild, report)

    async def _tell(self, guild: discord.Guild, report: Report) -> None:
        settings = await self._forum.settings.of(guild.id)
        channel = guild.get_channel(settings.reports_channel)
        if isinstance(channel, discord.TextChannel):
            text = f"After an outage I repaired: {summary(report)}."
            try:
                await channel.send(text, allowed_mentions=NO_MENTIONS)
            except discord.HTTPException as error:
                log.warning("cannot report in channel %s: %s", channel.id, error)

    async def _run(self) -> None:
        """Do each minute what is due; a clock that is set back does not stop this."""
        await self._client.wait_until_ready()
        while True:
            await asyncio.sleep(MINUTE)
            await self.tick()

    async def tick(self) -> None:
        """Retry what failed, read voters, and note until when all is known.

        What fails fails alone, and is due again in a minute.
        """
        if not self._whole:
            return
        self._backlog.next_round()
        self._refresher.retry()
        acts = (
            self._catch_up,
            self._unfinished.finish,
            self._strays.look_again,
            self._read_voters,
            self._note_seen,
            self._sweep,
        )
        for act in acts:
            (error,) = await asyncio.gather(act(), return_exceptions=True)
            if isinstance(error, Exception) and not isinstance(error, Unavailable):
                log.error("upkeep failed", exc_info=error)

    async def _read_voters(self) -> None:
        await self._scrutiny.read_voters(READ_A_MINUTE)

    async def _note_seen(self) -> None:
        known = self._backlog.up_to_date([guild.id for guild in self._heard()])
        if known:
            await self._forum.repairs.seen(known)

    async def _sweep(self) -> None:
        self._minutes += 1
        if self._minutes % HOUR == 1 and await self._forum.duty.ours():
            await self._forum.drafts.sweep()

    @app_commands.command(description="Show what was repaired after outages")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_threads=True)
    @app_commands.checks.has_permissions(manage_threads=True)
    async def repairs(self, interaction: Interaction) -> None:
        """List the latest repairs."""
        found = await self._forum.repairs.latest(guild_of(interaction))
        if not found:
            raise NotFound("Nothing had to be repaired so far.")
        lines = [f"- {discord.utils.format_dt(at, 'f')}: {summary(report)}" for at, report in found]
        await say(interaction, "\n".join(lines))


async def setup(bot: "ForumBot") -> None:
    """Load."""
    cog = Upkeep(
        bot,
        bot.forum,
        bot.unfinished,
        bot.refresher,
        bot.reconciler,
        bot.scrutiny,
        bot.backlog,
        bot.strays,
        reconciles=bot.config.discord.reconcile,
    )
    await bot.add_cog(cog)
