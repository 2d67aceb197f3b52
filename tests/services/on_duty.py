"""A process that does its work once a line: `python -m tests.services.on_duty URL`."""

import asyncio
import sys

from bot.domain.settings import GuildSettings
from bot.domain.views import Report
from bot.services.forum import Forum
from db.engine import Database
from tests.world import GUILD, Clock


async def main(url: str) -> None:
    """Note a repair for each line, if on duty."""
    database = Database(url)
    forum = Forum(database, GuildSettings(), Clock())
    while await asyncio.to_thread(sys.stdin.readline):
        ours = await forum.duty.ours()
        if ours:
            await forum.repairs.record(GUILD, Report(votes_added=1))
        print("done" if ours else "left", flush=True)  # noqa: T201 - the test reads it
    await forum.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
