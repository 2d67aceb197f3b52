"""A plain client of discord.py, for tests of the double itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import discord
from discord.http import Route

from tests.wire.double import Discord, opened
from tests.wire.host import connected
from tests.wire.people import Person
from tests.wire.state import FORUM, THREAD, Channel, Guild, Message


class Listener(discord.Client):
    """Keeps what it is told; answers interactions only when a test does."""

    def __init__(self, intents: discord.Intents) -> None:
        super().__init__(intents=intents, chunk_guilds_at_startup=False, max_ratelimit_timeout=30.0)
        self.told: list[Any] = []
        self.news = asyncio.Event()

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """Keep a reaction."""
        self._keep(payload)

    async def on_message(self, message: discord.Message) -> None:
        """Keep a message."""
        self._keep(message)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Keep an interaction."""
        self._keep(interaction)

    async def on_resumed(self) -> None:
        """Keep that the session went on."""
        self._keep("resumed")

    async def on_ready(self) -> None:
        """Keep that a session began."""
        self._keep("ready")

    def _keep(self, news: Any) -> None:
        self.told.append(news)
        self.news.set()

    async def until(self, count: int) -> list[Any]:
        """Wait for so many news; the news."""
        async with asyncio.timeout(5):
            while len(self.told) < count:
                self.news.clear()
                await self.news.wait()
        return self.told


@dataclass
class Plain:
    """A plain client, its server, and a member there."""

    discord: Discord
    client: Listener
    guild: Guild
    ada: Person

    @property
    def place(self) -> Channel:
        """The server's text channel."""
        return self.discord.world.channels[self.guild.system_channel_id or 0]

    def forum(self, *tags: str) -> Channel:
        """A new forum with these tags."""
        world = self.discord.world
        made = Channel(world.clock.snowflake(), FORUM, "forum", self.guild.id)
        made.tags = [
            {"id": str(world.clock.snowflake()), "name": name}
            | {"moderated": False, "emoji_id": None, "emoji_name": None}
            for name in tags
        ]
        return world.add(made)

    def thread(self) -> tuple[Channel, Message]:
        """A forum post of the bot's own."""
        world = self.discord.world
        number = world.clock.snowflake()
        made = Channel(number, THREAD, "post", self.guild.id, self.forum().id, world.bot.id)
        self.discord.open_thread(made)
        message = Message(number, number, world.bot.id, "hello")
        self.discord.place(message)
        return made, message

    async def request(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """Ask the API by hand, as discord.py does."""
        given = {} if body is None else {"json": body}
        return await self.client.http.request(Route(method, path, **params), **given)

    async def send(self, channel: Channel, **body: Any) -> Any:
        """Send a message by hand."""
        path = "/channels/{channel_id}/messages"
        return await self.request("POST", path, body, channel_id=channel.id)

    def deny(self, *names: str) -> None:
        """Take permissions from the bot in the text channel."""
        denied = discord.Permissions(**dict.fromkeys(names, True)).value
        rule = {"id": str(self.discord.world.bot.id), "type": 1, "allow": "0", "deny": str(denied)}
        self.place.overwrites[self.discord.world.bot.id] = rule


@asynccontextmanager
async def plain_client(**intents: bool) -> AsyncIterator[Plain]:
    """Open a double with a plain client on it."""
    async with opened() as double:
        guild = double.found_guild("Plain")
        ada = double.world.user("ada")
        double.world.join(guild, ada)
        wanted = {"guilds": True, "guild_messages": True, "guild_reactions": True, **intents}
        client = Listener(discord.Intents(**wanted))
        async with connected(double, client):
            yield Plain(double, client, guild, Person(double, guild, ada))
