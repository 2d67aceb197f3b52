"""Votes: casting, retracting, and bringing ballots to what Discord shows.

Votes that arrive together share one transaction (group commit), so a burst costs one
disk write and a few statements; each voter still gets their own outcome.
"""

import asyncio
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.observer import NOBODY, Observer
from bot.domain.posts import State
from bot.domain.reputation import author_credits, voter_credit
from bot.domain.settings import GuildSettings
from bot.domain.votes import Refusal, Vote
from bot.services.batch import Batch
from bot.services.clock import Clock, utc_day
from bot.services.count import Act, Count, Counted, Key, Outcome, Refused, gone_from, meant_by
from bot.services.points import caps, settle
from bot.services.settings import Settings
from db.engine import Database, Tx
from db.queries import ballots, members, posts, repairs, standings

__all__ = ["Counted", "Explanation", "Matched", "Outcome", "Refused", "Votes"]


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
        self._acts: Batch[Act, Outcome] = Batch(self._commit)

    async def cast(self, guild_id: int, message_id: int, voter_id: int, vote: Vote) -> Outcome:
        """Make this the member's vote on the post; the same vote again changes nothing."""
        return await self._acts.submit(Act(guild_id, message_id, voter_id, vote))

    async def retract(self, guild_id: int, message_id: int, voter_id: int, vote: Vote) -> Outcome:
        """Take the vote back if it still is this one: removing a replaced arrow is no act."""
        return await self._acts.submit(Act(guild_id, message_id, voter_id, vote, undo=True))

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

        Of a voter's two arrows the new one counts: that which was not stored, unless it was
        replaced and only waited to be taken off. A refused voter keeps none.
        """
        async with self._db.read() as tx:
            post = (await standings.by_message(tx, [message_id])).get(message_id)
            held = await ballots.voters_of(tx, post.id) if post else {}
        if post is None or post.guild_id != guild_id:
            return Matched()
        meant = {
            voter: meant_by(arrows, held.get(voter)) for voter, arrows in shown.items() if arrows
        }
        new = {
            voter: vote
            for voter, vote in meant.items()
            if voter not in held or held[voter].vote is not vote
        }
        cast = [
            Act(guild_id, message_id, voter, vote, beside=max(shown[voter] - {vote}, default=None))
            for voter, vote in new.items()
        ]
        outcomes = dict(zip(new, await asyncio.gather(*map(self._acts.submit, cast)), strict=True))
        gone = gone_from(held, shown)
        taken = [self.retract(guild_id, message_id, voter, vote) for voter, vote in gone]
        back = await asyncio.gather(*taken)
        kept = {
            voter: vote
            for voter, vote in meant.items()
            if not isinstance(outcomes.get(voter), Refused)
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
        vote = held[(post_id, voter_id)].vote if held else None
        return Explanation(post_id, vote, None if vote else refusal)

    async def _commit(self, acts: Sequence[Act]) -> list[Outcome]:
        outcomes: dict[int, Outcome] = {}
        ballots_changed, refusals = 0, list[Refusal]()
        by_guild: dict[int, list[tuple[int, Act]]] = {}
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


async def _prepare(tx: Tx, settings: GuildSettings, acts: Sequence[Act], now: datetime) -> Count:
    found = await standings.by_message(tx, {act.message_id for act in acts})
    keys = {(found[act.message_id].id, act.voter_id) for act in acts if act.message_id in found}
    voters = {act.voter_id for act in acts}
    return Count(
        found,
        await ballots.find(tx, keys) if keys else {},
        await members.suspended(tx, acts[0].guild_id, voters, now),
        settings,
    )


async def _store(tx: Tx, guild_id: int, count: Count, now: datetime) -> int:
    """Write the ballots that changed, and all that follows from them; returns how many."""
    day = utc_day(now)
    changes = await _store_ballots(tx, count, day)
    if not changes:
        return 0
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
        (facts[key[0]].author_id, count.before[key].day) for key in changes if key in count.before
    }
    credits += await caps(tx, guild_id, rules, days)
    await settle(tx, guild_id, rules, credits, now)
    return len(changes)


async def _store_ballots(tx: Tx, count: Count, day: int) -> dict[Key, Vote | None]:
    """Write the ballots that changed, and which arrows they replaced; returns the former."""
    changes = {
        key: vote
        for key, vote in count.changes.items()
        if vote is not (count.before[key].vote if key in count.before else None)
    }
    if changes:
        await ballots.replace(tx, changes, day)
    arrows = count.arrows()
    if arrows:
        await ballots.note_replaced(tx, arrows)
    return changes


async def _remember(tx: Tx, count: Count, now: datetime) -> set[Key]:
    """Keep refusals, forget those followed by a good vote; returns the new ones."""
    good = [key for key in count.changes if key not in count.refusals]
    if good:
        await repairs.forgive(tx, good)
    return set(await repairs.refuse(tx, count.refusals, now)) if count.refusals else set()


def _told(outcome: Outcome, act: Act, new: set[Key]) -> Outcome:
    """Say `first` to each refused voter once, also within one batch."""
    if not isinstance(outcome, Refused):
        return outcome
    first = (outcome.post_id, act.voter_id) in new
    new.discard((outcome.post_id, act.voter_id))
    return Refused(outcome.post_id, outcome.reason, first)
