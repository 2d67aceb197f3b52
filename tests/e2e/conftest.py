"""The server that most end-to-end tests happen on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from simcord import Env
from simcord.backend import serializers
from simcord.http import router
from simcord.http.client import FakeHTTPClient

from bot.app import ForumBot
from tests.e2e.strict import awake_only, strict, unhurried
from tests.e2e.town import Town, build, configuration, found, new_bot


@pytest.fixture(autouse=True)
def discords_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SimCord refuse what Discord refuses."""
    monkeypatch.setattr(router, "dispatch", strict(router.dispatch))
    monkeypatch.setattr(FakeHTTPClient, "request", unhurried(FakeHTTPClient.request))
    described = awake_only(serializers.guild_create_payload)
    monkeypatch.setattr(serializers, "guild_create_payload", described)


@pytest_asyncio.fixture
async def simcord_bot(tmp_path: Path) -> AsyncIterator[ForumBot]:
    """The real bot, for SimCord's own fixture."""
    bot = await new_bot(configuration(tmp_path / "forum.db"))
    yield bot
    await bot.database.close()


@pytest_asyncio.fixture
async def place(simcord_env: Env, simcord_bot: ForumBot) -> AsyncIterator[Town]:
    """A server with one category."""
    opened = await found(simcord_env, simcord_bot, simcord_bot.config, "Gadgets")
    yield opened
    await opened.quiet()
    if opened.bot is not simcord_bot:
        await opened.bot.database.close()


@pytest_asyncio.fixture
async def bare(simcord_env: Env, simcord_bot: ForumBot) -> AsyncIterator[Town]:
    """A server on which nobody has run `/setup` yet."""
    opened = build(simcord_env, simcord_bot, simcord_bot.config)
    yield opened
    await opened.quiet()
    if opened.bot is not simcord_bot:
        await opened.bot.database.close()
