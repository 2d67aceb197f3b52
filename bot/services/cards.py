"""Cards: what is to be drawn, and what has been drawn."""

from collections.abc import Sequence

from bot.domain.shards import Shards
from bot.domain.views import PostView
from bot.services.settings import Settings
from db.engine import Database
from db.queries import drawing, views


class Cards:
    """Posts as they are to be shown, and how far Discord has followed."""

    def __init__(self, database: Database, settings: Settings, shards: Shards) -> None:
        self._db = database
        self._settings = settings
        self._shards = shards

    async def view(self, guild_id: int, post_id: int) -> PostView | None:
        """Read one post with all that its card shows."""
        rules = (await self._settings.of(guild_id)).rules
        async with self._db.read() as tx:
            view = await views.post(tx, post_id, rules)
        return view if view is not None and view.guild_id == guild_id else None

    async def stale(self) -> list[tuple[int, int]]:
        """(server, post) whose card is behind the database, of the servers served here."""
        async with self._db.read() as tx:
            return await drawing.stale(tx, self._shards)

    async def drawn(self, post_id: int, version: int, pages: Sequence[int] | None = None) -> None:
        """Note which version Discord shows, and in which messages its pages are."""
        async with self._db.write() as tx:
            await drawing.mark_drawn(tx, post_id, version)
            if pages is not None:
                await drawing.set_pages(tx, post_id, pages)

    async def redraw(self, *post_ids: int) -> None:
        """Have cards drawn again: Discord shows something else."""
        async with self._db.write() as tx:
            await drawing.redraw(tx, *post_ids)

    async def messages(self, question_id: int) -> list[int]:
        """All messages that a question's thread should have: cards, pages, comments."""
        async with self._db.read() as tx:
            return await drawing.messages(tx, question_id)
