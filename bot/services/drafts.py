"""Drafts: whatever somebody typed stays until it is posted or they forget it."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from bot.domain.errors import NotFound, Unavailable
from bot.services.clock import Clock
from db.engine import Database
from db.queries import drafts
from db.queries.drafts import SavedDraft

__all__ = ["Drafts", "SavedDraft", "draft_behind", "origin"]

KEPT_FOR = timedelta(days=30)
_ORIGINS = {"question": "question", "answer": "answer-draft"}
"""Kind of a draft -> what the origin of a post made from it begins with."""


def origin(kind: str, draft_id: int) -> str:
    """Name the draft that a post is made from, so that it is made once."""
    return f"{_ORIGINS[kind]}:{draft_id}"


def draft_behind(origin: str) -> int | None:
    """Read which draft a post was made from; None for one that had none."""
    made_from, _, number = origin.partition(":")
    return int(number) if made_from in _ORIGINS.values() and number.isdecimal() else None


class Drafts:
    """Typed text, kept for its writer alone."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    async def keep(self, guild_id: int, user_id: int, kind: str, fields: Mapping[str, str]) -> int:
        """Keep what was typed before anything is checked; returns the draft's id."""
        async with self._db.write() as tx:
            return await drafts.save(tx, guild_id, user_id, kind, fields, self._clock())

    async def keep_over(
        self,
        guild_id: int,
        user_id: int,
        kind: str,
        fields: Mapping[str, str],
        draft_id: int | None,
    ) -> SavedDraft:
        """Keep what was typed over an earlier draft of its kind, or anew where that is gone."""
        now = self._clock()
        async with self._db.write() as tx:
            before = await drafts.find(tx, guild_id, user_id, draft_id) if draft_id else None
            if before is None or before.kind != kind:
                number = await drafts.save(tx, guild_id, user_id, kind, fields, now)
                return SavedDraft(number, kind, fields, now)
            merged = {**before.fields, **fields}
            await drafts.change(tx, guild_id, user_id, before.id, merged)
        return SavedDraft(before.id, kind, merged, before.at)

    async def find(self, guild_id: int, user_id: int, draft_id: int | None = None) -> SavedDraft:
        """Find one's own draft, or the newest; raises NotFound."""
        async with self._db.read() as tx:
            found = await drafts.find(tx, guild_id, user_id, draft_id)
        if found is None:
            raise NotFound("There is no draft of yours here. `/ask` starts a question.")
        return found

    async def drop(self, guild_id: int, user_id: int, draft_id: int) -> None:
        """Forget a draft: it was posted. Without a database, the sweep does it later."""
        with suppress(Unavailable):
            async with self._db.write() as tx:
                await drafts.drop(tx, guild_id, user_id, draft_id)

    async def sweep(self) -> None:
        """Forget drafts that nobody came back for."""
        async with self._db.write() as tx:
            await drafts.drop_before(tx, self._clock() - KEPT_FOR)
