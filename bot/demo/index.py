"""A small page on loopback in front of SimCord's: channels, question threads and members."""

import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any, cast

from aiohttp import web
from simcord import (
    BackendError,
    ChannelHandle,
    Env,
    GuildHandle,
    InteractionResult,
    MemberActor,
    SetupError,
)

from bot.demo.menus import Menus
from bot.demo.passage import LARGEST_UPLOAD, Passage
from bot.demo.stage import Stage
from bot.demo.world import Json, Refused, World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_SAFE = frozenset({"GET", "HEAD"})
_PATIENCE = 2.0
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class ForumPage:
    """Serves the index and, under the same address, the channel that is open."""

    def __init__(
        self,
        env: Env,
        guild: GuildHandle,
        members: Sequence[MemberActor],
        *,
        port: int = 0,
        host: str = "127.0.0.1",
    ) -> None:
        self._world = World(env, guild, tuple(members))
        self._stage = Stage(env)
        self._menus = Menus(self._world)
        self._passage = Passage()
        self._host, self._port = host, port
        self._token = secrets.token_urlsafe(24)
        self._runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Begin to serve; returns the address, which is a secret of this session."""
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=_PATIENCE)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self._port = int(runner.addresses[0][1])
        await self._passage.start()
        return f"http://{self._host}:{self._port}/forum/{self._token}/"

    async def open(self, channel: ChannelHandle, viewer: MemberActor | None = None) -> None:
        """Show a channel or thread, beginning as this member where that member may read it."""
        readers = self._world.readers(channel)
        if not readers:
            raise Refused("No member of this demo may read that channel.", 403)
        if viewer is not None and viewer not in readers:
            raise Refused(f"{viewer.name} may not read that channel.", 403)
        readers.sort(key=lambda member: member is not viewer)
        await self._stage.show(channel, readers)

    async def close(self) -> None:
        """Close the open channel and stop to serve; may be called twice."""
        await self._stage.close()
        await self._passage.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _application(self) -> web.Application:
        app = web.Application(
            middlewares=[self._guard, _answer_refusals], client_max_size=LARGEST_UPLOAD
        )
        own = f"/forum/{self._token}"
        app.router.add_get(f"{own}/", self._index)
        app.router.add_get(f"{own}/state", self._state)
        app.router.add_get(f"{own}/menu", self._menu)
        app.router.add_post(f"{own}/open", self._open)
        app.router.add_post(f"{own}/letters", self._open_letters)
        app.router.add_post(f"{own}/post", self._post)
        app.router.add_post(f"{own}/menu", self._choose)
        app.router.add_route("*", "/{rest:(?!forum/).*}", self._hand_on)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer only what was asked under our own name and, for changes, by our own page."""
        hosts = {f"{name}:{self._port}" for name in (self._host, "localhost")}
        if not _among(request.headers.get("Host", ""), hosts):
            raise web.HTTPForbidden(text="Open this page under its own address.")
        origin = request.headers.get("Origin")
        if origin is None or _among(origin, {f"http://{host}" for host in hosts}):
            return await handler(request)
        raise web.HTTPForbidden(text="Another page cannot use this one.")

    async def _index(self, _: web.Request) -> web.Response:
        nonce = secrets.token_urlsafe(16)
        page = files("bot.demo").joinpath("page.html").read_text(encoding="utf-8")
        policy = (
            f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
            "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"
        )
        headers = {**_HEADERS, "Content-Security-Policy": policy}
        return web.Response(
            text=page.replace("@nonce@", nonce),
            content_type="text/html",
            headers=headers,
        )

    async def _state(self, _: web.Request) -> web.Response:
        return self._told()

    async def _open(self, request: web.Request) -> web.Response:
        body = await _body(request)
        channel = self._world.channel(_number(body, "channel_id"))
        viewer = self._viewer(body)
        await self.open(channel, viewer)
        return self._told()

    async def _open_letters(self, request: web.Request) -> web.Response:
        member = self._world.member(_number(await _body(request), "member_id"))
        await self._stage.show(member.user.dm_channel, [member.user])
        return self._told()

    async def _post(self, request: web.Request) -> web.Response:
        body = await _body(request)
        author = self._world.member(_number(body, "member_id"))
        tags = [int(tag) for tag in body.get("tags", ())]
        async with self._stage.turn:
            await self._stage.when_free(self._world.env.settle)
            posted = self._world.post(
                author,
                _number(body, "forum_id"),
                str(body.get("title", "")),
                str(body.get("text", "")),
                tags,
            )
            await self._stage.when_free(self._world.env.settle)
        await self.open(self._world.channel(posted), author)
        return self._told()

    async def _menu(self, request: web.Request) -> web.Response:
        member = self._world.member(_number(request.query, "member_id"))
        shown = self._stage.channel
        offer = self._menus.offer(member, shown) if shown and shown.guild else None
        return web.json_response(offer or {"commands": [], "messages": []}, headers=_HEADERS)

    async def _choose(self, request: web.Request) -> web.Response:
        body = await _body(request)
        member = self._world.member(_number(body, "member_id"))
        channel = self._world.channel(_number(body, "channel_id"))
        await self.open(channel, member)
        async with self._stage.turn:
            result = await self._stage.when_free(lambda: self._chosen(member, channel, body))
            await self._stage.refresh(result)
        return self._told()

    async def _chosen(
        self, member: MemberActor, channel: ChannelHandle, body: Json
    ) -> InteractionResult:
        return await self._menus.choose(
            member,
            channel,
            str(body.get("command", "")),
            _number(body, "target_id"),
        )

    async def _hand_on(self, request: web.Request) -> web.StreamResponse:
        if request.method in _SAFE:
            return await self._passage.hand_on(request, self._shown_port())
        async with self._stage.turn:  # SimCord refuses an action while another is under way.
            return await self._passage.hand_on(request, self._shown_port())

    def _shown_port(self) -> int:
        port = self._stage.port
        if port is None:
            raise web.HTTPServiceUnavailable(text="No channel is open.")
        return port

    def _viewer(self, body: Json) -> MemberActor | None:
        return self._world.member(_number(body, "member_id")) if body.get("member_id") else None

    def _told(self) -> web.Response:
        state = {**self._world.describe(), "open": self._stage.describe()}
        return web.json_response(state, headers=_HEADERS)


@web.middleware
async def _answer_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what cannot be done with one clear sentence."""
    try:
        return await handler(request)
    except Refused as refused:
        return web.json_response({"error": refused.text}, status=refused.status, headers=_HEADERS)
    except (SetupError, BackendError) as error:
        return web.json_response({"error": str(error)}, status=400, headers=_HEADERS)
    except TimeoutError:
        text = "The bot has not come to rest yet. Try again in a moment."
        return web.json_response({"error": text}, status=503, headers=_HEADERS)


async def _body(request: web.Request) -> Json:
    """Read a JSON object; refuse anything else."""
    try:
        found = await request.json()
    except ValueError as error:
        raise Refused("Send a JSON object.") from error
    if not isinstance(found, dict):
        raise Refused("Send a JSON object.")
    return cast(Json, found)


def _number(body: Mapping[str, Any], name: str) -> int:
    """Read an id, which JSON carries as text."""
    found = str(body.get(name, ""))
    if not (found.isascii() and found.isdecimal() and len(found) <= 20):
        raise Refused(f"{name} is not an id.")
    return int(found)


def _among(found: str, allowed: set[str]) -> bool:
    return any(hmac.compare_digest(found.encode(), one.encode()) for one in allowed)
