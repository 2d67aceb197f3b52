"""As much of Discord as a start and the doctor need: REST and gateway on loopback."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web
from aiohttp.test_utils import unused_port

from bot.ui.permissions import integer
from tests.cli.shell import TOKEN

ME: Final = {"id": "77", "username": "askwell", "discriminator": "0", "avatar": None, "bot": True}
OWNER: Final = {**ME, "id": "78", "username": "owner", "bot": False}
APPLICATION: Final = 4242
GRANTED, LIMITED = 1 << 18, 1 << 19
SERVER: Final = 900
FORUM: Final = 901
ROLE: Final = 902


@dataclass
class Double:
    """What this Discord holds, and how it behaves; tests change it."""

    flags: int = GRANTED
    endpoint: str | None = None
    everyone: int = 0
    granted: int = field(default_factory=integer)
    overwrites: list[dict[str, Any]] = field(default_factory=list)
    servers: tuple[int, ...] = (SERVER,)
    channels: bool = True
    close_code: int | None = None
    hangs: bool = False
    broken: str | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    address: str = ""

    def overwrite(self, *, deny: int, role: int = ROLE) -> None:
        """Deny something to a role in the forum channel."""
        self.overwrites.append({"id": str(role), "type": 0, "allow": "0", "deny": str(deny)})

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a request over HTTP."""
        self.asked.set()
        if self.hangs:
            await asyncio.sleep(600)
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            return _json({"message": "401: Unauthorized", "code": 0}, 401)
        if self.broken is not None:
            return _json(self.broken)
        found = self._known().get(request.path)
        if found is None:
            return _json({"message": "Unknown", "code": 10003}, 404)
        return _json(found)

    def _known(self) -> dict[str, Any]:
        guilds = [self._server(number) for number in self.servers]
        return {
            "/users/@me": ME,
            "/oauth2/applications/@me": self._application(),
            f"/applications/{APPLICATION}/commands": [],
            "/users/@me/guilds": guilds,
            **{f"/guilds/{guild['id']}": guild for guild in guilds},
            f"/guilds/{SERVER}/channels": [self._forum()] if self.channels else [],
            f"/guilds/{SERVER}/members/{ME['id']}": {
                "user": ME,
                "roles": [str(ROLE)],
                "joined_at": "2026-01-01T00:00:00+00:00",
                "deaf": False,
                "mute": False,
                "flags": 0,
            },
        }

    def _application(self) -> dict[str, Any]:
        return {
            "id": str(APPLICATION),
            "name": "Askwell",
            "description": "",
            "icon": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": OWNER,
            "verify_key": "0",
            "flags": self.flags,
            "interactions_endpoint_url": self.endpoint,
        }

    def _server(self, number: int) -> dict[str, Any]:
        roles = [(number, "@everyone", self.everyone), (ROLE, "Askwell", self.granted)]
        return {
            "id": str(number),
            "name": f"Bramble {number}",
            "owner_id": OWNER["id"],
            "roles": [_role(*role, position) for position, role in enumerate(roles)],
        }

    def _forum(self) -> dict[str, Any]:
        return {
            "id": str(FORUM),
            "type": 15,
            "guild_id": str(SERVER),
            "name": "questions",
            "position": 0,
            "permission_overwrites": self.overwrites,
            "available_tags": [],
        }

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        """Speak as the gateway does: hello, ready, heartbeats; or close with a code."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 45_000}})
        await socket.receive_json()
        if self.close_code is not None:
            await socket.close(code=self.close_code)
            return socket
        ready = {
            "v": 10,
            "user": ME,
            "guilds": [],
            "session_id": "s",
            "resume_gateway_url": "ws://127.0.0.1:1",
            "application": {"id": str(APPLICATION), "flags": self.flags},
        }
        await socket.send_json({"op": 0, "s": 1, "t": "READY", "d": ready})
        async for message in socket:
            if message.json()["op"] == 1:
                await socket.send_json({"op": 11})
        return socket

    async def start(self) -> web.AppRunner:
        """Serve on a free port of loopback."""
        site = web.Application()
        site.router.add_get("/gateway/", self.gateway)
        site.router.add_get("/gateway", self.gateway)
        site.router.add_route("*", "/{path:.*}", self.answer)
        runner = web.AppRunner(site, shutdown_timeout=0.1)
        await runner.setup()
        port = unused_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.address = f"http://127.0.0.1:{port}"
        return runner


def _json(content: object, status: int = 200) -> web.Response:
    """Answer as Discord does: without a charset, which discord.py insists on."""
    body = json.dumps(content).encode()
    return web.Response(body=body, status=status, content_type="application/json")


def _role(number: int, name: str, permissions: int, position: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "name": name,
        "permissions": str(permissions),
        "position": position,
        "color": 0,
        "hoist": False,
        "managed": False,
        "mentionable": False,
    }
