"""What was mended after an outage, for the moderators; and until when all is known."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from bot.domain.observer import NOBODY, Observer
from bot.domain.views import Report
from bot.services.clock import Clock
from db.engine import Database
from db.queries import guilds, posts, repairs
from db.queries.posts import Place


class Repairs:
    """The record of repairs."""

    def __init__(self, database: Database, clock: Clock, observer: Observer = NOBODY) -> None:
        self._db = database
        self._clock = clock
        self._observer = observer

    async def record(self, guild_id: int, report: Report) -> None:
        """Keep a report, unless nothing was repaired."""
        if report.empty:
            return
        async with self._db.write() as tx:
            await repairs.add(tx, guild_id, self._clock(), asdict(report))
        self._observer.repaired(report)

    async def latest(self, guild_id: int, limit: int = 10) -> list[tuple[datetime, Report]]:
        """The newest reports of a server, newest first."""
        async with self._db.read() as tx:
            found = await repairs.latest(tx, guild_id, limit)
        return [(at, Report(**record)) for at, record in found]

    async def seen_at(self, guild_id: int) -> datetime | None:
        """Return until when the bot knew everything that happened on a server."""
        async with self._db.read() as tx:
            return await guilds.seen_at(tx, guild_id)

    async def seen(self, guild_ids: Sequence[int]) -> None:
        """Note that everything up to now is known."""
        async with self._db.write() as tx:
            for guild_id in guild_ids:
                await guilds.save_seen(tx, guild_id, self._clock())

    async def active(self, forum_id: int, since: datetime) -> list[Place]:
        """Visible questions of a forum in which something happened since then."""
        async with self._db.read() as tx:
            return await posts.active_questions(tx, forum_id, since)
