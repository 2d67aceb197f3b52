"""A double of Discord for the tests of the command line."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.cli.loopback import Double


@pytest_asyncio.fixture
async def double() -> AsyncIterator[Double]:
    opened = Double()
    runner = await opened.start()
    yield opened
    await runner.cleanup()
