"""The double put together: what happens on it, and who is told."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Final

import discord
import yarl
from aiohttp import web

from bot.ui import permissions
from tests.wire import payloads
from tests.wire.calls import Call
from tests.wire.gateway import Gateway
from tests.wire.interactions import Interaction
from tests.wire.limits import Limits
from tests.wire.rest import BASE, Api
from tests.wire.state import DM, THREAD, Channel, Guild, Json, Message, Reaction, World

TOKEN: Final = "double.of.discord"
BACKLOG: Final = 2048
Fault = int | str | Callable[[], object] | None


@dataclass
class Faults:
    """What shall go wrong next: a status to answer with, "cut", or None for nothing.

    "late" is carried out and answered with 500, "late cut" is carried out without an answer.
    """

    planned: dict[tuple[str, str], list[Fault]] = field(default_factory=dict)

    def plan(self, method: str, template: str, *kinds: Fault) -> None:
        """Let the next requests of a route fail like this, one after the other."""
        self.planned.setdefault((method, template), []).extend(kinds)

    def take(self, method: str, template: str) -> Fault:
        """What goes wrong with this request."""
        waiting = self.planned.get((method, template))
        return waiting.pop(0) if waiting else None


class Discord:
    """A Discord on the loopback interface."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self.limits = Limits()
        self.faults = Faults()
        self.gateway = Gateway(self.world, TOKEN)
        self.api = Api(self, TOKEN)
        self.interactions: dict[str, Interaction] = {}
        self.address = ""
        self.calls: list[Call] = []
        self.refused: list[str] = []
        self.limited: list[str] = []
        self.surprises: list[str] = []

    def counted(self) -> Counter[str]:
        """How often each route was called."""
        return Counter(f"{call.method} {call.template}" for call in self.calls)

    def found_guild(self, name: str, shard: tuple[int, int] = (0, 1)) -> Guild:
        """A server with the bot in it, which has the permissions of its invite link."""
        rights = discord.Permissions(permissions.integer())
        guild = self.world.guild(name, self.world.user("owner"), rights, shard)
        welcome = Channel(self.world.clock.snowflake(), 0, "welcome", guild.id)
        guild.system_channel_id = self.world.add(welcome).id
        return guild

    def withdraw(self, guild: Guild, *, kicked: bool) -> None:
        """Take a server from the bot: by a kick, or because Discord cannot reach it itself."""
        self.gateway.emit(
            "GUILD_DELETE", {"id": str(guild.id), "unavailable": not kicked}, guild.id
        )
        self.gateway.silent.add(guild.id)
        if kicked:
            del guild.members[self.world.bot.id]

    def give_back(self, guild: Guild) -> None:
        """Give it back, as it is now: by an invitation with the same role, or by itself."""
        self.gateway.silent.discard(guild.id)
        if self.world.bot.id not in guild.members:
            own = next(r.id for r in guild.roles.values() if r.name == self.world.bot.name)
            self.world.join(guild, self.world.bot, own)
        self.gateway.emit("GUILD_CREATE", payloads.guild(self.world, guild), guild.id)

    def open_thread(self, thread: Channel) -> None:
        """Put a forum post's thread in place; its first message comes after."""
        self.world.add(thread)
        body = payloads.channel(self.world, thread) | {"newly_created": True}
        self.gateway.emit("THREAD_CREATE", body, thread.guild_id)

    def tell_of_channel(self, channel: Channel) -> None:
        """Tell of a channel or a thread that was changed."""
        event = "THREAD_UPDATE" if channel.type == THREAD else "CHANNEL_UPDATE"
        self.gateway.emit(event, payloads.channel(self.world, channel), channel.guild_id)

    def remove(self, channel: Channel) -> None:
        """Delete a channel or a thread, with what is in it."""
        body = payloads.channel(self.world, channel)
        self.world.channels.pop(channel.id)
        self.world.messages.pop(channel.id)
        event = "THREAD_DELETE" if channel.type == 11 else "CHANNEL_DELETE"
        self.gateway.emit(event, body, channel.guild_id)

    def place(self, message: Message) -> None:
        """Keep a message and tell of it; of an ephemeral one nobody is told."""
        self.world.messages[message.channel_id][message.id] = message
        if message.shown_to is None:
            self.tell_of(message, "MESSAGE_CREATE")

    def tell_of(self, message: Message, event: str) -> None:
        """Tell of a new or edited message."""
        channel = self.world.channels[message.channel_id]
        body = payloads.message(self.world, message)
        if channel.type != DM:
            body["guild_id"] = str(channel.guild_id)
            writer = self.world.guilds[channel.guild_id].members.get(message.author_id)
            if writer is not None:
                who = payloads.member(writer)
                body["member"] = {name: who[name] for name in who if name != "user"}
        self.gateway.emit(event, body, channel.guild_id)

    def erase(self, message: Message) -> None:
        """Delete a message."""
        del self.world.messages[message.channel_id][message.id]
        channel = self.world.channels[message.channel_id]
        body = {"id": str(message.id), "channel_id": str(channel.id)}
        if channel.guild_id:
            body["guild_id"] = str(channel.guild_id)
        self.gateway.emit("MESSAGE_DELETE", body, channel.guild_id)

    def react(self, message: Message, sign: str, user_id: int, *, burst: bool = False) -> None:
        """Put an emoji under a message; a second time changes nothing."""
        put = message.reactions.setdefault(sign, Reaction())
        there = put.burst if burst else put.normal
        if user_id in there:
            return
        there[user_id] = None
        channel = self.world.channels[message.channel_id]
        body = _reaction(channel, message, sign, user_id, burst=burst)
        body["message_author_id"] = str(message.author_id)
        who = self.world.guilds[channel.guild_id].members[user_id] if channel.guild_id else None
        if who is not None:
            body["member"] = payloads.member(who)
        self.gateway.emit("MESSAGE_REACTION_ADD", body, channel.guild_id)

    def unreact(self, message: Message, sign: str, user_id: int, *, burst: bool = False) -> None:
        """Take an emoji off; one that is not there changes nothing."""
        put = message.reactions.get(sign, Reaction())
        there = put.burst if burst else put.normal
        if user_id not in there:
            return
        del there[user_id]
        channel = self.world.channels[message.channel_id]
        body = _reaction(channel, message, sign, user_id, burst=burst)
        self.gateway.emit("MESSAGE_REACTION_REMOVE", body, channel.guild_id)

    @property
    def idle(self) -> bool:
        """Say whether no request is under way and all that was to be told is sent."""
        sockets = [session.socket for session in self.gateway.sessions.values()]
        return not self.api.under_way and all(s is None or s.idle for s in sockets)


def _reaction(channel: Channel, message: Message, sign: str, user_id: int, *, burst: bool) -> Json:
    body: Json = {
        "user_id": str(user_id),
        "channel_id": str(channel.id),
        "message_id": str(message.id),
        "emoji": payloads.emoji(sign),
        "burst": burst,
        "type": int(burst),
    }
    if channel.guild_id:
        body["guild_id"] = str(channel.guild_id)
    return body


@asynccontextmanager
async def opened(world: World | None = None) -> AsyncIterator[Discord]:
    """Serve a double on a free port, and point discord.py at it; its world may be older."""
    double = Discord(world)
    app = web.Application(client_max_size=25 * 2**20)
    for path in ("/", "/gateway"):
        app.router.add_get(path, double.gateway.serve)
    double.api.install(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=BACKLOG).start()
        port = runner.addresses[0][1]
        double.address = f"http://127.0.0.1:{port}{BASE}"
        double.gateway.url = f"ws://127.0.0.1:{port}/"
        with _redirected(port):
            yield double
    finally:
        await runner.cleanup()


@contextmanager
def _redirected(port: int) -> Iterator[None]:
    kinds = (discord.http.Route, discord.gateway.DiscordWebSocket)
    before = (kinds[0].BASE, kinds[1].DEFAULT_GATEWAY)
    kinds[0].BASE = f"http://127.0.0.1:{port}{BASE}"
    kinds[1].DEFAULT_GATEWAY = yarl.URL(f"ws://127.0.0.1:{port}/")
    try:
        yield
    finally:
        kinds[0].BASE, kinds[1].DEFAULT_GATEWAY = before
