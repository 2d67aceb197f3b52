"""Finding on Discord what a crash kept us from noting, so that nothing is posted twice."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import discord

from bot.domain.views import PostView
from bot.ui.cards import page_mark

CLOCKS_APART = timedelta(hours=1)
"""How far this machine's clock may be ahead of Discord's."""


_NUMBER = re.compile(r"^(?:Question|Answer) #(\d{1,18})$")


def number_on(message: discord.Message) -> int | None:
    """Read the number of the post that a card shows; None for any other message."""
    names = [str(field.name) for embed in message.embeds for field in embed.fields]
    found = [match for name in names if (match := _NUMBER.match(name))]
    return int(found[0][1]) if found else None


def shows(message: discord.Message, view: PostView) -> bool:
    """Say whether a message is the card of this post, by the number on it."""
    return number_on(message) == view.id


async def threads_of(
    channel: discord.ForumChannel, name: str, since: datetime
) -> AsyncIterator[discord.Thread]:
    """Threads of this name that the bot made since then, archived ones last."""
    earliest = since - CLOCKS_APART
    for thread in channel.threads:
        if _made(thread, name, earliest):
            yield thread
    if discord.utils.utcnow() - since < CLOCKS_APART:
        return  # No thread is archived so soon.
    async for thread in channel.archived_threads(limit=None):
        if thread.archive_timestamp < earliest:
            return
        if _made(thread, name, earliest):
            yield thread


def _made(thread: discord.Thread, name: str, earliest: datetime) -> bool:
    ours = thread.owner_id == thread.guild.me.id and thread.name == name
    return ours and thread.created_at is not None and thread.created_at >= earliest


async def card_in(thread: discord.Thread, view: PostView) -> discord.Message | None:
    """Find a post's card in its thread."""
    async for message in _own(thread):
        if shows(message, view):
            return message
    return None


async def pages_in(thread: discord.Thread, view: PostView) -> dict[str, int]:
    """Find the messages that carry what did not fit a post's card, by the mark at their foot."""
    marks = page_mark(view.id, 0).removesuffix("0")
    return {
        str(embed.footer.text): message.id
        async for message in _own(thread)
        for embed in message.embeds
        if str(embed.footer.text).startswith(marks)
    }


async def _own(thread: discord.Thread) -> AsyncIterator[discord.Message]:
    async for message in thread.history(limit=None, oldest_first=True):
        if message.author.id == thread.guild.me.id:
            yield message
