"""Asking people to wait, where an answer takes longer than Discord lets them."""

import asyncio
from contextlib import suppress

import discord

from bot.ui.replies import think
from bot.ui.router import Interaction


class Patience:
    """Defers what is not answered in time: after three seconds nobody could answer it any more."""

    def __init__(self, seconds: float = 2.0) -> None:
        self._seconds = seconds
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._waits: set[asyncio.Task[None]] = set()

    def begin(self, interaction: Interaction) -> None:
        """Watch over an interaction until `end`; suggestions can wait for nothing."""
        if interaction.type is discord.InteractionType.autocomplete:
            return
        loop = asyncio.get_running_loop()
        self._timers[interaction.id] = loop.call_later(self._seconds, self._late, interaction)

    def end(self, interaction: Interaction) -> None:
        """Stop: it was answered, or will not be."""
        timer = self._timers.pop(interaction.id, None)
        if timer is not None:
            timer.cancel()

    def _late(self, interaction: Interaction) -> None:
        self._timers.pop(interaction.id, None)
        if not interaction.client.is_closed():
            waiting = asyncio.create_task(_wait(interaction))
            self._waits.add(waiting)
            waiting.add_done_callback(self._waits.discard)


async def _wait(interaction: Interaction) -> None:
    with suppress(discord.HTTPException, discord.InteractionResponded):  # Answered by now.
        await think(interaction)
