"""Reaction events on the socket to durable votes, against the same bot with an empty handler.

Theirs is discord.py's own ceiling: it reads the event, and nobody does anything about it.
"""

import asyncio
import time

from tests.benchmarks.measures import Measured, compare
from tests.benchmarks.visit import OTHER, UP, Visit, visit

EVENTS = 20_000
CARDS = 40
ROUNDS = 3


def run() -> Measured:
    """Compare events per second; each event is the first vote of a member on a card."""
    with asyncio.Runner() as runner:
        opening = visit(CARDS)
        place = runner.run(opening.__aenter__())

        def rate(who: str) -> float:
            return runner.run(events_per_second(place, who))

        measured = compare(lambda: rate("ours"), lambda: rate("empty"), "events/s", ROUNDS)
        runner.run(opening.__aexit__(None, None, None))
    return measured


async def events_per_second(place: Visit, who: str) -> float:
    """Put all events on the socket; wait until the bot is done with the last."""
    await place.choose(who, EVENTS)
    place.react(UP if who == "ours" else OTHER, EVENTS)
    start = time.perf_counter()
    assert await place.hear() == "done"
    return EVENTS / (time.perf_counter() - start)
