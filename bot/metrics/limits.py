"""How often and how long discord.py waits for Discord's rate limits.

It tells nobody, but Discord does: an answer says when its limit is used up, upon which discord.py
waits before it asks again (`ahead`), or that it was too much already (429, by its scope).
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Final

from aiohttp import ClientResponse, ClientSession, TraceConfig, TraceRequestEndParams

TOO_MANY: Final = 429
SCOPES: Final = frozenset({"user", "global", "shared"})
Waited = Callable[[str, float], None]


def traced(waited: Waited) -> TraceConfig:
    """Make what looks at each answer of Discord's."""

    async def ended(
        _session: ClientSession, _context: SimpleNamespace, params: TraceRequestEndParams
    ) -> None:
        found = _wait(params.response)
        if found is not None:
            waited(*found)

    trace = TraceConfig()
    trace.on_request_end.append(ended)
    return trace


def _wait(response: ClientResponse) -> tuple[str, float] | None:
    """Say which limit has to be waited for and how long, if any."""
    told = response.headers
    if response.status == TOO_MANY:
        scope = told.get("X-RateLimit-Scope", "")
        return scope if scope in SCOPES else "other", _seconds(told.get("Retry-After"))
    if told.get("X-RateLimit-Remaining") == "0":
        return "ahead", _seconds(told.get("X-RateLimit-Reset-After"))
    return None


def _seconds(text: str | None) -> float:
    try:
        return max(0.0, float(text or 0))
    except ValueError:
        return 0.0
