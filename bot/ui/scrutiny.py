"""Comparing ballots with the reactions that Discord shows, and mending what differs.

Each message tells how many reacted, so who they were is asked only where numbers differ.
"""

import logging
from collections.abc import Sequence

import discord

from bot.domain.settings import GuildSettings
from bot.domain.votes import Vote
from bot.services.forum import Forum
from bot.services.votes import Matched
from bot.ui.reactions import counts, may, own_arrows, put_on, take_off, voters

log = logging.getLogger(__name__)


class Scrutiny:
    """Brings ballots to reactions."""

    def __init__(self, client: discord.Client, forum: Forum) -> None:
        self._client = client
        self._forum = forum
        self._unread: dict[int, tuple[int, int]] = {}

    async def look(
        self, messages: Sequence[discord.Message], settings: GuildSettings
    ) -> tuple[int, int]:
        """Mend the votes on those that show a post; returns how many were added and removed."""
        stored = await self._forum.votes.counted([message.id for message in messages])
        added = removed = 0
        for message in messages:
            if message.id not in stored:
                continue
            if counts(message, settings) != stored[message.id]:
                matched = await self.match(message, settings)
                added, removed = added + matched.added, removed + matched.removed
            elif any(stored[message.id]):
                self._unread[message.id] = (_guild_id(message), message.channel.id)
            await self.mend_arrows(message, settings)
        return added, removed

    async def mend_arrows(self, message: discord.Message, settings: GuildSettings) -> None:
        """Put the arrows back under a card of the bot that lacks one of its own."""
        if message.author != self._client.user or len(own_arrows(message, settings)) == len(Vote):
            return
        if not may(message.channel, "add_reactions"):
            return
        try:
            await put_on(message, settings)
        except discord.HTTPException as error:
            log.warning("cannot put arrows under message %s: %s", message.id, error)

    async def prove(self, message: discord.Message) -> None:
        """Compare a card just drawn with what is stored: Discord told its votes along with it."""
        settings = await self._forum.settings.of(_guild_id(message))
        stored = (await self._forum.votes.counted([message.id])).get(message.id)
        if stored is None or not own_arrows(message, settings):
            return
        if counts(message, settings) != stored:
            log.info("message %s shows other votes than are stored", message.id)
            await self.match(message, settings)

    async def read_voters(self, most: int) -> None:
        """Read who voted on some cards whose counts agreed: voters may have changed places."""
        for message_id in list(self._unread)[:most]:
            guild_id, channel_id = where = self._unread.pop(message_id)
            channel = self._client.get_partial_messageable(channel_id, guild_id=guild_id)
            try:
                message = await channel.fetch_message(message_id)
                await self.match(message, await self._forum.settings.of(guild_id))
            except (discord.NotFound, discord.Forbidden):
                continue
            except Exception:
                self._unread[message_id] = where
                raise

    async def match(self, message: discord.Message, settings: GuildSettings) -> Matched:
        """Bring one message's ballots to its reactions, and take off those that do not count."""
        shown = await voters(message, settings)
        matched = await self._forum.votes.match(_guild_id(message), message.id, shown)
        for voter, vote in matched.surplus:
            for arrow in settings.arrows(vote):
                await take_off(message, arrow, voter)
        return matched


def _guild_id(message: discord.Message) -> int:
    return message.guild.id if message.guild else 0
