"""Finding questions: those like a title, and those of a few words."""

from collections.abc import Collection

from bot.domain.words import fts_query, overlap
from db.engine import Database
from db.queries import search
from db.queries.search import Match

__all__ = ["Match", "Search"]

CLOSE = 0.5
"""From this share of common words on, a title is shown to the asker before posting."""
CANDIDATES = 25


class Search:
    """Search over one server's questions."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def similar(
        self, guild_id: int, title: str, limit: int, forums: Collection[int] | None = None
    ) -> list[Match]:
        """Questions that share words with a title, best first; a cut last word is completed.

        `forums`: only of those, because a person may not see the others.
        """
        async with self._db.read() as tx:
            return await search.find(tx, guild_id, fts_query(title), limit, forums)

    async def close(
        self, guild_id: int, title: str, limit: int, forums: Collection[int] | None = None
    ) -> list[Match]:
        """Questions so like this title that the asker should see them first."""
        if not limit:
            return []
        found = await self.similar(guild_id, title, CANDIDATES, forums)
        near = [(overlap(title, match.title), match) for match in found]
        near.sort(key=lambda pair: -pair[0])
        return [match for likeness, match in near if likeness >= CLOSE][:limit]
