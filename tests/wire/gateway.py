"""The gateway: sessions with a replay buffer, over sockets that can be cut."""

import asyncio
import json
import time
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import discord
from aiohttp import WSMsgType, web

from tests.wire import payloads
from tests.wire.mischief import Mischief
from tests.wire.state import Json, World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
_CONTENT: Final = {"MESSAGE_CREATE", "MESSAGE_UPDATE"}
_INTENTS: Final = {
    "MESSAGE_REACTION": "guild_reactions",
    "MESSAGE": "guild_messages",
    "INTERACTION": "",
}


def intent_of(event: str) -> str:
    """The intent that an event needs; most of what is sent needs that of servers."""
    return next((name for start, name in _INTENTS.items() if event.startswith(start)), "guilds")


class Socket:
    """One connection; what is sent leaves in order, compressed if asked for."""

    def __init__(self, wire: web.WebSocketResponse, *, compressed: bool) -> None:
        self.wire = wire
        self._zlib = zlib.compressobj(1) if compressed else None
        self._waiting: asyncio.Queue[str] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    def send(self, text: str) -> None:
        """Send soon."""
        self._waiting.put_nowait(text)

    @property
    def idle(self) -> bool:
        """Say whether everything was handed to the network."""
        return self._waiting.empty()

    async def _write(self) -> None:
        with suppress(ConnectionError):
            while True:
                text = await self._waiting.get()
                if self._zlib is None:
                    await self.wire.send_str(text)
                    continue
                data = self._zlib.compress(text.encode())
                await self.wire.send_bytes(data + self._zlib.flush(zlib.Z_SYNC_FLUSH))

    def stop(self) -> None:
        """Send no more."""
        self._writer.cancel()

    def drop(self) -> None:
        """Break the connection without a word."""
        self.stop()
        if self.wire._req is not None and self.wire._req.transport is not None:
            self.wire._req.transport.abort()

    async def close(self, code: int) -> None:
        """Close with a code."""
        self.stop()
        await self.wire.close(code=code)


@dataclass
class Session:
    """What one client is told, kept for a RESUME."""

    id: str
    intents: discord.Intents
    shard: tuple[int, int]
    socket: Socket | None = None
    sent: list[str] = field(default_factory=list)

    def tell(self, event: str, data: Json) -> None:
        """Number an event, keep it, and send it if somebody listens."""
        number = len(self.sent) + 1
        text = json.dumps({"op": DISPATCH, "s": number, "t": event, "d": data})
        self.sent.append(text)
        if self.socket is not None:
            self.socket.send(text)

    def listens(self, event: str, guild_id: int) -> bool:
        """Say whether an event is for this client."""
        wanted = intent_of(event)
        mine = (guild_id >> 22) % self.shard[1] == self.shard[0]  # Private ones come to shard 0.
        if not guild_id and wanted.startswith("guild_"):
            wanted = wanted.replace("guild_", "dm_")
        return mine and (not wanted or getattr(self.intents, wanted))


class Gateway:
    """Tells the clients what happens."""

    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self._token = token
        self._next_start = 0.0
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self.open = True
        self.mischief: Mischief | None = None
        self.identified = 0
        self.apart = 0.0
        """Seconds that must lie between two log-ins; Discord wants 5."""
        self.too_soon: list[int] = []
        self.resumed = 0
        self.heartbeat = 41.25
        """Seconds that a client is told to leave between two heartbeats."""
        self.answers_heartbeats = True
        self.silent: set[int] = set()
        """Servers of which the bot is told nothing."""
        self.refused: list[int] = []

    def emit(self, event: str, data: Json, guild_id: int) -> None:
        """Tell everybody who listens; reactions suffer what a test asked for."""
        told = [(event, data, guild_id)]
        if self.mischief is not None and event.startswith("MESSAGE_REACTION"):
            told = self.mischief.stir(told[0])
        self._tell(told)

    def calm(self) -> None:
        """End the disorder; what was held back is told."""
        if self.mischief is not None:
            self._tell(self.mischief.rest())
            self.mischief = None

    def _tell(self, told: Iterable[tuple[str, Json, int]]) -> None:
        for event, data, guild_id in told:
            for session in self.sessions.values():
                if session.listens(event, guild_id) and guild_id not in self.silent:
                    session.tell(event, self._seen_by(session, event, data))

    def _seen_by(self, session: Session, event: str, data: Json) -> Json:
        own = data.get("author", {}).get("id") == str(self._world.bot.id)
        if event not in _CONTENT or own or session.intents.message_content:
            return data
        mention = f"<@{self._world.bot.id}>" in data.get("content", "")
        return data if mention or "guild_id" not in data else payloads.redacted(data)

    def cut(self) -> None:
        """Break all connections; sessions can be resumed."""
        for session in self.sessions.values():
            if session.socket is not None:
                session.socket.drop()
                session.socket = None

    def forget(self, shard: int | None = None) -> None:
        """Lose sessions, all or a shard's; a RESUME is answered with op 9, nothing is replayed."""
        for session in [s for s in self.sessions.values() if shard in {None, s.shard[0]}]:
            if session.socket is not None:
                session.socket.drop()
            del self.sessions[session.id]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection."""
        if not self.open:
            return web.Response(status=503)
        wire = web.WebSocketResponse(compress=False, max_msg_size=4096)
        await wire.prepare(request)
        socket = Socket(wire, compressed=request.query.get("compress") == "zlib-stream")
        socket.send(
            json.dumps({"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat * 1000)}})
        )
        try:
            async for message in wire:
                if message.type is not WSMsgType.TEXT:
                    break
                await self._received(socket, json.loads(message.data))
        finally:
            socket.stop()
            self._lost(socket)
        return wire

    async def _received(self, socket: Socket, message: Json) -> None:
        match message["op"]:
            case 1:
                if self.answers_heartbeats:
                    socket.send(json.dumps({"op": ACK}))
            case 2:
                await self._identify(socket, message["d"])
            case 6:
                await self._resume(socket, message["d"])
            case 3:
                pass
            case _:
                await self._refuse(socket, 4001)

    async def _identify(self, socket: Socket, asked: Json) -> None:
        intents = discord.Intents._from_value(asked["intents"])
        if asked["token"] != self._token:
            return await self._refuse(socket, 4004)
        if intents.message_content and not self._world.reads_content:
            return await self._refuse(socket, 4014)
        shard, shards = asked.get("shard", (0, 1))
        if time.monotonic() < self._next_start:
            self.too_soon.append(shard)
            return socket.send(json.dumps({"op": INVALID, "d": False}))
        self._next_start = time.monotonic() + self.apart
        self.identified += 1
        session = Session(f"session-{self.identified}", intents, (shard, shards), socket)
        self.sessions[session.id] = session
        self._greet(session)
        return None

    def _greet(self, session: Session) -> None:
        bot = self._world.bot
        theirs = [g for g in self._world.guilds.values() if bot.id in g.members]
        theirs = [g for g in theirs if session.listens("GUILD_CREATE", g.id)]
        ready: dict[str, Any] = {
            "v": 10,
            "user": payloads.user(bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in theirs],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": session.shard,
            "application": {"id": str(bot.id), "flags": 0},
        }
        session.tell("READY", ready)
        for guild in theirs:
            session.tell("GUILD_CREATE", payloads.guild(self._world, guild))

    async def _resume(self, socket: Socket, asked: Json) -> None:
        session = self.sessions.get(asked["session_id"])
        if session is None or asked["seq"] > len(session.sent):
            socket.send(json.dumps({"op": INVALID, "d": False}))
            return
        self.resumed += 1
        session.socket = socket
        for text in session.sent[asked["seq"] :]:
            socket.send(text)
        session.tell("RESUMED", {})

    async def _refuse(self, socket: Socket, code: int) -> None:
        self.refused.append(code)
        await socket.close(code)

    def _lost(self, socket: Socket) -> None:
        for session in self.sessions.values():
            if session.socket is socket:
                session.socket = None
