"""Bringing the ledger and everybody's points to what posts and ballots say."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.domain.posts import Kind, Standing
from bot.domain.reputation import (
    Credit,
    Rules,
    accepting_credit,
    author_credits,
    capped_credit,
    total,
    voter_credit,
)
from bot.domain.text import points_text
from bot.domain.votes import Vote
from db.chunks import chunks
from db.engine import Tx
from db.queries import ballots, drawing, ledger, members, posts, standings

BYLINES_STAY_FRESH = timedelta(days=1)
"""Cards in threads that were active within this time show new points at once."""


async def settle(
    tx: Tx, guild_id: int, rules: Rules, targets: Iterable[Credit], now: datetime
) -> None:
    """Bring the ledger to these credits, points to the ledger, bylines to the points."""
    wanted = list(targets)
    users = {credit.user_id for credit in wanted}
    before = await members.earned(tx, guild_id, users)
    await members.ensure(tx, guild_id, users - before.keys())
    await ledger.settle(tx, guild_id, wanted, now)
    after = await members.recount(tx, guild_id, users)
    shown = {
        user
        for user, earned in after.items()
        if points_text(total(before.get(user, 0), rules)) != points_text(total(earned, rules))
    }
    if shown:
        await drawing.redraw_bylines(tx, guild_id, shown, now - BYLINES_STAY_FRESH)


async def caps(
    tx: Tx, guild_id: int, rules: Rules, days: Iterable[tuple[int, int]]
) -> list[Credit]:
    """Credits for the daily cap, for these (member, UTC day)."""
    if not rules.daily_cap:
        return []
    return [
        capped_credit(user, day, await ballots.ups_on_day(tx, guild_id, user, day), rules)
        for user, day in sorted(set(days))
    ]


async def of_posts(tx: Tx, guild_id: int, rules: Rules, post_ids: Sequence[int]) -> list[Credit]:
    """Every credit that depends on these posts: authors', voters' and askers'."""
    found: list[Credit] = []
    days: set[tuple[int, int]] = set()
    for some in chunks(post_ids):
        facts = await standings.of(tx, some)
        votes = await ballots.of_posts(tx, some)
        days |= await ballots.days_of(tx, some)
        for post in facts.values():
            found += author_credits(post, rules)
            found += _voters(post, votes[post.id], rules)
            if post.kind is Kind.QUESTION:
                found.append(accepting_credit(post, await _chosen_author(tx, post), rules))
    return found + await caps(tx, guild_id, rules, days)


async def settle_all(tx: Tx, guild_id: int, rules: Rules, now: datetime) -> int:
    """Bring a server's whole ledger to its posts and ballots; returns how many sums were wrong."""
    every = [post.id for post in await standings.of_guild(tx, guild_id)]
    wanted = await of_posts(tx, guild_id, rules, every)
    wrong = _wrong(await ledger.all_sums(tx, guild_id), wanted)
    await settle(tx, guild_id, rules, wrong, now)
    return len(wrong)


def _wrong(held: dict[ledger.Key, int], wanted: list[Credit]) -> list[Credit]:
    """Credits that the ledger does not hold as it should, and rows that have no cause left."""
    targets = {ledger.key(credit): credit for credit in wanted}
    wrong = [credit for about, credit in targets.items() if credit.amount != held.get(about, 0)]
    stray = [about for about, amount in held.items() if amount and about not in targets]
    return wrong + [ledger.nothing(about) for about in stray]


def _voters(post: Standing, votes: dict[int, Vote], rules: Rules) -> list[Credit]:
    return [voter_credit(post, voter, vote, rules) for voter, vote in votes.items()]


async def _chosen_author(tx: Tx, question: Standing) -> int | None:
    if not question.has_accepted:
        return None
    place = await posts.find(tx, question.guild_id, question.id)
    answer = await posts.find(tx, question.guild_id, (place and place.accepted_id) or 0)
    return answer.author_id if answer is not None else None
