"""Which tags a question's forum post carries. Discord: 20 a forum, 5 a post, 20 characters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.posts import Stage

POST_LIMIT = 5
FORUM_LIMIT = 20
NAME_LIMIT = 20


@dataclass(frozen=True, slots=True)
class ForumTags:
    """A forum's tag ids for states and for categories, as last adopted or created."""

    stages: Mapping[Stage, int] = field(default_factory=dict)
    categories: Mapping[int, int] = field(default_factory=dict)

    @property
    def ours(self) -> frozenset[int]:
        """All tags that the bot alone puts on and takes off."""
        return frozenset(self.stages.values()) | frozenset(self.categories.values())


@dataclass(frozen=True, slots=True)
class Applied:
    """The tags that a post shall carry, and those that had to make room."""

    tags: tuple[int, ...]
    dropped: tuple[int, ...]


def choose(
    current: Sequence[int], tags: ForumTags, stage: Stage, category_id: int | None
) -> Applied:
    """Put state first, then category, then what members chose; the last of those give way."""
    wanted = [tags.stages.get(stage)]
    if category_id is not None:
        wanted.append(tags.categories.get(category_id))
    ours = [tag for tag in wanted if tag is not None]
    theirs = [tag for tag in dict.fromkeys(current) if tag not in tags.ours]
    room = POST_LIMIT - len(ours)
    return Applied(tuple(ours + theirs[:room]), tuple(theirs[room:]))
