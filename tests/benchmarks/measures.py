"""What a benchmark is, and how two ways of doing one thing are compared."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

ROUNDS = 5


@dataclass(frozen=True)
class Measured:
    """How many times the other's rate ours is, and the absolute numbers for people."""

    ratio: float
    numbers: str


@dataclass(frozen=True)
class Benchmark:
    """A measure, and the ratio that it must reach, or must not exceed."""

    goal: float
    run: Callable[[], Measured]
    at_most: bool = False

    def met(self, ratio: float) -> bool:
        """Say whether the goal is met."""
        return ratio <= self.goal if self.at_most else ratio >= self.goal


def compare(
    ours: Callable[[], float], theirs: Callable[[], float], unit: str, rounds: int = ROUNDS
) -> Measured:
    """Take turns, so that both meet the same weather; compare the medians of the rates."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    mine, other = median(a for a, _ in pairs), median(b for _, b in pairs)
    return Measured(
        mine / other, f"ours {mine:,.0f} {unit}, theirs {other:,.0f} {unit}, {rounds} rounds"
    )
