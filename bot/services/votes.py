"""Votes: casting, retracting, and bringing ballots to what Discord shows.

Votes that arrive together share one transaction (group commit), so a burst costs one
disk write and a few statements; each voter still gets their own outcome.
"""

import asyncio
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.observer import NOBODY, Observer
from bot.domain.posts import Standing, State
from bot.domain.reputation import author_credits, voter_credit
from bot.domain.settings import GuildSettings
from bot.domain.votes import Refusal, Vote, judge
from bot.services.batch import Batch
from bot.services.clock import Clock, utc_day
from bot.services.points import caps, settle
from bot.services.settings import Settings
from db.engine import Database, Tx
from db.queries import ballots, members, posts, repairs, standings

Key = tuple[int, int]


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
class Explanation:
    """What became of a member's vote on a post."""

    post_id: int
    vote: Vote | None
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class Matched:
    """What bringing ballots to reactions changed; `surplus` arrows are to be taken off."""

    added: int = 0
    removed: int = 0
    surplus: tuple[tuple[int, Vote], ...] = ()


@dataclass(frozen=True, slots=True)
class _Act:
    """One arrow put on (`vote`) or taken off (`undo`) a message."""

    guild_id: int
    message_id: int
    voter_id: int
    vote: Vote
    undo: bool = False


@dataclass(slots=True)
class _Count:
    """What a batch of acts on one server comes to."""

    found: Mapping[int, Standing]
    before: Mapping[Key, tuple[Vote, int]]
    suspended: frozenset[int]
    settings: GuildSettings
    changes: dict[Key, Vote | None] = field(default_factory=dict)
    refusals: dict[Key, Refusal] = field(default_factory=dict)

    def standing(self, key: Key) -> Vote | None:
        """The ballot as it stands within this batch."""
        if key in self.changes:
            return self.changes[key]
        return self.before[key][0] if key in self.before else None

    def count(self, act: _Act) -> Outcome:
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
        if held is not act.vote:
            self.changes[key] = act.vote
        return Counted(post.id, held if held not in {None, act.vote} else None)

    def _undo(self, key: Key, held: Vote | None, vote: Vote) -> Outcome:
        if held is not vote:
            return None
        self.changes[key] = None
        return Counted(key[0])


class Votes:
    """Members' votes on posts."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        clock: Clock,
        observer: Observer = NOBODY,
    ) -> None:
        self._db = database
        self._settings = settings
        self._clock = clock
        self._observer = observer
        self._acts: Batch[_Act, Outcome] = Batch(self._commit)

    async def cast(self, guild_id: int, message_id: int, voter_id: int, vote: Vote) -> Outcome:
        """Make this the member's vote on the post; the same vote again changes nothing."""
        return await self._acts.submit(_Act(guild_id, message_id, voter_id, vote))

    async def retract(self, guild_id: int, message_id: int, voter_id: int, vote: Vote) -> Outcome:
        """Take the vote back if it still is this one: removing a replaced arrow is no act."""
        return await self._acts.submit(_Act(guild_id, message_id, voter_id, vote, undo=True))

    @property
    def waiting(self) -> int:
        """How many votes wait for the next transaction."""
        return self._acts.waiting

    async def close(self) -> None:
        """Wait until every vote received is stored."""
        await self._acts.close()

    async def match(
        self, guild_id: int, message_id: int, shown: Mapping[int, AbstractSet[Vote]]
    ) -> Matched:
        """Bring ballots to the reactions that Discord shows.

        A voter with both arrows keeps the stored vote; a refused one keeps none.
        """
        async with self._db.read() as tx:
            post = (await standings.by_message(tx, [message_id])).get(message_id)
            held = await ballots.voters_of(tx, post.id) if post else {}
        if post is None or post.guild_id != guild_id:
            return Matched()
        new = {
            voter: max(votes)
            for voter, votes in shown.items()
            if votes and held.get(voter) not in votes
        }
        cast = [self.cast(guild_id, message_id, voter, vote) for voter, vote in new.items()]
        outcomes = dict(zip(new, await asyncio.gather(*cast), strict=True))
        gone = {voter: vote for voter, vote in held.items() if not shown.get(voter)}
        taken = [self.retract(guild_id, message_id, voter, vote) for voter, vote in gone.items()]
        back = await asyncio.gather(*taken)
        kept = {
            voter: new.get(voter) or held[voter]
            for voter, votes in shown.items()
            if votes and not isinstance(outcomes.get(voter), Refused)
        }
        return Matched(
            sum(isinstance(outcome, Counted) for outcome in outcomes.values()),
            sum(outcome is not None for outcome in back),
            tuple(
                (voter, vote)
                for voter, votes in shown.items()
                for vote in sorted(votes)
                if vote is not kept.get(voter)
            ),
        )

    async def counted(self, message_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
        """Stored (ups, downs) by message, for those that show a votable post."""
        async with self._db.read() as tx:
            found = await standings.by_message(tx, message_ids)
        return {message: (post.ups, post.downs) for message, post in found.items() if post.visible}

    async def explain(self, guild_id: int, post_id: int, voter_id: int) -> Explanation | None:
        """Say what became of a member's vote; None when there is no such post here."""
        async with self._db.read() as tx:
            place = await posts.find(tx, guild_id, post_id)
            if place is None:
                return None
            held = await ballots.find(tx, [(post_id, voter_id)])
            refusal = await repairs.reason(tx, post_id, voter_id)
        if place.state is State.DELETED:
            return Explanation(post_id, None, Refusal.GONE)
        vote = held[(post_id, voter_id)][0] if held else None
        return Explanation(post_id, vote, None if vote else refusal)

    async def _commit(self, acts: Sequence[_Act]) -> list[Outcome]:
        outcomes: dict[int, Outcome] = {}
        ballots_changed, refusals = 0, list[Refusal]()
        by_guild: dict[int, list[tuple[int, _Act]]] = {}
        for at, act in enumerate(acts):
            by_guild.setdefault(act.guild_id, []).append((at, act))
        now = self._clock()
        async with self._db.write() as tx:
            for guild, numbered in by_guild.items():
                settings = await self._settings.of(guild)
                count = await _prepare(tx, settings, [act for _, act in numbered], now)
                theirs = {at: count.count(act) for at, act in numbered}
                ballots_changed += await _store(tx, guild, count, now)
                new = await _remember(tx, count, now)
                refusals += [count.refusals[key] for key in new]
                outcomes |= {at: _told(theirs[at], act, new) for at, act in numbered}
        self._observer.voted(ballots_changed)
        for reason in refusals:
            self._observer.refused(reason)
        return [outcomes[at] for at in range(len(acts))]


async def _prepare(tx: Tx, settings: GuildSettings, acts: Sequence[_Act], now: datetime) -> _Count:
    found = await standings.by_message(tx, {act.message_id for act in acts})
    keys = {(found[act.message_id].id, act.voter_id) for act in acts if act.message_id in found}
    voters = {act.voter_id for act in acts}
    return _Count(
        found,
        await ballots.find(tx, keys) if keys else {},
        await members.suspended(tx, acts[0].guild_id, voters, now),
        settings,
    )


async def _store(tx: Tx, guild_id: int, count: _Count, now: datetime) -> int:
    """Write the ballots that changed, and all that follows from them; returns how many."""
    changes = {
        key: vote
        for key, vote in count.changes.items()
        if vote is not (count.before[key][0] if key in count.before else None)
    }
    if not changes:
        return 0
    day = utc_day(now)
    await ballots.replace(tx, changes, day)
    changed = {post for post, _ in changes}
    scores = await ballots.recount(tx, changed)
    facts = {
        post.id: replace(post, ups=scores[post.id][0], downs=scores[post.id][1])
        for post in count.found.values()
        if post.id in changed
    }
    rules = count.settings.rules
    credits = [credit for post in facts.values() for credit in author_credits(post, rules)]
    credits += [
        voter_credit(facts[post], voter, vote, rules) for (post, voter), vote in changes.items()
    ]
    days = {(facts[post].author_id, day) for post in changed}
    days |= {
        (facts[key[0]].author_id, count.before[key][1]) for key in changes if key in count.before
    }
    credits += await caps(tx, guild_id, rules, days)
    await settle(tx, guild_id, rules, credits, now)
    return len(changes)


async def _remember(tx: Tx, count: _Count, now: datetime) -> set[Key]:
    """Keep refusals, forget those followed by a good vote; returns the new ones."""
    good = [key for key in count.changes if key not in count.refusals]
    if good:
        await repairs.forgive(tx, good)
    return set(await repairs.refuse(tx, count.refusals, now)) if count.refusals else set()


def _told(outcome: Outcome, act: _Act, new: set[Key]) -> Outcome:
    """Say `first` to each refused voter once, also within one batch."""
    if not isinstance(outcome, Refused):
        return outcome
    first = (outcome.post_id, act.voter_id) in new
    new.discard((outcome.post_id, act.voter_id))
    return Refused(outcome.post_id, outcome.reason, first)
