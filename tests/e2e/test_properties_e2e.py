"""Whatever members do, and whatever of it the bot misses: in the end Discord and store agree."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.domain.posts import Kind
from bot.domain.votes import Vote
from bot.ui.buttons import of_card
from bot.ui.cards import card
from tests.e2e.town import DOWN, UP, Town, town
from tests.e2e.watch import away, lock

NAMES = ("ada", "ben", "cy")
MARK = "✅"
UNSEEN = {"post", "vote", "unvote", "mark", "unmark", "comment", "remove", "lock"}
"""What can happen while the bot is away."""
ARROWS = {Vote.UP: UP, Vote.DOWN: DOWN}


@dataclass(frozen=True)
class Act:
    """One thing that somebody does; `lost` when the bot is never told, `again` when twice."""

    name: str
    who: str
    number: int
    up: bool
    lost: bool
    again: bool


OFTEN = ["answer", "vote", "vote"]
ONCE = ["ask", "post", "answer", "vote", "unvote", "accept", "mark", "unmark", "edit", "comment"]
SELDOM = ["remove", "delete", "lock", "restart"]
ACTS = st.builds(
    Act,
    st.sampled_from([*OFTEN, *ONCE, *SELDOM]),
    st.sampled_from(NAMES),
    st.integers(0, 20),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@dataclass(frozen=True)
class Shown:
    """A post that Discord shows."""

    id: int
    kind: str
    author: int
    asker: int
    message: discord.Message


@dataclass
class Story:
    """Members of one server, and all that they do there."""

    place: Town
    events: list[tuple[str, Any]] = field(default_factory=list)
    count: int = 0

    async def tell(self, act: Act) -> None:
        """Let it happen, perhaps unseen, perhaps told of twice."""
        self.events.clear()
        unseen = act.lost and act.name in UNSEEN
        listeners = self.place.env.backend.subscribers
        listeners.append(self.note)
        with away(self.place) if unseen else nullcontext():
            doing: Callable[[Act], Awaitable[None]] = getattr(self, act.name)
            await doing(act)
        listeners.remove(self.note)
        if act.again and self.events:
            self.place.env.backend.emit(*self.events[0])
        await self.place.env.settle()
        await self.place.quiet()

    def note(self, event: str, payload: Any) -> None:
        """Remember what the bot is told of what a member did."""
        if event.startswith(("MESSAGE_REACTION", "MESSAGE_DELETE")):
            self.events.append((event, payload))

    async def posts(self, *kinds: Kind) -> list[Shown]:
        """Posts that are stored as visible and whose messages are there."""
        statement = (
            "SELECT p.id, p.kind, p.author_id, q.author_id, p.thread_id, p.message_id FROM posts p "
            "JOIN posts q ON q.id = coalesce(p.question_id, p.id) "
            "WHERE p.state = 'open' AND q.state = 'open' AND p.message_id IS NOT NULL ORDER BY p.id"
        )
        async with self.place.bot.database.read() as tx:
            rows = (await tx.execute(text(statement))).all()
        there = {item.id: item for thread in self.place.threads for item in thread.history()}
        return [
            Shown(row[0], row[1], row[2], row[3], there[row[5]])
            for row in rows
            if row[5] in there and (not kinds or row[1] in kinds)
        ]

    async def any_of(self, act: Act, *kinds: Kind) -> Shown | None:
        """The post that an act is about; there may be none."""
        found = await self.posts(*kinds)
        return found[act.number % len(found)] if found else None

    def by_id(self, member_id: int) -> Any:
        """The member of this id."""
        return next(item for item in self.place.members.values() if item.id == member_id)

    def title(self) -> str:
        """A title that nobody has used."""
        self.count += 1
        return f"Question {self.count} of this long story?"

    async def ask(self, act: Act) -> None:
        await self.place.ask(self.place.member(act.who), self.title())

    async def post(self, act: Act) -> None:
        await self.place.post(self.place.member(act.who), self.title(), "It hums all day.")

    async def answer(self, act: Act) -> None:
        question = await self.any_of(act, Kind.QUESTION)
        if question is not None and has(question.message, "Answer"):
            member = self.place.member(act.who)
            form = await member.click(question.message, label="Answer")
            self.count += 1
            await self.place.fill(member, form, body=f"Turn the left knob {self.count} times.")

    async def vote(self, act: Act) -> None:
        await self.react(act, UP if act.up else DOWN, there=True)

    async def unvote(self, act: Act) -> None:
        await self.react(act, UP if act.up else DOWN, there=False)

    async def react(self, act: Act, emoji: str, *, there: bool) -> None:
        found = await self.any_of(act, Kind.QUESTION, Kind.ANSWER)
        if found is not None:
            member = self.place.member(act.who)
            await member.set_reaction(found.message, emoji, reacted=there)

    async def mark(self, act: Act) -> None:
        await self.asker_marks(act, there=True)

    async def unmark(self, act: Act) -> None:
        await self.asker_marks(act, there=False)

    async def asker_marks(self, act: Act, *, there: bool) -> None:
        answer = await self.any_of(act, Kind.ANSWER)
        if answer is not None:
            await self.by_id(answer.asker).set_reaction(answer.message, MARK, reacted=there)

    async def accept(self, act: Act) -> None:
        answer = await self.any_of(act, Kind.ANSWER)
        if answer is not None:
            label = "Accept" if has(answer.message, "Accept") else "Take acceptance back"
            await self.by_id(answer.asker).click(answer.message, label=label)

    async def edit(self, act: Act) -> None:
        found = await self.any_of(act, Kind.QUESTION, Kind.ANSWER)
        if found is not None and has(found.message, "Edit"):
            member = self.by_id(found.author)
            form = await member.click(found.message, label="Edit")
            if form.modal is not None:
                self.count += 1
                await self.place.fill(member, form, body=f"What I meant was this: {self.count}.")

    async def comment(self, act: Act) -> None:
        question = await self.any_of(act, Kind.QUESTION)
        if question is not None:
            thread = next(t for t in self.place.threads if t.id == question.message.channel.id)
            await self.place.member(act.who).send(thread, f"So it is ({act.number}).")

    async def remove(self, act: Act) -> None:
        found = await self.any_of(act)
        if found is not None:
            await self.place.admin.delete(found.message)

    async def delete(self, act: Act) -> None:
        found = await self.any_of(act, Kind.QUESTION, Kind.ANSWER)
        if found is not None:
            removal = self.place.bot.forum.removal
            await removal.delete(self.place.guild.id, found.id, 0, is_moderator=True)

    async def lock(self, act: Act) -> None:
        question = await self.any_of(act, Kind.QUESTION)
        if question is not None:
            thread = next(t for t in self.place.threads if t.id == question.message.channel.id)
            lock(self.place, thread, locked=act.up)

    async def restart(self, _act: Act) -> None:
        await self.place.restart()

    async def check(self) -> None:
        """Hold what Discord shows against what is stored."""
        assert await self.place.bot.forum.cards.stale() == []
        ballots = await self.ballots()
        for post in await self.posts(Kind.QUESTION, Kind.ANSWER):
            assert self.arrows(post) == ballots.get(post.id, set()), post
            await self.check_card(post)
        assert (await self.place.bot.forum.recount.guild(self.place.guild.id)).none

    async def ballots(self) -> dict[int, set[tuple[int, Vote]]]:
        """What is stored: by post, who votes how."""
        async with self.place.bot.database.read() as tx:
            rows = (await tx.execute(text("SELECT post_id, voter_id, vote FROM ballots"))).all()
        found: dict[int, set[tuple[int, Vote]]] = {}
        for post, voter, vote in rows:
            found.setdefault(post, set()).add((voter, Vote(vote)))
        return found

    def arrows(self, post: Shown) -> set[tuple[int, Vote]]:
        """Who shows which arrow on a post, the bot's own left out."""
        backend = self.place.env.backend
        stored = backend.get_message(post.message.channel.id, post.message.id)
        return {
            (user, vote)
            for vote, arrow in ARROWS.items()
            for reaction in stored.reactions
            if reaction.emoji == arrow
            for user in reaction.user_ids
            if user != backend.bot_user.id
        }

    async def check_card(self, post: Shown) -> None:
        """A card shows what is stored, and nothing older."""
        view = await self.place.bot.forum.cards.view(self.place.guild.id, post.id)
        assert view is not None
        stored = self.place.env.backend.get_message(post.message.channel.id, post.message.id)
        drawn = card(view).first.to_dict()
        assert {key: stored.embeds[0].get(key) for key in drawn} == drawn
        labels = [part["label"] for row in stored.components for part in row["components"]]
        assert labels == [getattr(item, "label", None) for item in of_card(view).children]

    async def undo(self) -> None:
        """Delete everything: everybody is back at the start."""
        for question in await self.posts(Kind.QUESTION):
            removal = self.place.bot.forum.removal
            await removal.delete(self.place.guild.id, question.id, 0, is_moderator=True)
        await self.place.quiet()
        for member in self.place.members.values():
            assert await self.place.points(member) == 100


def has(message: discord.Message, label: str) -> bool:
    """Say whether a card has a button."""
    parts = (part for row in message.components for part in getattr(row, "children", ()))
    return any(getattr(part, "label", None) == label for part in parts)


async def live(file: Path, acts: list[Act]) -> None:
    """Tell one story from its beginning to its end."""
    async with town(file, "Gadgets") as place:
        story = Story(place)
        await story.ask(Act("ask", "ada", 0, up=True, lost=False, again=False))
        await story.answer(Act("answer", "ben", 0, up=True, lost=False, again=False))
        for act in acts:
            await story.tell(act)
        await place.restart()
        await place.env.advance_time(130)
        await place.quiet()
        await story.check()
        await story.undo()


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(acts=st.lists(ACTS, min_size=4, max_size=14))
def test_in_the_end_discord_shows_what_is_stored(
    template: Path, tmp_path_factory: Any, acts: list[Act]
) -> None:
    file = tmp_path_factory.mktemp("story") / "forum.db"
    shutil.copyfile(template, file)
    asyncio.run(live(file, acts))
