"""Voting: arrows put on and taken off, in whatever order Discord tells of them."""

import logging
from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.domain.settings import GuildSettings
from bot.domain.votes import REASONS, Vote
from bot.services.forum import Forum
from bot.services.votes import Counted, Refused
from bot.ui.reactions import put_on, take_off
from bot.ui.replies import NO_MENTIONS
from bot.ui.scrutiny import Scrutiny

if TYPE_CHECKING:
    from bot.app import ForumBot

log = logging.getLogger(__name__)


class Voting(commands.Cog):
    """From reactions to ballots."""

    def __init__(self, client: discord.Client, forum: Forum, scrutiny: Scrutiny) -> None:
        self._client = client
        self._forum = forum
        self._scrutiny = scrutiny

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """Count an arrow; any other emoji costs nothing."""
        found = await self._vote(payload)
        if found is None or payload.guild_id is None:
            return
        vote, settings = found
        if payload.member is not None and payload.member.bot:
            await self._take_off(payload, str(payload.emoji))
            return
        outcome = await self._forum.votes.cast(
            payload.guild_id, payload.message_id, payload.user_id, vote
        )
        match outcome:
            case Counted(replaced=Vote() as other):
                for arrow in settings.arrows(other):
                    await self._take_off(payload, arrow)
            case Refused():
                await self._take_off(payload, str(payload.emoji))
                if outcome.first:
                    await self._tell(payload.user_id, outcome)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """Take a vote back, if it still is this one."""
        found = await self._vote(payload)
        if found is not None and payload.guild_id is not None:
            await self._forum.votes.retract(
                payload.guild_id, payload.message_id, payload.user_id, found[0]
            )

    @commands.Cog.listener()
    async def on_raw_reaction_clear(self, payload: discord.RawReactionClearEvent) -> None:
        """Follow a moderator who took all reactions off; the arrows come back."""
        await self._cleared(payload.guild_id, payload.channel_id, payload.message_id)

    @commands.Cog.listener()
    async def on_raw_reaction_clear_emoji(
        self, payload: discord.RawReactionClearEmojiEvent
    ) -> None:
        """Follow a moderator who took one emoji off; the arrows come back."""
        if payload.guild_id is None:
            return
        settings = await self._forum.settings.of(payload.guild_id)
        if settings.vote_of(str(payload.emoji)) is not None:
            await self._cleared(payload.guild_id, payload.channel_id, payload.message_id)

    async def _vote(
        self, payload: discord.RawReactionActionEvent
    ) -> tuple[Vote, GuildSettings] | None:
        """Which vote a reaction is, on a server and by somebody else than this bot."""
        own = self._client.user is not None and payload.user_id == self._client.user.id
        if payload.guild_id is None or own:
            return None
        settings = await self._forum.settings.of(payload.guild_id)
        vote = settings.vote_of(str(payload.emoji))
        return None if vote is None else (vote, settings)

    async def _take_off(self, payload: discord.RawReactionActionEvent, emoji: str) -> None:
        channel = self._client.get_partial_messageable(
            payload.channel_id, guild_id=payload.guild_id
        )
        message = channel.get_partial_message(payload.message_id)
        await take_off(message, emoji, payload.user_id)

    async def _tell(self, user_id: int, refused: Refused) -> None:
        """Say once and quietly why a vote does not count; `/why` says it again."""
        text = f"Your vote on #{refused.post_id} was not counted. {REASONS[refused.reason]}"
        user = self._client.get_user(user_id) or discord.Object(user_id)
        try:
            channel = await self._client.create_dm(user)
            await channel.send(f"-# {text}", allowed_mentions=NO_MENTIONS)
        except discord.Forbidden:
            return
        except discord.HTTPException as error:
            log.warning("cannot tell member %s of a refused vote: %s", user_id, error)

    async def _cleared(self, guild_id: int | None, channel_id: int, message_id: int) -> None:
        if guild_id is None or not await self._forum.votes.counted([message_id]):
            return
        settings = await self._forum.settings.of(guild_id)
        channel = self._client.get_partial_messageable(channel_id, guild_id=guild_id)
        try:
            message = await channel.fetch_message(message_id)
            await self._scrutiny.match(message, settings)
            if message.author == self._client.user:
                await put_on(message, settings)
        except discord.HTTPException as error:
            log.warning("cannot put arrows back under message %s: %s", message_id, error)


async def setup(bot: "ForumBot") -> None:
    """Load."""
    await bot.add_cog(Voting(bot, bot.forum, bot.scrutiny))
