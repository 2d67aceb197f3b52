"""From a pressed button or a submitted modal to what it means."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import discord

from bot.domain.errors import NotFound
from bot.ui.ids import is_ours, parse

Interaction = discord.Interaction[discord.Client]
Handler = Callable[[Interaction, tuple[int, ...]], Awaitable[None]]
_ROUTED = {discord.InteractionType.component, discord.InteractionType.modal_submit}


class Unknown(NotFound):
    """A custom id that is forged, or was written by another version of the bot."""

    def __init__(self) -> None:
        super().__init__(
            "This button or form is from another version of this bot, so it does nothing now. "
            "Use the buttons on a question's card, or `/ask`."
        )


@dataclass(frozen=True, slots=True)
class _Route:
    handler: Handler
    counts: frozenset[int]


class Router:
    """A table of actions; cogs add theirs when they are loaded."""

    def __init__(self) -> None:
        self._routes: dict[str, _Route] = {}

    @property
    def actions(self) -> frozenset[str]:
        """Every action that is answered."""
        return frozenset(self._routes)

    def add(self, action: str, handler: Handler, *counts: int) -> None:
        """Let a handler answer an action whose custom id carries so many numbers.

        Raises ValueError when the action has a handler already.
        """
        if action in self._routes:
            raise ValueError(f"{action} is answered already")
        self._routes[action] = _Route(handler, frozenset(counts))

    def find(self, interaction: Interaction) -> Callable[[], Awaitable[None]] | None:
        """Find what an interaction means; None when it is a command, or not ours.

        Raises Unknown for a custom id that no handler can take.
        """
        if interaction.type not in _ROUTED or interaction.data is None:
            return None
        given = str(interaction.data.get("custom_id", ""))
        if not is_ours(given):
            return None
        wanted = parse(given)
        route = self._routes.get(wanted.action) if wanted else None
        if wanted is None or route is None or len(wanted.numbers) not in route.counts:
            raise Unknown
        return lambda: route.handler(interaction, wanted.numbers)
