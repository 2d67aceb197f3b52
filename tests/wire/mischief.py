"""Disorder that Discord allows itself: events told twice, and not in their order."""

import random
from dataclasses import dataclass, field

from tests.wire.state import Json


@dataclass
class Mischief:
    """Events told twice and out of order, from a seed."""

    twice: float = 0.0
    window: int = 1
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    held: list[tuple[str, Json, int]] = field(default_factory=list)

    def stir(self, event: tuple[str, Json, int]) -> list[tuple[str, Json, int]]:
        """Take an event in; what comes out now, in the order of chance."""
        self.held += [event] * (2 if self.chance.random() < self.twice else 1)
        return self.rest() if len(self.held) >= self.window else []

    def rest(self) -> list[tuple[str, Json, int]]:
        """Let out whatever is held."""
        held, self.held = self.held, []
        self.chance.shuffle(held)
        return held
