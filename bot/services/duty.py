"""Work for all servers together: of several runs of the bot, one at a time is on duty."""

from db.engine import Database
from db.leases import Lease


class Duty:
    """Asked before each piece of work that belongs to no server.

    A run that lost the database for a moment may still be at work when the next one begins:
    what must never happen twice notes in its own transaction that it is done.
    """

    def __init__(self, database: Database) -> None:
        self._lease = Lease(database, "work for all servers")

    async def ours(self) -> bool:
        """Say whether this run is on duty; it takes over where nobody is."""
        return await self._lease.held()

    async def close(self) -> None:
        """Leave the duty to the others at once."""
        await self._lease.close()
