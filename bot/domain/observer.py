"""What may be counted while the forum works, by whoever wants to count it."""

from typing import Literal

from bot.domain.views import Report
from bot.domain.votes import Refusal

Transaction = Literal["read", "write"]


class Observer:
    """Is told of what has happened, after it has; this one makes nothing of it."""

    def voted(self, ballots: int) -> None:
        """Hear that so many ballots were cast, changed or taken back."""

    def refused(self, reason: Refusal) -> None:
        """Hear that a vote does not count, once for each voter and post."""

    def repaired(self, report: Report) -> None:
        """Hear what a server's reconciliation has mended."""

    def drawn(self, seconds: float) -> None:
        """Hear how long the oldest change of a card now drawn has waited."""

    def stored(self, kind: Transaction, seconds: float) -> None:
        """Hear how long a transaction took, its waiting for others included."""


NOBODY = Observer()
