"""How long a slash command waits behind 5,000 reactions, against an empty handler."""

import asyncio
import time

from tests.benchmarks.measures import Measured, compare
from tests.benchmarks.visit import OTHER, UP, Visit, visit

EVENTS = 5_000
CARDS = 10
ROUNDS = 5


def run() -> Measured:
    """Compare milliseconds from the burst to the answer."""
    with asyncio.Runner() as runner:
        opening = visit(CARDS)
        place = runner.run(opening.__aenter__())

        def wait(who: str) -> float:
            return runner.run(milliseconds(place, who))

        measured = compare(lambda: wait("ours"), lambda: wait("empty"), "ms", ROUNDS)
        runner.run(opening.__aexit__(None, None, None))
    return measured


async def milliseconds(place: Visit, who: str) -> float:
    """Type a command right behind the burst; then wait for the rest of the burst."""
    await place.choose(who, EVENTS)
    place.react(UP if who == "ours" else OTHER, EVENTS)
    start = time.perf_counter()
    done = await place.owner.slash(place.welcome, "why", number=1)
    spent = time.perf_counter() - start
    assert "You have not voted" in done.text(), done.text()
    assert await place.hear() == "done"
    return spent * 1000
