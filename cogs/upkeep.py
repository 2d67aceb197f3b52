"""What keeps the forum right by itself: repairs after an outage, retries, sweeping."""

import asyncio
import logging
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands, tasks

from bot.domain.errors import NotFound, UserError
from bot.domain.views import Report
from bot.services.forum import Forum
from bot.ui.people import guild_of
from bot.ui.publisher import Publisher
from bot.ui.reconciler import Reconciler, summary
from bot.ui.refresher import Refresher
from bot.ui.replies import NO_MENTIONS, say
from bot.ui.router import Interaction
from bot.ui.scrutiny import Scrutiny

if TYPE_CHECKING:
    from bot.app import ForumBot

log = logging.getLogger(__name__)
READ_A_MINUTE = 20
"""Cards whose voters are read each minute after an outage, so as not to burden Discord."""
ONLY = 0
"""The shard that the servers of a bot with one connection count to."""


class Upkeep(commands.Cog):
    """Reconciles after each fresh session, and tells the moderators what was repaired."""

    def __init__(
        self,
        client: discord.Client,
        forum: Forum,
        publisher: Publisher,
        refresher: Refresher,
        reconciler: Reconciler,
        scrutiny: Scrutiny,
        *,
        reconciles: bool,
    ) -> None:
        self._client = client
        self._sharded = isinstance(client, discord.AutoShardedClient)
        self._forum = forum
        self._publisher = publisher
        self._refresher = refresher
        self._reconciler = reconciler
        self._scrutiny = scrutiny
        self._reconciles = reconciles
        self._whole: set[int] = set()
        """Shards that tell us all that happens."""
        self._behind: set[int] = set()

    async def cog_load(self) -> None:
        """Start the clock."""
        self.tick.start()

    async def cog_unload(self) -> None:
        """Stop the clock."""
        self.tick.cancel()

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Every server is here now, so cards can be drawn."""
        self._refresher.start()
        if not self._sharded:
            await self.on_shard_ready(ONLY)

    @commands.Cog.listener()
    async def on_shard_ready(self, shard_id: int) -> None:
        """A fresh session: whatever happened before it was not told to us."""
        self._whole.discard(shard_id)
        guilds = [guild for guild in self._client.guilds if guild.shard_id == shard_id]
        await self._finish_opening()
        if self._reconciles:
            for guild in guilds:
                await self._repair(guild)
            await self._finish_opening()
        self._whole.add(shard_id)
        log.info("ready on %d servers", len(guilds))

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Catch up with a server that invited the bot again."""
        await self._repair(guild)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Catch up with a server that Discord itself could not reach for a while."""
        if guild.shard_id in self._whole and self._reconciles:
            await self._repair(guild)

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

    async def _finish_opening(self) -> None:
        """Put on Discord what a crash left stored only; give up what cannot be put there."""
        for place in await self._forum.questions.unopened():
            guild = self._client.get_guild(place.guild_id)
            if guild is None or guild.unavailable:
                continue
            publishing = self._publisher.publish(place.guild_id, place.id, resumed=True)
            (outcome,) = await asyncio.gather(publishing, return_exceptions=True)
            if isinstance(outcome, UserError):
                log.warning("post %s is given up: %s", place.id, outcome)
                await self._forum.questions.abandon(place.id)
            elif isinstance(outcome, BaseException):
                log.warning("post %s cannot be shown yet", place.id, exc_info=outcome)

    async def _repair(self, guild: discord.Guild) -> None:
        if guild.unavailable:  # Its channels seem to be gone, and are not.
            self._behind.add(guild.id)
            return
        (report,) = await asyncio.gather(self._reconciler.guild(guild), return_exceptions=True)
        if isinstance(report, BaseException):
            log.warning("server %s could not be reconciled", guild.id, exc_info=report)
            self._behind.add(guild.id)
            return
        self._behind.discard(guild.id)
        if report.empty:
            return
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

    @tasks.loop(minutes=1)
    async def tick(self) -> None:
        """Retry failed drawings, read voters, and note until when all is known."""
        if not self._whole:
            return
        self._refresher.retry()
        await self._read_voters()
        heard = [guild for guild in self._client.guilds if guild.shard_id in self._whole]
        for guild in heard:
            if guild.id in self._behind:
                await self._repair(guild)
        known = [guild.id for guild in heard if guild.id not in self._behind]
        await self._forum.repairs.seen(known)
        if await self._forum.duty.ours():
            await self._forum.drafts.sweep()

    async def _read_voters(self) -> None:
        reading = self._scrutiny.read_voters(READ_A_MINUTE)
        (outcome,) = await asyncio.gather(reading, return_exceptions=True)
        if isinstance(outcome, BaseException):
            log.warning("voters could not be read", exc_info=outcome)

    @tick.before_loop
    async def _wait(self) -> None:
        await self._client.wait_until_ready()
        await asyncio.sleep(60)

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
        bot.publisher,
        bot.refresher,
        bot.reconciler,
        bot.scrutiny,
        reconciles=bot.config.discord.reconcile,
    )
    await bot.add_cog(cog)
