"""From a pressed button or a submitted modal to what it means."""

from collections.abc import Awaitable, Callable

import discord

from bot.ui.ids import parse

Interaction = discord.Interaction[discord.Client]
Handler = Callable[[Interaction, tuple[int, ...]], Awaitable[None]]
_ROUTED = {discord.InteractionType.component, discord.InteractionType.modal_submit}


class Router:
    """A table of actions; cogs add theirs when they are loaded."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    def add(self, action: str, handler: Handler) -> None:
        """Let a handler answer an action; raises ValueError when it has one already."""
        if action in self._handlers:
            raise ValueError(f"{action} is answered already")
        self._handlers[action] = handler

    def find(self, interaction: Interaction) -> Callable[[], Awaitable[None]] | None:
        """Find what an interaction means; None when it is a command, or not ours."""
        if interaction.type not in _ROUTED or interaction.data is None:
            return None
        wanted = parse(str(interaction.data.get("custom_id", "")))
        if wanted is None:
            return None
        handler = self._handlers.get(wanted.action)
        if handler is None:
            return None
        return lambda: handler(interaction, wanted.numbers)
