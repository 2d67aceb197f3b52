"""Members: their names, standing and profile."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.reputation import Cause, Credit, total
from bot.services.clock import Clock
from bot.services.points import settle
from bot.services.settings import Settings
from db.engine import Database
from db.queries import ledger, members
from db.queries.ledger import Line
from db.queries.members import Counts


@dataclass(frozen=True, slots=True)
class Profile:
    """What a member's profile shows; points are not shortened here (qa A6)."""

    name: str
    points: int
    rank: int
    counts: Counts
    latest: tuple[Line, ...]


class Members:
    """Members of a server, as the forum knows them."""

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._db = database
        self._settings = settings
        self._clock = clock

    async def profile(
        self, guild_id: int, user_id: int, name: str, *, own: bool = False
    ) -> Profile:
        """Read a member's profile; only they see their ledger (it tells how they voted).

        One who never took part has the starting points.
        """
        rules = (await self._settings.of(guild_id)).rules
        floor = None if rules.floor is None else rules.floor - rules.base
        async with self._db.read() as tx:
            earned = await members.earned(tx, guild_id, [user_id])
            return Profile(
                name,
                total(earned.get(user_id, 0), rules),
                await members.rank(tx, guild_id, user_id, floor),
                await members.counts(tx, guild_id, user_id),
                tuple(await ledger.latest(tx, guild_id, user_id)) if own else (),
            )

    async def award(self, guild_id: int, user_id: int, amount: int) -> None:
        """Give a member points by hand, or take some with a negative amount (qa A5, bonus)."""
        rules = (await self._settings.of(guild_id)).rules
        async with self._db.write() as tx:
            about = (0, Cause.BONUS.value, user_id, 0)
            held = (await ledger.sums(tx, guild_id, [about])).get(about, 0)
            bonus = Credit(user_id, Cause.BONUS, 0, held + amount)
            await settle(tx, guild_id, rules, [bonus], self._clock())

    async def suspend(self, guild_id: int, user_id: int, until: datetime | None) -> None:
        """Suspend a member's votes until a moment, or lift it with None."""
        async with self._db.write() as tx:
            await members.suspend(tx, guild_id, user_id, until)
