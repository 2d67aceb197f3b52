"""Which servers the bot is behind with: something happened there that it could not note."""

from collections.abc import Collection, Iterable
from typing import Final

import discord

LONGEST: Final = 60
"""Rounds until a server that fails again and again is tried once more."""


class Backlog:
    """Servers to be looked through; kept in memory, as a start looks through all of them."""

    def __init__(self) -> None:
        self._resting: dict[int, int] = {}
        """Rounds until the server's turn."""
        self._failures: dict[int, int] = {}
        self._under_way: set[int] = set()

    def add(self, guild_ids: Iterable[int], *, rest: int = 0) -> None:
        """Look through these, the sooner the better; those under way once more."""
        for guild_id in guild_ids:
            self._resting[guild_id] = min(rest, self._resting.get(guild_id, rest))

    def due(self, guild_id: int) -> bool:
        """Say whether it is a server's turn."""
        return self._resting.get(guild_id) == 0

    def begin(self, guild_id: int) -> None:
        """Take a server's turn; what is missed from here on adds it again."""
        self._resting.pop(guild_id, None)
        self._under_way.add(guild_id)

    def end(self, guild_id: int, *, well: bool) -> None:
        """End a server's turn; after each failure in a row it rests twice as long."""
        self._under_way.discard(guild_id)
        if well:
            self._failures.pop(guild_id, None)
            return
        failures = self._failures[guild_id] = self._failures.get(guild_id, 0) + 1
        self.add([guild_id], rest=min(2 ** (failures - 1), LONGEST))

    def next_round(self) -> None:
        """Let those that rest come closer to their turn."""
        self._resting = {guild: max(0, left - 1) for guild, left in self._resting.items()}

    def up_to_date(self, guild_ids: Collection[int]) -> list[int]:
        """Choose the servers of which everything is known."""
        return [
            guild_id
            for guild_id in guild_ids
            if guild_id not in self._resting and guild_id not in self._under_way
        ]


def server_of(told: object) -> int | None:
    """The server that an event's news are from, if they are from one."""
    if isinstance(told, discord.Guild):
        return told.id
    known: int | None = getattr(told, "guild_id", None)
    if known is None:
        known = getattr(getattr(told, "guild", None), "id", None)
    return known
