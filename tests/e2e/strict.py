"""What Discord refuses and SimCord does not, and what SimCord tells otherwise than Discord.

An archived thread takes no edits, reactions or deletions (50083); a post carries up to five
tags that its forum has (50035); history says which reactions are the bot's own, and what comes
after a message begins with the next one, not with the newest; a server's first event leaves
archived threads out; and an answer takes its time, so that something else can come between.
"""

import asyncio
from collections.abc import Awaitable, Callable
from fnmatch import fnmatch
from typing import Any

from simcord.backend import Backend
from simcord.backend.errors import BackendError
from simcord.backend.models import Channel
from simcord.types import HttpLogEntry

Dispatch = Callable[..., Any]
TAGS_A_POST = 5
ALL = 1_000_000
TURNS = 5
SLEEPING = {"archived", "locked"}
"""What may be changed of an archived thread."""


def strict(dispatch: Dispatch) -> Dispatch:
    """Hold requests to Discord's own rules before SimCord answers them."""

    def answer(backend: Backend, method: str, path: str, **given: Any) -> Any:
        refusal = _refusal(backend, method, path, given.get("json"))
        if refusal is not None:
            entry = HttpLogEntry(method, path, {}, given.get("json"), None)
            backend.http_requests.append(entry)
            raise refusal
        if method == "GET" and fnmatch(path, "/channels/*/messages"):
            return _history(dispatch, backend, path, given)
        return dispatch(backend, method, path, **given)

    return answer


def unhurried(request: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Let others act before and after a request, as they do while one is under way."""

    async def answer(*args: Any, **given: Any) -> Any:
        for _ in range(TURNS):
            await asyncio.sleep(0)
        try:
            return await request(*args, **given)
        finally:
            for _ in range(TURNS):
                await asyncio.sleep(0)

    return answer


def awake_only(describe: Callable[..., Any]) -> Callable[..., Any]:
    """Leave archived threads out of what a server's first event tells."""

    def payload(backend: Backend, guild: Any) -> Any:
        told = dict(describe(backend, guild))
        told["threads"] = [
            thread for thread in told["threads"] if not thread["thread_metadata"]["archived"]
        ]
        return told

    return payload


def _refusal(backend: Backend, method: str, path: str, body: Any) -> BackendError | None:
    parts = path.strip("/").split("/")
    thread = backend.channels.get(int(parts[1])) if parts[0] == "channels" else None
    if thread is None or thread.thread_metadata is None or method == "GET":
        return None
    if len(parts) == 2:
        return _thread_refusal(backend, thread, method, body or {})
    if thread.thread_metadata.archived and parts[2] == "messages":
        return BackendError(400, 50083, "Thread is archived")
    return None


def _thread_refusal(
    backend: Backend, thread: Channel, method: str, body: dict[str, Any]
) -> BackendError | None:
    if method != "PATCH" or thread.thread_metadata is None:
        return None
    wakes = body.get("archived") is False
    if thread.thread_metadata.archived and not wakes and not SLEEPING.issuperset(body):
        return BackendError(400, 50083, "Thread is archived")
    tags = {int(tag) for tag in body.get("applied_tags", ())}
    forum = backend.get_channel(thread.parent_id or 0)
    known = {int(tag["id"]) for tag in forum.available_tags}
    if len(tags) > TAGS_A_POST or tags - known:
        return BackendError(400, 50035, "Invalid Form Body")
    return None


def _history(dispatch: Dispatch, backend: Backend, path: str, given: dict[str, Any]) -> Any:
    asked = dict(given.get("params") or {})
    limit = int(asked.get("limit", 50))
    if "after" in asked:
        given = {**given, "params": {**asked, "limit": ALL}}
    answered = dispatch(backend, "GET", path, **given)[-limit:]
    _mark_own(backend, int(path.split("/")[2]), answered)
    return answered


def _mark_own(backend: Backend, channel_id: int, messages: list[dict[str, Any]]) -> None:
    """Say which reactions are the bot's own, as Discord does."""
    for payload in messages:
        stored = backend.get_message(channel_id, int(payload["id"]))
        shown = [reaction for reaction in stored.reactions if reaction.user_ids]
        for told, reaction in zip(payload["reactions"], shown, strict=True):
            told["me"] = backend.bot_user.id in reaction.user_ids
