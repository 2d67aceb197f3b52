"""Putting stored posts on Discord for the first time; can be called again after a crash."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from weakref import WeakValueDictionary

import discord

from bot.domain.errors import NotFound, UserError
from bot.domain.forum_tags import choose
from bot.domain.posts import Kind, State
from bot.domain.text import cut_at_word, escape
from bot.domain.views import PostView
from bot.services.forum import Forum
from bot.services.questions import Place
from bot.ui.buttons import of_card
from bot.ui.cards import Card, card
from bot.ui.links import jump
from bot.ui.reactions import put_on
from bot.ui.replies import NO_MENTIONS
from bot.ui.threads import awake, find_thread

log = logging.getLogger(__name__)
NAME_LIMIT = 100
CLOCKS_APART = timedelta(hours=1)
"""How far this machine's clock may be ahead of Discord's."""
_CANNOT_DM = {50007, 50278}


class Publisher:
    """Creates threads and messages for posts that have none yet."""

    def __init__(self, client: discord.Client, forum: Forum) -> None:
        self._client = client
        self._forum = forum
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def publish(self, guild_id: int, post_id: int, image: discord.File | None = None) -> str:
        """Show a post, once; returns the link to it. Raises UserError when that cannot be."""
        lock = self._locks.setdefault(post_id, asyncio.Lock())
        async with lock:
            view = await self._forum.cards.view(guild_id, post_id)
            if view is None or view.state in {State.DELETED, State.ABANDONED}:
                raise NotFound("That post is not here any more.")
            if view.message_id is None:
                message = await self._show(view, image)
                return jump(guild_id, message.channel.id, message.id)
        return jump(guild_id, view.thread_id, view.message_id)

    async def attach(self, place: Place, image: discord.File) -> None:
        """Put an image on a post's card, in place of any other."""
        thread = await find_thread(self._client, place.thread_id or 0)
        if thread is None or place.message_id is None:
            raise NotFound("This post is not on Discord any more.")
        async with awake(thread) as thread:
            message = thread.get_partial_message(place.message_id)
            await message.edit(attachments=[image], allowed_mentions=NO_MENTIONS)
        await self._forum.questions.illustrate(place.id, image.filename)

    async def _show(self, view: PostView, image: discord.File | None) -> discord.Message:
        if view.kind is Kind.ANSWER:
            return await self._show_answer(view, image)
        if view.source_id is None:
            return await self._show_question(view, image)
        return await self._show_adopted(view)

    async def _show_question(self, view: PostView, image: discord.File | None) -> discord.Message:
        channel = self._client.get_channel(view.forum_id)
        if not isinstance(channel, discord.ForumChannel):
            raise UserError(
                "The forum for questions is gone. A moderator can choose one with `/setup`."
            )
        found = await self._find_shown(channel, view)
        if found is None:
            found = await self._create(channel, view, image)
        thread, message = found
        pages = await _send_pages(thread, card(view), view)
        await self._forum.questions.opened(view.guild_id, view.id, thread.id, message.id, pages)
        await self._add_arrows(view.guild_id, message)
        return message

    async def _create(
        self, channel: discord.ForumChannel, view: PostView, image: discord.File | None
    ) -> tuple[discord.Thread, discord.Message]:
        row = await self._forum.settings.forum(view.guild_id, channel.id)
        tags = choose((), row.tags, view.stage, view.category_id).tags if row else ()
        extra: dict[str, Any] = {"file": image} if image else {}
        created = await channel.create_thread(
            name=thread_name(view.title),
            embed=card(view).first,
            view=of_card(view),
            applied_tags=_allowed(channel, tags),
            allowed_mentions=NO_MENTIONS,
            **extra,
        )
        return created.thread, created.message

    async def _find_shown(
        self, channel: discord.ForumChannel, view: PostView
    ) -> tuple[discord.Thread, discord.Message] | None:
        """Find the thread that was created before a crash kept us from noting it."""
        for thread in channel.threads:
            if thread.owner_id != channel.guild.me.id or thread.created_at is None:
                continue
            if thread.created_at < view.created_at - CLOCKS_APART or thread.name != thread_name(
                view.title
            ):
                continue
            if await self._forum.questions.in_thread(view.guild_id, thread.id) is not None:
                continue
            async for message in thread.history(limit=1, oldest_first=True):
                if shows(message, view):
                    return thread, message
        return None

    async def _show_adopted(self, view: PostView) -> discord.Message:
        thread = await self._thread(view)
        async with awake(thread) as thread:
            message = await self._send(thread, view, None)
            await self._forum.questions.opened(view.guild_id, view.id, thread.id, message.id, [])
            await self._add_arrows(view.guild_id, message)
        return message

    async def _show_answer(self, view: PostView, image: discord.File | None) -> discord.Message:
        thread = await self._thread(view)
        async with awake(thread) as thread:
            message = await self._send(thread, view, image)
            pages = await _send_pages(thread, card(view), view)
            question = await self._forum.answers.opened(view.guild_id, view.id, message.id, pages)
            await self._add_arrows(view.guild_id, message)
        if question is not None and question.notify and question.author_id != view.author.user_id:
            await self._notify(question, view, message)
        return message

    async def _thread(self, view: PostView) -> discord.Thread:
        thread = await find_thread(self._client, view.thread_id or 0)
        if thread is None:
            raise NotFound("This question's thread is gone, so nothing can be added to it.")
        return thread

    async def _send(
        self, thread: discord.Thread, view: PostView, image: discord.File | None
    ) -> discord.Message:
        """Send a card exactly once: Discord refuses the same nonce for a few minutes."""
        extra: dict[str, Any] = {"file": image} if image else {}
        if view.source_id is not None:
            extra["reference"] = discord.MessageReference(
                message_id=view.source_id, channel_id=thread.id, fail_if_not_exists=False
            )
        return await thread.send(
            embed=card(view).first,
            view=of_card(view),
            nonce=f"askwell-{view.id}",
            allowed_mentions=NO_MENTIONS,
            mention_author=False,
            **extra,
        )

    async def _add_arrows(self, guild_id: int, message: discord.Message) -> None:
        """Put the arrows under a card; where that fails, the post stands all the same."""
        settings = await self._forum.settings.of(guild_id)
        try:
            await put_on(message, settings)
        except discord.HTTPException as error:
            log.warning("cannot put arrows under message %s: %s", message.id, error)

    async def _notify(self, question: Place, answer: PostView, message: discord.Message) -> None:
        """Tell the asker of an answer: by DM, or by a mention where DMs are closed.

        A mention would unmask one who asked under a name to display, so they get none.
        """
        user_id = question.author_id
        user = self._client.get_user(user_id) or discord.Object(user_id)
        text = (
            f"{escape(answer.author.name)} answered your question "
            f"“{escape(answer.question_title)}”: {message.jump_url}"
        )
        try:
            channel = await self._client.create_dm(user)
            await channel.send(text, allowed_mentions=NO_MENTIONS)
        except discord.HTTPException as error:
            if error.code not in _CANNOT_DM:
                log.warning("cannot tell member %s of an answer: %s", user_id, error)
            if question.anonymous:
                return
            only_them = discord.AllowedMentions(users=[discord.Object(user_id)])
            await message.reply(
                f"<@{user_id}>, there is a new answer.",
                allowed_mentions=only_them,
                mention_author=False,
            )


def _allowed(channel: discord.ForumChannel, tags: Sequence[int]) -> list[discord.ForumTag]:
    """Leave out tags for moderators where the bot is none: the question is worth more."""
    moderates = channel.permissions_for(channel.guild.me).manage_threads
    wanted = [tag for tag in channel.available_tags if tag.id in tags]
    return [tag for tag in wanted if moderates or not tag.moderated]


def thread_name(title: str) -> str:
    """Cut a title at a word for a thread's name; the card shows all of it."""
    return cut_at_word(title, NAME_LIMIT)


def shows(message: discord.Message, view: PostView) -> bool:
    """Say whether a message is the card of this post, by the number on it."""
    wanted = f"{view.kind.capitalize()} #{view.id}"
    return any(field.name == wanted for embed in message.embeds for field in embed.fields)


async def _send_pages(thread: discord.Thread, drawn: Card, view: PostView) -> list[int]:
    """Send what did not fit the first message."""
    return await send_pages(thread, drawn.rest, view.id)


async def send_pages(
    thread: discord.Thread, pages: Sequence[discord.Embed], post_id: int, start: int = 1
) -> list[int]:
    """Send further pages of a post, numbered from `start`; returns the messages' ids."""
    sent = [
        await thread.send(
            embed=page, nonce=f"askwell-{post_id}-{number}", allowed_mentions=NO_MENTIONS
        )
        for number, page in enumerate(pages, start)
    ]
    return [message.id for message in sent]
