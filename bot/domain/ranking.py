"""In which order answers stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RankedAnswer:
    """One line of a question's list of answers."""

    id: int
    net: int
    accepted: bool
    created_at: datetime
    author: str
    message_id: int | None
    excerpt: str


def in_order(answers: Iterable[RankedAnswer]) -> list[RankedAnswer]:
    """Selected first, then by net votes, then oldest first (Question2Answer, qa A3)."""
    return sorted(answers, key=lambda a: (not a.accepted, -a.net, a.created_at, a.id))
