"""Posts that are stored, and that Discord does not show yet: a crash or an outage came between."""

import asyncio
import logging

import discord

from bot.domain.errors import Unavailable, UserError
from bot.services.forum import Forum
from bot.ui.asking import Asking
from bot.ui.publisher import Publisher

log = logging.getLogger(__name__)


class Unfinished:
    """Finishes them, one after the other."""

    def __init__(
        self, client: discord.Client, forum: Forum, publisher: Publisher, asking: Asking
    ) -> None:
        self._client = client
        self._forum = forum
        self._publisher = publisher
        self._asking = asking
        self._forbidden: set[int] = set()
        """Posts that the bot lacks a permission for."""

    def forgive(self) -> None:
        """Try again what was forbidden."""
        self._forbidden.clear()

    async def finish(self) -> None:
        """Put on Discord what a crash left stored only; give up what cannot be put there."""
        for place in await self._forum.questions.unopened():
            guild = self._client.get_guild(place.guild_id)
            waits = place.id in self._publisher.at_work | self._forbidden
            if waits or guild is None or guild.unavailable:
                continue
            publishing = self._asking.finish(self._client, place)
            (outcome,) = await asyncio.gather(publishing, return_exceptions=True)
            if isinstance(outcome, UserError):
                log.warning("post %s is given up: %s", place.id, outcome)
                await self._forum.questions.abandon(place.id)
            elif isinstance(outcome, Unavailable):
                raise outcome
            elif isinstance(outcome, BaseException):
                log.warning("post %s cannot be shown yet: %s", place.id, outcome)
                if isinstance(outcome, discord.Forbidden):
                    self._forbidden.add(place.id)
