"""Accepting the best answer: one at a time, changeable, can be taken back."""

from dataclasses import dataclass

from bot.domain.errors import NotAllowed
from bot.domain.posts import Kind
from bot.services.clock import Clock
from bot.services.posting import need, settle_posts
from bot.services.settings import Settings
from db.engine import Database, Tx
from db.queries import drawing, posts
from db.queries.posts import Place


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer is the selected one now; `instead_of` was it before."""

    question_id: int
    answer_id: int
    instead_of: int | None = None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The question has no selected answer any more."""

    question_id: int
    answer_id: int


class Acceptance:
    """The asker's choice of an answer (or a moderator's)."""

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._db = database
        self._settings = settings
        self._clock = clock

    async def toggle(
        self, guild_id: int, answer_id: int, by: int, *, is_moderator: bool
    ) -> Accepted | TakenBack:
        """Select this answer, or none if it is the selected one; raises NotAllowed, NotFound."""
        return await self._choose(guild_id, answer_id, by, is_moderator=is_moderator, wanted=None)

    async def accept(
        self, guild_id: int, answer_id: int, by: int, *, is_moderator: bool
    ) -> Accepted | TakenBack:
        """Select this answer; selecting it again changes nothing."""
        return await self._choose(guild_id, answer_id, by, is_moderator=is_moderator, wanted=True)

    async def mark(
        self, guild_id: int, answer_id: int, by: int, *, is_moderator: bool
    ) -> Accepted | TakenBack:
        """Select this answer by ✅; the asker's is remembered, as long as it shows."""
        return await self._choose(
            guild_id, answer_id, by, is_moderator=is_moderator, wanted=True, marked=True
        )

    async def unmark(self, guild_id: int, answer_id: int, by: int) -> None:
        """Follow the asker who took their ✅ off: what was selected is so no more.

        Who asked under a name to display leaves none: the bot took it off.
        """
        async with self._db.write() as tx:
            answer = await need(tx, guild_id, answer_id, Kind.ANSWER)
            question = await need(tx, guild_id, answer.question_id, Kind.QUESTION)
            if by != question.author_id or question.anonymous:
                return
            await posts.note(tx, answer.id, marked_at=None)
            if question.accepted_id == answer.id:
                await self._select(tx, question, answer, on=False)

    async def marked(self, question_id: int) -> dict[int, int]:
        """Answers to a question that the asker's ✅ is known to show under, by message."""
        async with self._db.read() as tx:
            return await posts.marked(tx, question_id)

    async def take_back(
        self, guild_id: int, answer_id: int, by: int, *, is_moderator: bool
    ) -> Accepted | TakenBack:
        """Select no answer, if this is the selected one."""
        return await self._choose(guild_id, answer_id, by, is_moderator=is_moderator, wanted=False)

    async def _choose(
        self,
        guild_id: int,
        answer_id: int,
        by: int,
        *,
        is_moderator: bool,
        wanted: bool | None,
        marked: bool = False,
    ) -> Accepted | TakenBack:
        async with self._db.write() as tx:
            answer = await need(tx, guild_id, answer_id, Kind.ANSWER)
            question = await need(tx, guild_id, answer.question_id, Kind.QUESTION)
            if by != question.author_id and not is_moderator:
                raise NotAllowed("Only the asker (or a moderator) can accept an answer.")
            held = question.accepted_id
            on = held != answer.id if wanted is None else wanted
            if (held == answer.id) != on:
                await self._select(tx, question, answer, on=on)
            if marked and by == question.author_id and not question.anonymous:
                await posts.note(tx, answer.id, marked_at=self._clock())
        if on:
            return Accepted(question.id, answer.id, held if held != answer.id else None)
        return TakenBack(question.id, answer.id)

    async def _select(self, tx: Tx, question: Place, answer: Place, *, on: bool) -> None:
        """Make this answer the selected one, or none."""
        rules = (await self._settings.of(question.guild_id)).rules
        now = self._clock()
        chosen, at = (answer.id, now) if on else (None, None)
        await posts.change(tx, question.id, accepted_id=chosen, accepted_at=at)
        touched = sorted({question.id, answer.id, question.accepted_id or answer.id})
        await drawing.redraw(tx, *touched)
        await settle_posts(tx, question.guild_id, rules, touched, now)
