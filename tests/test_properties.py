"""Whatever members do, in whatever order: every number follows from posts and ballots."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from bot.domain.drafts import AnswerDraft, QuestionDraft
from bot.domain.errors import UserError
from bot.domain.posts import Kind
from bot.domain.reputation import PRESETS, Rules, total
from bot.domain.settings import GuildSettings
from bot.domain.votes import Vote
from bot.services.clock import utc_day
from bot.services.edits import NewText
from bot.services.forum import Forum
from db.engine import Database
from db.models import Base
from tests.world import (
    FORUM,
    GUILD,
    NAMES,
    Clock,
    fresh,
    message,
    message_of,
    person,
    points,
)

T = TypeVar("T")
MEMBERS = st.sampled_from(sorted(NAMES))
VOTES = st.sampled_from(list(Vote))
ARROWS = st.dictionaries(MEMBERS, st.sets(VOTES))
NUMBERS = st.integers(0, 1000)
"""Which of the posts there are, counted around."""
WRONG_NUMBERS = """
    SELECT 'score', p.id FROM posts p WHERE
    p.ups != (SELECT count(*) FROM ballots b WHERE b.post_id = p.id AND b.vote = 1) OR
    p.downs != (SELECT count(*) FROM ballots b WHERE b.post_id = p.id AND b.vote = -1)
    UNION
    SELECT 'points', m.user_id FROM members m WHERE m.earned !=
    (SELECT coalesce(sum(l.amount), 0) FROM ledger l
      WHERE l.guild_id = m.guild_id AND l.user_id = m.user_id)
"""


@dataclass
class Known:
    """What the test itself knows of a post."""

    id: int
    kind: Kind
    author: int
    message: int
    anonymous: bool = False
    question: int = 0
    parent: int = 0
    alive: bool = True
    accepted: int = 0
    ballots: dict[int, tuple[Vote, int]] = field(default_factory=dict)
    replaced: dict[int, Vote | None] = field(default_factory=dict)


def worth(kind: Kind, rules: Rules) -> tuple[int, int, int, int]:
    """What an up-vote and a down-vote cost and pay the author, and the most of each."""
    names = [f"{kind}_{name}" for name in ("up", "down", "gain_max", "loss_max")]
    up, down, gain, loss = (int(getattr(rules, name)) for name in names)
    return up, down, gain, loss


class Members(RuleBasedStateMachine):
    """Members doing anything at any time, beside a plain account of what must come of it."""

    preset = ""
    database: Database
    runner: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.rules_in_force = PRESETS[self.preset]
        self.clock = Clock()
        self.posts: dict[int, Known] = {}
        self.again: Callable[[], Awaitable[object]] | None = None
        self.wait(self.forget_everything)
        self.open()

    async def forget_everything(self) -> None:
        async with self.database.write() as tx:
            for table in reversed(Base.metadata.sorted_tables):
                await tx.execute(table.delete())

    def open(self) -> None:
        defaults = GuildSettings(points=self.preset, comment_votes=True)
        self.forum = Forum(self.database, defaults, self.clock)

    def close(self) -> None:
        self.wait(self.forum.close)
        self.wait(self.database.close)

    def wait(self, act: Callable[[], Awaitable[T]]) -> T:
        async def run() -> T:
            return await act()

        return self.runner.run(run())

    def do(self, act: Callable[[], Awaitable[T]]) -> T:
        """Do something that may come again later as the same event."""
        self.again = act
        return self.wait(act)

    def any_of(self, number: int, *kinds: Kind) -> Known | None:
        found = [post for post in self.posts.values() if not kinds or post.kind in kinds]
        return found[number % len(found)] if found else None

    @initialize(by=MEMBERS)
    def somebody_asks(self, by: int) -> None:
        self.ask(by=by, anonymous=False)

    @rule(by=MEMBERS, anonymous=st.booleans())
    def ask(self, by: int, *, anonymous: bool) -> None:
        origin = fresh("ask")
        name = "A friend" if anonymous else None

        async def act() -> int:
            draft = QuestionDraft(f"What is {origin}?", "", None, (), name)
            post = await self.forum.questions.ask(person(by), FORUM, draft, origin)
            place = message_of(post)
            await self.forum.questions.opened(GUILD, post, place, place, [])
            return post

        post = self.do(act)
        self.posts[post] = Known(post, Kind.QUESTION, by, message_of(post), anonymous)

    @rule(by=MEMBERS, number=NUMBERS, anonymous=st.booleans())
    def answer(self, by: int, number: int, *, anonymous: bool) -> None:
        question = self.any_of(number, Kind.QUESTION)
        if question is None or not question.alive:
            return
        origin = fresh("answer")

        async def act() -> int:
            draft = AnswerDraft(f"It is {origin}", "A friend" if anonymous else None)
            post = await self.forum.answers.answer(person(by), question.id, draft, origin)
            await self.forum.answers.opened(GUILD, post, message_of(post), [])
            return post

        post = self.do(act)
        self.posts[post] = Known(post, Kind.ANSWER, by, message_of(post), anonymous, question.id)

    @rule(by=MEMBERS, number=NUMBERS)
    def comment(self, by: int, number: int) -> None:
        on = self.any_of(number, Kind.QUESTION, Kind.ANSWER)
        if on is None or not on.alive:
            return
        question = on.question or on.id
        said = message(question, reply_to=on.message)
        post = self.do(lambda: self.forum.comments.record(person(by), said))
        assert post is not None
        self.posts[post] = Known(post, Kind.COMMENT, by, said.id, False, question, on.id)

    @rule(by=MEMBERS, number=NUMBERS, vote=VOTES)
    def vote(self, by: int, number: int, vote: Vote) -> None:
        if post := self.any_of(number):
            self.do(lambda: self.forum.votes.cast(GUILD, post.message, by, vote))
            self.counted(post, by, vote)

    def counted(self, post: Known, by: int, vote: Vote, beside: Vote | None = None) -> None:
        held = post.ballots.get(by)
        if post.alive and by != post.author and (held is None or held[0] is not vote):
            post.ballots[by] = (vote, utc_day(self.clock.now))
            post.replaced[by] = held[0] if held else beside

    @rule(by=MEMBERS, number=NUMBERS, vote=VOTES)
    def unvote(self, by: int, number: int, vote: Vote) -> None:
        if post := self.any_of(number):
            self.do(lambda: self.forum.votes.retract(GUILD, post.message, by, vote))
            post.replaced[by] = None
            if by in post.ballots and post.ballots[by][0] is vote:
                del post.ballots[by]

    @rule(number=NUMBERS, votes=st.dictionaries(MEMBERS, VOTES, min_size=2))
    def vote_together(self, number: int, votes: dict[int, Vote]) -> None:
        post = self.any_of(number)
        if post is None:
            return
        cast = partial(self.forum.votes.cast, GUILD, post.message)
        self.wait(lambda: asyncio.gather(*(cast(by, vote) for by, vote in votes.items())))
        self.again = None
        for by, vote in votes.items():
            self.counted(post, by, vote)

    @rule(number=NUMBERS, shown=ARROWS)
    def lose_events_and_look_at_the_arrows(self, number: int, shown: dict[int, set[Vote]]) -> None:
        post = self.any_of(number)
        if post is None:
            return
        self.do(lambda: self.forum.votes.match(GUILD, post.message, shown))
        for by in [by for by in post.ballots if not shown.get(by)]:
            del post.ballots[by]
        for by, votes in shown.items():
            held = post.ballots[by][0] if by in post.ballots else None
            if votes and held not in votes:
                self.counted(post, by, max(votes), min(votes) if len(votes) > 1 else None)
            elif votes == {held}:
                post.replaced[by] = None
            elif votes and post.replaced.get(by) is None:
                self.counted(post, by, max(votes - {held}))

    @rule(number=NUMBERS, wanted=st.booleans())
    def accept(self, number: int, *, wanted: bool) -> None:
        answer = self.any_of(number, Kind.ANSWER)
        if answer is None or not answer.alive:
            return
        question = self.posts[answer.question]
        service = self.forum.acceptance
        choose = service.accept if wanted else service.take_back
        self.do(lambda: choose(GUILD, answer.id, question.author, is_moderator=False))
        if wanted:
            question.accepted = answer.id
        elif question.accepted == answer.id:
            question.accepted = 0

    @rule(number=NUMBERS)
    def edit(self, number: int) -> None:
        post = self.any_of(number, Kind.QUESTION, Kind.ANSWER)
        if post is None or not post.alive:
            return
        place = self.wait(lambda: self.forum.questions.find(GUILD, post.id))
        title = fresh("An edited question") if post.kind is Kind.QUESTION else ""
        new = NewText(fresh("An edited text"), title)
        author, since = person(post.author), place.revision
        apply = self.forum.edits.apply
        self.do(lambda: apply(author, post.id, since, new, is_moderator=False))

    @rule(number=NUMBERS, by=MEMBERS, is_moderator=st.booleans())
    def delete(self, number: int, by: int, *, is_moderator: bool) -> None:
        post = self.any_of(number)
        if post is None or not post.alive:
            return
        remove = self.forum.removal.delete
        try:
            self.do(lambda: remove(GUILD, post.id, by, is_moderator=is_moderator))
        except UserError:
            return
        for other in self.posts.values():
            if post.id in {other.id, other.question, other.parent}:
                other.alive = False
            if other.accepted == post.id:
                other.accepted = 0

    @precondition(lambda self: self.again is not None)
    @rule()
    def the_same_event_comes_again(self) -> None:
        with suppress(UserError):
            self.wait(self.again or self.forum.close)

    @rule()
    def restart(self) -> None:
        self.close()
        self.open()

    @rule(hours=st.sampled_from([5, 13, 24]))
    def pass_by(self, hours: int) -> None:
        self.clock.pass_by(hours=hours)
        self.again = None

    @rule()
    def a_recount_finds_no_difference(self) -> None:
        assert self.wait(lambda: self.forum.recount.guild(GUILD)).none

    def due(self, member: int) -> int:
        """A member's points, added up plainly."""
        rules, due = self.rules_in_force, self.rules_in_force.base
        gains: Counter[int] = Counter()
        for post in self.posts.values():
            if not post.alive:
                continue
            if member in post.ballots and post.kind is not Kind.COMMENT:
                name = post.ballots[member][0].name.lower()
                due += int(getattr(rules, f"vote_{name}_{post.kind}"))
            if post.author == member and not post.anonymous:
                due += self.due_for(post)
                up, _, gain, _ = worth(post.kind, rules)
                days = Counter(day for vote, day in post.ballots.values() if vote is Vote.UP)
                gains.update({day: min(up * ups, gain) for day, ups in days.items()})
        if rules.daily_cap:
            due -= sum(max(0, gained - rules.daily_cap) for gained in gains.values())
        return due if rules.floor is None else max(due, rules.floor)

    def due_for(self, post: Known) -> int:
        rules = self.rules_in_force
        votes = Counter(vote for vote, _ in post.ballots.values())
        up, down, gain, loss = worth(post.kind, rules)
        due = min(up * votes[Vote.UP], gain) - min(down * votes[Vote.DOWN], loss)
        if post.kind is Kind.QUESTION:
            due += rules.asked
            if post.accepted:
                own = self.posts[post.accepted].author == post.author
                due += rules.accepting_own if own else rules.accepting
        if post.kind is Kind.ANSWER:
            asker = self.posts[post.question]
            due += rules.answered
            if asker.accepted == post.id and asker.author != post.author:
                due += rules.accepted
        return due

    @invariant()
    def every_stored_number_follows_from_what_it_counts(self) -> None:
        held, earned = self.wait(self.look)
        assert held == {
            (post.id, voter): ballot
            for post in self.posts.values()
            for voter, ballot in post.ballots.items()
        }
        for member in NAMES:
            assert total(earned.get(member, 0), self.rules_in_force) == self.due(member)

    async def look(self) -> tuple[dict[tuple[int, int], tuple[Vote, int]], dict[int, int]]:
        async with self.database.read() as tx:
            assert (await tx.execute(text(WRONG_NUMBERS))).all() == []
            rows = await tx.execute(text("SELECT post_id, voter_id, vote, day FROM ballots"))
            held = {(row[0], row[1]): (Vote(row[2]), row[3]) for row in rows}
            rows = await tx.execute(text("SELECT user_id, earned FROM members"))
            return held, {row[0]: row[1] for row in rows}

    def teardown(self) -> None:
        """Undo everything: everybody is back at the start."""
        for post in self.posts.values():
            if post.ballots:
                self.wait(partial(self.forum.votes.match, GUILD, post.message, {}))
            post.ballots.clear()
        for question in self.posts.values():
            if question.accepted:
                self.accept_nothing(question)
        self.every_stored_number_follows_from_what_it_counts()
        for number in range(len(self.posts)):
            self.delete(number, 0, is_moderator=True)
        base = self.rules_in_force.base
        for member in NAMES:
            assert self.due(member) == base
            assert self.wait(partial(points, self.forum, member)) == base
        self.a_recount_finds_no_difference()

    def accept_nothing(self, question: Known) -> None:
        take_back, chosen = self.forum.acceptance.take_back, question.accepted
        if self.posts[chosen].alive:
            self.wait(lambda: take_back(GUILD, chosen, question.author, is_moderator=False))
            question.accepted = 0


@pytest.mark.parametrize("preset", PRESETS)
def test_every_number_follows_from_posts_and_ballots(address: str, preset: str) -> None:
    class Here(Members):
        pass

    Here.preset = preset
    Here.database = Database(address, synchronous="OFF")
    with asyncio.Runner() as Here.runner:
        run_state_machine_as_test(
            Here,
            settings=settings(
                max_examples=25 if Here.database.is_sqlite else 8,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        Here.runner.run(Here.database.close())
