"""How many edits a card costs when 1,000 members vote on it at once; the last score shows."""

import asyncio
import time

from tests.benchmarks.measures import Measured
from tests.benchmarks.visit import UP, visit

VOTES = 1_000
AT_MOST = 15.0


def run() -> Measured:
    """Count the edits with the settings of the example and Discord's real limits."""
    return asyncio.run(_run())


async def _run() -> Measured:
    async with visit(1) as place:
        before = place.edits()
        await place.choose("ours", VOTES)
        start = time.perf_counter()
        place.react(UP, VOTES)
        assert await place.hear() == "done"
        while not _score(place.cards[0].embeds).startswith("+1.0k votes"):
            assert time.perf_counter() - start < AT_MOST, _score(place.cards[0].embeds)
            await asyncio.sleep(0.05)
        shown = time.perf_counter() - start
        await asyncio.sleep(5)
        edits = place.edits() - before
    return Measured(edits, f"{VOTES:,} votes, {edits} edits, last score after {shown:.1f} s")


def _score(embeds: list[dict[str, dict[str, str]]]) -> str:
    return embeds[0]["author"]["name"]
