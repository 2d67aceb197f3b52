"""Accepting the best answer: one at a time, changeable, can be taken back."""

from dataclasses import dataclass

from bot.domain.errors import NotAllowed
from bot.domain.posts import Kind
from bot.services.clock import Clock
from bot.services.posting import need, settle_posts
from bot.services.settings import Settings
from db.engine import Database
from db.queries import drawing, posts


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

    async def take_back(
        self, guild_id: int, answer_id: int, by: int, *, is_moderator: bool
    ) -> Accepted | TakenBack:
        """Select no answer, if this is the selected one."""
        return await self._choose(guild_id, answer_id, by, is_moderator=is_moderator, wanted=False)

    async def _choose(
        self, guild_id: int, answer_id: int, by: int, *, is_moderator: bool, wanted: bool | None
    ) -> Accepted | TakenBack:
        async with self._db.write() as tx:
            rules = (await self._settings.of(guild_id)).rules
            now = self._clock()
            answer = await need(tx, guild_id, answer_id, Kind.ANSWER)
            question = await need(tx, guild_id, answer.question_id, Kind.QUESTION)
            if by != question.author_id and not is_moderator:
                raise NotAllowed("Only the asker (or a moderator) can accept an answer.")
            held = question.accepted_id
            on = held != answer.id if wanted is None else wanted
            chosen = answer.id if on else None
            if (held == answer.id) != on:
                at = now if on else None
                await posts.change(tx, question.id, accepted_id=chosen, accepted_at=at)
                touched = sorted({question.id, answer.id, held or answer.id})
                await drawing.redraw(tx, *touched)
                await settle_posts(tx, guild_id, rules, touched, now)
        if on:
            return Accepted(question.id, answer.id, held if held != answer.id else None)
        return TakenBack(question.id, answer.id)
