"""Putting stored posts on Discord for the first time; can be called again after a crash."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any
from weakref import WeakValueDictionary

import discord

from bot.domain.errors import NotFound, Unavailable, UserError
from bot.domain.forum_tags import choose
from bot.domain.posts import Kind, State
from bot.domain.text import cut_at_word, escape
from bot.domain.views import PostView
from bot.services.forum import Forum
from bot.services.questions import Place
from bot.ui.buttons import of_card
from bot.ui.cards import card
from bot.ui.links import jump
from bot.ui.pages import send_rest
from bot.ui.reactions import put_on
from bot.ui.replies import NO_MENTIONS
from bot.ui.threads import awake, find_thread
from bot.ui.traces import card_in, pages_in, shows, threads_of

log = logging.getLogger(__name__)
NAME_LIMIT = 100
_CANNOT_DM = {50007, 50278}


class Publisher:
    """Creates threads and messages for posts that have none yet."""

    def __init__(self, client: discord.Client, forum: Forum) -> None:
        self._client = client
        self._forum = forum
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._unnoted: set[int] = set()
        """Posts that may show although the database could not be told."""
        self.at_work: set[int] = set()
        """Posts whose authors wait for them."""

    def turn(self, post_id: int) -> asyncio.Lock:
        """The lock of one post: nobody puts it on Discord meanwhile."""
        return self._locks.setdefault(post_id, asyncio.Lock())

    async def publish(
        self,
        guild_id: int,
        post_id: int,
        image: discord.File | None = None,
        *,
        resumed: bool = False,
    ) -> str:
        """Show a post, once; returns the link to it. Raises UserError when that cannot be.

        `resumed`: a crash may have come between; look for what is there already.
        """
        async with self.turn(post_id):
            view = await self._forum.cards.view(guild_id, post_id)
            if view is None or view.state in {State.DELETED, State.ABANDONED}:
                raise NotFound("That post is not here any more.")
            if view.message_id is None:
                message = await self._show_once(view, image, resumed=resumed)
                return jump(guild_id, message.channel.id, message.id)
        return jump(guild_id, view.thread_id, view.message_id)

    async def publish_now(
        self, guild_id: int, post_id: int, image: discord.File | None = None
    ) -> str:
        """Show a new post; what fails is not tried again behind its author's back.

        Without a database nobody knows what Discord shows already: upkeep finishes that.
        """
        self.at_work.add(post_id)
        try:
            return await self.publish(guild_id, post_id, image)
        except Unavailable:
            raise
        except Exception:
            await self._forum.questions.abandon(post_id)
            raise
        finally:
            self.at_work.discard(post_id)

    async def attach(self, place: Place, image: discord.File) -> None:
        """Put an image on a post's card, in place of any other."""
        thread = await find_thread(self._client, place.thread_id or 0)
        if thread is None or place.message_id is None:
            raise NotFound("This post is not on Discord any more.")
        async with awake(thread) as thread:
            message = thread.get_partial_message(place.message_id)
            await message.edit(attachments=[image], allowed_mentions=NO_MENTIONS)
        await self._forum.questions.illustrate(place.id, image.filename)

    async def _show_once(
        self, view: PostView, image: discord.File | None, *, resumed: bool
    ) -> discord.Message:
        again = resumed or view.id in self._unnoted
        try:
            message = await self._show(view, image, resumed=again)
        except Unavailable:
            self._unnoted.add(view.id)
            raise
        self._unnoted.discard(view.id)
        return message

    async def _show(
        self, view: PostView, image: discord.File | None, *, resumed: bool
    ) -> discord.Message:
        if view.kind is Kind.QUESTION and view.source_id is None:
            return await self._show_question(view, image)
        thread = await find_thread(self._client, view.thread_id or 0)
        if thread is None:
            raise NotFound("This question's thread is gone, so nothing can be added to it.")
        async with awake(thread) as thread:
            left = await card_in(thread, view) if resumed else None
            known = await pages_in(thread, view) if left else {}
            message = left or await self._send(thread, view, image)
            pages = await send_rest(thread, card(view), view, known)
            await self._opened(view, message, pages)
            await self._add_arrows(view.guild_id, message)
        return message

    async def _opened(self, view: PostView, message: discord.Message, pages: list[int]) -> None:
        """Note where a post stands now; an asker who wants to know is told of an answer."""
        guild_id, thread_id = view.guild_id, message.channel.id
        if view.kind is Kind.QUESTION:
            await self._forum.questions.opened(guild_id, view.id, thread_id, message.id, pages)
            return
        question = await self._forum.answers.opened(guild_id, view.id, message.id, pages)
        if question is not None and question.notify and question.author_id != view.author.user_id:
            await self._notify(question, view, message)

    async def _show_question(self, view: PostView, image: discord.File | None) -> discord.Message:
        channel = self._client.get_channel(view.forum_id)
        if not isinstance(channel, discord.ForumChannel):
            raise UserError(
                "The forum for questions is gone. A moderator can choose one with `/setup`."
            )
        found = await self._find_shown(channel, view)
        known = await pages_in(found[0], view) if found else {}
        if found is None:
            found = await self._create(channel, view, image)
        thread, message = found
        async with awake(thread) as thread:
            pages = await send_rest(thread, card(view), view, known)
            await self._opened(view, message, pages)
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
        async for thread in threads_of(channel, thread_name(view.title), view.created_at):
            if await self._forum.questions.in_thread(view.guild_id, thread.id) is not None:
                continue
            async for message in thread.history(limit=1, oldest_first=True):
                if shows(message, view):
                    return thread, message
        return None

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
            if not question.anonymous:
                await _mention(message, user_id)


async def _mention(message: discord.Message, user_id: int) -> None:
    """Tell somebody of an answer below it; where that fails, the answer stands all the same."""
    only_them = discord.AllowedMentions(users=[discord.Object(user_id)])
    try:
        await message.reply(
            f"<@{user_id}>, there is a new answer.",
            allowed_mentions=only_them,
            mention_author=False,
        )
    except discord.HTTPException as error:
        log.warning("cannot mention member %s below message %s: %s", user_id, message.id, error)


def _allowed(channel: discord.ForumChannel, tags: Sequence[int]) -> list[discord.ForumTag]:
    """Leave out tags for moderators where the bot is none: the question is worth more."""
    moderates = channel.permissions_for(channel.guild.me).manage_threads
    wanted = [tag for tag in channel.available_tags if tag.id in tags]
    return [tag for tag in wanted if moderates or not tag.moderated]


def thread_name(title: str) -> str:
    """Cut a title at a word for a thread's name; the card shows all of it."""
    return cut_at_word(title, NAME_LIMIT)
