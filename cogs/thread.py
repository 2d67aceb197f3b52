"""What members do in question threads without a command: write, edit, delete, lock."""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.services.forum import Forum
from bot.ui.people import author
from bot.ui.publisher import Publisher
from bot.ui.reconciler import MEMBERS_OWN, Reconciler, plain
from bot.ui.strays import Strays

if TYPE_CHECKING:
    from bot.app import ForumBot

log = logging.getLogger(__name__)


class Thread(commands.Cog):
    """Follows plain messages and threads."""

    def __init__(
        self,
        forum: Forum,
        publisher: Publisher,
        reconciler: Reconciler,
        strays: Strays,
        *,
        reads_content: bool,
    ) -> None:
        self._forum = forum
        self._publisher = publisher
        self._reconciler = reconciler
        self._strays = strays
        self._reads_content = reads_content

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Keep a member's message as a comment; adopt the first one of their own forum post."""
        thread = message.channel
        if message.guild is not None and message.author == message.guild.me:
            await self._strays.look(message)
        if message.guild is None or message.author.bot or message.type not in MEMBERS_OWN:
            return
        if not isinstance(thread, discord.Thread):
            return
        if await self._forum.settings.forum(message.guild.id, thread.parent_id) is None:
            return
        if message.id == thread.id:
            post_id = await self._reconciler.adopt(thread, [message])
            if post_id is not None:
                await self._publisher.publish(message.guild.id, post_id)
            return
        await self._forum.comments.record(author(message), plain(message))

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Keep what a member's message says now as a revision."""
        given: Any = payload.data
        if payload.guild_id is None or not self._reads_content or "content" not in given:
            return
        if given.get("author", {}).get("bot"):
            return
        await self._forum.comments.follow(payload.guild_id, payload.message_id, given["content"])

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Follow a deletion."""
        if payload.guild_id is not None:
            await self._forum.removal.vanished(payload.guild_id, payload.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Follow many deletions."""
        if payload.guild_id is None:
            return
        gone = [
            self._forum.removal.vanished(payload.guild_id, message_id)
            for message_id in payload.message_ids
        ]
        await asyncio.gather(*gone)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Follow the deletion of a question's thread."""
        await self._forum.removal.thread_vanished(payload.guild_id, payload.thread_id)

    @commands.Cog.listener()
    async def on_raw_thread_update(self, payload: discord.RawThreadUpdateEvent) -> None:
        """Follow a thread that was locked, renamed, or tagged by hand."""
        row = await self._forum.settings.forum(payload.guild_id, payload.parent_id)
        given: Any = payload.data
        if row is None:
            return
        locked = bool(given.get("thread_metadata", {}).get("locked"))
        await self._forum.questions.lock(payload.guild_id, payload.thread_id, closed=locked)
        name = given.get("name", "")
        await self._forum.questions.retitle(payload.guild_id, payload.thread_id, name)
        question = await self._forum.questions.in_thread(payload.guild_id, payload.thread_id)
        thread = payload.thread
        if question is None or thread is None:
            return
        await self._reconciler.mend_tags(thread, question.id, row)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Note that a forum is gone; its questions stay in the database."""
        if await self._forum.settings.forum(channel.guild.id, channel.id) is not None:
            await self._forum.settings.forum_missing(channel.guild.id, channel.id)
            log.warning("forum %s of server %s was deleted", channel.id, channel.guild.id)


async def setup(bot: "ForumBot") -> None:
    """Load."""
    cog = Thread(
        bot.forum,
        bot.publisher,
        bot.reconciler,
        bot.strays,
        reads_content=bot.config.discord.message_content,
    )
    await bot.add_cog(cog)
