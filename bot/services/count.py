"""Counting votes that arrive together: what each comes to, and what has to be stored."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from bot.domain.posts import Standing
from bot.domain.settings import GuildSettings
from bot.domain.votes import Refusal, Vote, judge
from db.queries.ballots import Held

Key = tuple[int, int]
"""(post, voter)."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The vote stands; `replaced` is the voter's other arrow, now to be taken off."""

    post_id: int
    replaced: Vote | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The vote does not count; `first` when this voter was not told so yet."""

    post_id: int
    reason: Refusal
    first: bool = True


Outcome = Counted | Refused | None
"""None: the message is no post, or nothing changed."""


@dataclass(frozen=True, slots=True)
class Act:
    """One arrow put on (`vote`) or taken off (`undo`) a message."""

    guild_id: int
    message_id: int
    voter_id: int
    vote: Vote
    undo: bool = False
    beside: Vote | None = None
    """The voter's other arrow, where it is known to show too."""


@dataclass(slots=True)
class Count:
    """What a batch of acts on one server comes to."""

    found: Mapping[int, Standing]
    before: Mapping[Key, Held]
    suspended: frozenset[int]
    settings: GuildSettings
    changes: dict[Key, Vote | None] = field(default_factory=dict)
    replaced: dict[Key, Vote | None] = field(default_factory=dict)
    """Arrows that may still show beside those of the ballots; None where one is gone now."""
    refusals: dict[Key, Refusal] = field(default_factory=dict)

    def standing(self, key: Key) -> Vote | None:
        """The ballot as it stands within this batch."""
        if key in self.changes:
            return self.changes[key]
        return self.before[key].vote if key in self.before else None

    def count(self, act: Act) -> Outcome:
        """Apply one act by the rules."""
        post = self.found.get(act.message_id)
        if post is None or post.guild_id != act.guild_id:
            return None
        key = (post.id, act.voter_id)
        held = self.standing(key)
        if act.undo:
            return self._undo(key, held, act.vote)
        refusal = judge(
            post,
            act.voter_id,
            suspended=act.voter_id in self.suspended,
            comment_votes=self.settings.comment_votes,
        )
        if refusal is not None:
            self.refusals[key] = refusal
            return Refused(post.id, refusal)
        if held is act.vote:
            return Counted(post.id)
        self.changes[key], self.replaced[key] = act.vote, held or act.beside
        return Counted(post.id, held)

    def _undo(self, key: Key, held: Vote | None, vote: Vote) -> Outcome:
        if held is not None:
            self.replaced[key] = None
        if held is not vote:
            return None
        self.changes[key] = None
        return Counted(key[0])

    def arrows(self) -> dict[Key, Vote | None]:
        """What is to be noted of replaced arrows."""
        known = {key: held.replaced for key, held in self.before.items()}
        return {key: arrow for key, arrow in self.replaced.items() if arrow is not known.get(key)}


def meant_by(arrows: AbstractSet[Vote], held: Held | None) -> Vote:
    """Say which vote the arrows of one voter mean."""
    if held is None or held.vote not in arrows:
        return max(arrows)
    return max(arrows - {held.vote, held.replaced}, default=held.vote)


def gone_from(
    held: Mapping[int, Held], shown: Mapping[int, AbstractSet[Vote]]
) -> list[tuple[int, Vote]]:
    """(voter, vote) of arrows that were stored and show no more, replaced ones too."""
    gone = [(voter, ballot.vote) for voter, ballot in held.items() if not shown.get(voter)]
    return gone + [
        (voter, ballot.replaced)
        for voter, ballot in held.items()
        if ballot.replaced is not None and shown.get(voter) == {ballot.vote}
    ]
