"""The way from our address to SimCord's own page, so that one page can frame the other.

SimCord forbids every frame. We hand its page on under our own address, where only our own index
may frame it. Its capability still guards every request, and nothing of SimCord is changed.
"""

import aiohttp
from aiohttp import web
from yarl import URL

LARGEST_UPLOAD = 27 * 1024 * 1024
_ASKED = ("Accept", "Content-Type", "X-Simcord-Capability", "X-Simcord-Context")
_NOT_OURS_TO_SAY = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "date",
        "server",
        "transfer-encoding",
        "x-frame-options",
    }
)
_POLICY = "Content-Security-Policy"


class Passage:
    """Hands requests on to the preview that is open now."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Make ready to hand requests on."""
        timeout = aiohttp.ClientTimeout(total=None)
        self._session = aiohttp.ClientSession(timeout=timeout, trust_env=False)

    async def close(self) -> None:
        """Let go of every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def hand_on(self, request: web.Request, port: int) -> web.Response:
        """Ask the preview at this port and answer what it answers."""
        if self._session is None:
            raise web.HTTPServiceUnavailable(text="The page is closing.")
        target = URL.build(
            scheme="http",
            host="127.0.0.1",
            port=port,
            path=request.path,
            query_string=request.query_string,
        )
        asked = {name: request.headers[name] for name in _ASKED if name in request.headers}
        body = await request.read()
        try:
            answer = self._session.request(request.method, target, headers=asked, data=body or None)
            async with answer as found:
                return _answer(request.path, found, await found.read())
        except (TimeoutError, aiohttp.ClientError) as error:
            raise web.HTTPServiceUnavailable(text="This preview was closed.") from error


def _answer(path: str, found: aiohttp.ClientResponse, body: bytes) -> web.Response:
    """Turn the preview's answer into ours: framed by our own pages only."""
    answer = web.Response(status=found.status, body=body)
    answer.headers.popall("Content-Type", None)
    for name, value in found.headers.items():
        if name.lower() not in _NOT_OURS_TO_SAY:
            answer.headers[name] = value
    policy = answer.headers.get(_POLICY, "")
    answer.headers[_POLICY] = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    if path.startswith("/fonts/") and found.status == web.HTTPOk.status_code:
        answer.headers.popall("Pragma", None)
        answer.headers["Cache-Control"] = "private, max-age=3600"  # Megabytes, and always the same.
    return answer
