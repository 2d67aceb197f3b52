"""The town that most wire tests happen in."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.wire.plain import Plain, plain_client
from tests.wire.town import Town, town


@pytest.fixture
def file(template: Path, tmp_path: Path) -> Path:
    """A migrated database of the test's own."""
    return shutil.copyfile(template, tmp_path / "forum.db")


@pytest.fixture
async def place(file: Path) -> AsyncIterator[Town]:
    """A server with the bot on it and `/setup` done."""
    async with town(file) as opened:
        yield opened


@pytest.fixture
async def plain() -> AsyncIterator[Plain]:
    """A plain client of discord.py on a server of its own."""
    async with plain_client() as opened:
        yield opened
