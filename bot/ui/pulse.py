"""Whether the bot works at this moment: its connections, its database, what waits."""

import asyncio
import math
import time
from collections.abc import Iterator, Mapping
from typing import Final

import discord
from discord.gateway import DiscordWebSocket

from bot.domain.vitals import Vitals
from bot.services.forum import Forum
from bot.ui.refresher import Refresher

PATIENCE: Final = 3.0
"""Seconds that the database has to answer."""
MISSED: Final = 2.5
"""Heartbeats without an answer that are too many."""


class Pulse:
    """Feels the bot's pulse."""

    def __init__(
        self, client: discord.Client, forum: Forum, refresher: Refresher, shards: int
    ) -> None:
        self._client = client
        self._forum = forum
        self._refresher = refresher
        self._shards = shards

    async def feel(self) -> Vitals:
        """Look at everything that must work for a vote to be counted and shown."""
        sockets = _sockets(self._client)
        queues = {"votes": self._forum.votes.waiting, "drawings": self._refresher.under_way}
        ailments = [*_of_discord(sockets, self._shards)]
        asking = asyncio.wait_for(self._forum.cards.stale(), PATIENCE)
        (stale,) = await asyncio.gather(asking, return_exceptions=True)
        if isinstance(stale, BaseException):
            ailments.append("the database does not answer")
        else:
            queues["cards"] = len(stale)
        return Vitals(
            tuple(ailments),
            len(self._client.guilds),
            {shard: ws.latency for shard, ws in sockets.items() if math.isfinite(ws.latency)},
            queues,
        )


def _sockets(client: discord.Client) -> dict[int, DiscordWebSocket]:
    """Each shard's connection; a bot without shards has number 0."""
    if isinstance(client, discord.AutoShardedClient):
        # discord.py shows only that a shard is open, not whether its session has begun.
        return {shard: info._parent.ws for shard, info in client.shards.items()}  # noqa: SLF001
    ws: DiscordWebSocket | None = client.ws
    return {0: ws} if ws is not None else {}


def _of_discord(sockets: Mapping[int, DiscordWebSocket], wanted: int) -> Iterator[str]:
    if len(sockets) < wanted:
        yield f"{len(sockets)} of {wanted} connections to Discord are begun"
    for shard, ws in sockets.items():
        if not ws.open or ws.session_id is None:
            yield f"connection {shard} to Discord has no session"
        elif _silent(ws):
            yield f"connection {shard} to Discord does not answer"


def _silent(ws: DiscordWebSocket) -> bool:
    """Say whether heartbeats go unanswered; discord.py has no public word for it."""
    heart = ws._keep_alive  # noqa: SLF001
    if heart is None or heart.interval is None:
        return True
    return time.perf_counter() - heart._last_ack > MISSED * heart.interval  # noqa: SLF001
