"""The API over HTTP: who asks, how often, in what form; then the route; then the answer."""

import asyncio
import inspect
import json
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from tests.wire import account, channels, interactions, messages, reactions, schema
from tests.wire.calls import ROUTES, Call
from tests.wire.refusals import Limited, Refused
from tests.wire.state import Json

if TYPE_CHECKING:
    from tests.wire.double import Discord

LOADED: Final = (account, channels, interactions, messages, reactions)
BASE: Final = "/api/v10"
VIA: Final = {"Via": "1.1 double"}


class Api:
    """Serves the routes, and notes what no client of Discord's may do."""

    def __init__(self, discord: "Discord", token: str) -> None:
        self._discord = discord
        self._token = token
        self.under_way = 0

    def install(self, app: web.Application) -> None:
        """Serve all routes; any other is a surprise."""
        for method, template in ROUTES:
            app.router.add_route(method, BASE + template, self.serve)
        app.router.add_route("*", "/{rest:.*}", self._unknown)

    async def _unknown(self, request: web.Request) -> web.Response:
        self._discord.surprises.append(f"unknown route {request.method} {request.path}")
        return web.json_response({"message": "404: Not Found", "code": 0}, status=404)

    async def serve(self, request: web.Request) -> web.Response:
        """Answer one request."""
        self.under_way += 1
        try:
            return await self._serve(request)
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception as error:
            self._discord.surprises.append(f"{request.method} {request.path}: {error!r}")
            raise
        finally:
            self.under_way -= 1

    async def _serve(self, request: web.Request) -> web.Response:
        call = self._call(request)
        self._discord.calls.append(call)
        headers: dict[str, str] = {}
        try:
            self._authorize(request, call)
            headers = self._discord.limits.take(call.method, call.template, call.params)
            broken = self._discord.faults.take(call.method, call.template)
            if broken == "cut" and request.transport is not None:
                request.transport.abort()
                raise ConnectionResetError
            if callable(broken):
                broken()
            if isinstance(broken, int):
                return _reply(broken, {"message": "as planned", "code": 0}, headers)
            await self._read(request, call)
            answer = await self._answer(call, headers)
            if broken == "late cut" and request.transport is not None:
                request.transport.abort()
            return _reply(500, {"message": "late", "code": 0}, headers) if broken else answer
        except Refused as refused:
            self._discord.refused.append(f"{call.method} {call.template} {refused}")
            return _reply(refused.status, refused.body(), headers)
        except Limited as limited:
            self._discord.limited.append(f"{call.method} {call.template}")
            headers |= {"Retry-After": f"{limited.wait:.3f}", "X-RateLimit-Scope": limited.scope}
            return _reply(429, limited.body(), headers | VIA)

    def _call(self, request: web.Request) -> Call:
        resource = request.match_info.route.resource
        assert resource is not None
        template = resource.canonical.removeprefix(BASE)
        return Call(self._discord, request.method, template, request.match_info, request.query)

    def _authorize(self, request: web.Request, call: Call) -> None:
        by_token = call.template.startswith(("/interactions/", "/webhooks/"))
        if not by_token and request.headers.get("Authorization") != f"Bot {self._token}":
            raise Refused(0)

    async def _read(self, request: web.Request, call: Call) -> None:
        """Take in the JSON, and the files that come with it."""
        if request.content_type == "multipart/form-data":
            form = await request.post()
            call.body = json.loads(str(form["payload_json"]))
            call.files = [self._file(part) for name, part in form.items() if name != "payload_json"]
        elif request.can_read_body:
            call.body = await request.json()
        else:
            return
        problems = schema.request_problems(call.method, call.template, call.body)
        if problems:
            raise Refused(50035, *problems)

    def _file(self, part: Any) -> Json:
        number = self._discord.world.clock.snowflake()
        url = f"https://cdn.discordapp.com/attachments/1/{number}/{part.filename}"
        size = len(part.file.read())
        return {
            "id": str(number),
            "filename": part.filename,
            "size": size,
            "url": url,
            "proxy_url": url,
        }

    async def _answer(self, call: Call, headers: dict[str, str]) -> web.Response:
        function, status = ROUTES[(call.method, call.template)]
        body = function(call)
        if inspect.isawaitable(body):
            body = await body
        if body is None:
            return web.Response(status=204, headers=headers)
        for problem in schema.response_problems(call.method, call.template, status, body):
            self._discord.surprises.append(
                f"own answer to {call.method} {call.template}: {problem}"
            )
        return _reply(status, body, headers)


def _reply(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    """Answer in JSON, with the exact content type that discord.py looks for."""
    kind = {"Content-Type": "application/json"}
    return web.Response(status=status, body=json.dumps(body).encode(), headers=headers | kind)
