"""Cards that stand on Discord twice, or for nothing: found by the number on them, and deleted.

Discord may create a thread or a message and fail all the same to say so. Then it is created
once more, or its author is told that it failed and tries again.
"""

import logging

import discord

from bot.domain.posts import Kind, State
from bot.domain.views import PostView
from bot.services.forum import Forum
from bot.ui.cards import card
from bot.ui.publisher import Publisher
from bot.ui.traces import CLOCKS_APART, number_on

log = logging.getLogger(__name__)


class Strays:
    """Deletes cards of the bot that show no post."""

    def __init__(self, forum: Forum, publisher: Publisher) -> None:
        self._forum = forum
        self._publisher = publisher
        self._undecided: dict[int, discord.Message] = {}
        """Cards of posts that are being posted or given up."""

    async def look(self, message: discord.Message) -> None:
        """Delete a card of the bot's own if the post on it stands elsewhere or was given up."""
        number = number_on(message)
        if number is None or message.guild is None:
            return
        async with self._publisher.turn(number):
            view = await self._forum.cards.view(message.guild.id, number)
            if view is None:
                return
            if view.state is State.OPENING:
                self._undecided[message.id] = message
            elif _is_stray(view, message):
                await _take_down(message)

    async def look_again(self) -> None:
        """Look once more at what was not decided."""
        undecided, self._undecided = self._undecided, {}
        for message in undecided.values():
            await self.look(message)


def _is_stray(view: PostView, message: discord.Message) -> bool:
    """Be sure: a database restored from a backup gives old numbers to new posts."""
    if view.message_id == message.id or message.created_at < view.created_at - CLOCKS_APART:
        return False
    wanted, shown = card(view).first, message.embeds[0]
    if view.kind is Kind.QUESTION:
        return wanted.title == shown.title
    return view.thread_id == message.channel.id and wanted.description == shown.description


async def _take_down(stray: discord.Message) -> None:
    """Delete a card; with its thread, if it began one where nobody else has written."""
    home = stray.channel
    try:
        if not isinstance(home, discord.Thread) or home.id != stray.id:
            await stray.delete()
        elif await _is_alone(home):
            await home.delete()
        else:
            log.warning("thread %s shows a question that stands elsewhere", home.id)
    except discord.NotFound:
        return
    except discord.HTTPException as error:
        log.warning("message %s, which shows no post, cannot be deleted: %s", stray.id, error)


async def _is_alone(thread: discord.Thread) -> bool:
    async for message in thread.history(limit=None):
        if message.author != thread.guild.me:
            return False
    return True
