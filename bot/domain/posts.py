"""What a post is: its kind, its state, and the facts that rules look at."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The three kinds of post that Question2Answer knows (qa A1)."""

    QUESTION = "question"
    ANSWER = "answer"
    COMMENT = "comment"


class State(StrEnum):
    """Where a post stands between the database and Discord."""

    OPENING = "opening"
    """Stored, not yet on Discord."""
    OPEN = "open"
    DELETED = "deleted"
    ABANDONED = "abandoned"
    """Was never put on Discord, and will not be."""


class Stage(StrEnum):
    """What a question's forum tag says about it."""

    UNANSWERED = "Unanswered"
    ANSWERED = "Answered"
    SOLVED = "Solved"
    CLOSED = "Closed"


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts of a post on which votes and points depend."""

    id: int
    guild_id: int
    kind: Kind
    visible: bool
    author_id: int
    ups: int
    downs: int
    has_accepted: bool = False
    """A question with a selected answer."""
    is_accepted: bool = False
    """An answer that is the selected one."""
    asker_id: int = 0
    """The author of an answer's question; 0 for other kinds."""
    anonymous: bool = False
    """Posted under a name to display: points would give the author away."""

    @property
    def net(self) -> int:
        """Up-votes less down-votes."""
        return self.ups - self.downs


def stage(*, answers: int, accepted: bool, closed: bool) -> Stage:
    """Choose the one state tag of a question; closed outweighs solved outweighs answered."""
    if closed:
        return Stage.CLOSED
    if accepted:
        return Stage.SOLVED
    return Stage.ANSWERED if answers else Stage.UNANSWERED
