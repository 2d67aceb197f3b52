"""What a card shows: read from the database in one go, drawn by `bot.ui`."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.posts import Kind, Stage, State
from bot.domain.ranking import RankedAnswer


@dataclass(frozen=True, slots=True)
class Author:
    """Who is named in a byline; `points` is None where naming them would unmask somebody."""

    user_id: int
    name: str
    points: int | None


@dataclass(frozen=True, slots=True)
class Edit:
    """The latest change of a post by Question2Answer's rule (qa A6)."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class PostView:
    """One post with all that its card needs."""

    id: int
    guild_id: int
    kind: Kind
    state: State
    version: int
    drawn_version: int
    forum_id: int
    thread_id: int | None
    message_id: int | None
    source_id: int | None
    """The member's own message that was adopted; None for what was typed in a modal."""
    question_id: int
    title: str
    body: str
    author: Author
    created_at: datetime
    edited: Edit | None
    ups: int
    downs: int
    image: str | None
    notify: bool
    asker_id: int
    question_title: str
    category: str | None = None
    category_id: int | None = None
    tags: tuple[str, ...] = ()
    accepted: bool = False
    """For an answer: it is the selected one."""
    closed: bool = False
    stage: Stage = Stage.UNANSWERED
    answers: tuple[RankedAnswer, ...] = ()
    pages: tuple[int, ...] = ()
    """Messages that carry what did not fit the first one, in order."""

    @property
    def net(self) -> int:
        """Up-votes less down-votes."""
        return self.ups - self.downs

    @property
    def answer_count(self) -> int:
        """How many visible answers a question has."""
        return len(self.answers)


@dataclass(frozen=True, slots=True)
class Report:
    """What a reconciliation repaired; all zeros when nothing was missed."""

    votes_added: int = 0
    votes_removed: int = 0
    questions_adopted: int = 0
    comments_added: int = 0
    comments_changed: int = 0
    posts_removed: int = 0
    tags_mended: int = 0

    @property
    def empty(self) -> bool:
        """Nothing had to be repaired."""
        return self == Report()
