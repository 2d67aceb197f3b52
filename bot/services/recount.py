"""Rebuilding every number from posts and ballots, and saying what differed."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.services.clock import Clock
from bot.services.points import settle_all
from bot.services.settings import Settings
from db.engine import Database, Tx
from db.queries import ballots, members, posts

Progress = Callable[[int, int], None]
"""Told (done, all) as a long work goes on."""


@dataclass(frozen=True, slots=True)
class Differences:
    """What a recount had to change; all zero when every number was right."""

    scores: int = 0
    ledger: int = 0
    points: int = 0

    @property
    def none(self) -> bool:
        """Every number was right."""
        return self == Differences()


class Recount:
    """Rebuilds scores, ledger and points of every server."""

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._db = database
        self._settings = settings
        self._clock = clock

    async def all(self, progress: Progress) -> Differences:
        """Recount everything, a server a transaction."""
        async with self._db.read() as tx:
            guilds = await posts.guilds(tx)
        total = Differences()
        for done, guild_id in enumerate(guilds):
            progress(done, len(guilds))
            found = await self.guild(guild_id)
            total = Differences(
                total.scores + found.scores,
                total.ledger + found.ledger,
                total.points + found.points,
            )
        progress(len(guilds), len(guilds))
        return total

    async def guild(self, guild_id: int) -> Differences:
        """Recount one server."""
        async with self._db.write() as tx:
            rules = (await self._settings.of(guild_id)).rules
            now = self._clock()
            scores = await _scores(tx, guild_id)
            wrong = await settle_all(tx, guild_id, rules, now)
            points = await members.mend(tx, guild_id)
        return Differences(scores, wrong, points)


async def _scores(tx: Tx, guild_id: int) -> int:
    """Recount the scores that differ from their ballots; returns how many did."""
    wrong = await ballots.miscounted(tx, guild_id)
    if wrong:
        await ballots.recount(tx, wrong)
    return len(wrong)
