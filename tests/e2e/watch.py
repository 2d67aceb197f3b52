"""Seeing what the bot asks of Discord and of its database, and acting while it hears nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch

from simcord import ChannelHandle
from sqlalchemy import event

from tests.e2e.town import Town

EDITS = ("PATCH", "/channels/*/messages/*")
HISTORIES = ("GET", "/channels/*/messages")
VOTERS = ("GET", "/channels/*/messages/*/reactions/*")
ARROWS = ("PUT", "/channels/*/messages/*/reactions/*/@me")
TAKEN_OFF = ("DELETE", "/channels/*/messages/*/reactions/*/*")
THREAD_EDITS = ("PATCH", "/channels/*")


class Requests:
    """Requests that the bot makes from now on."""

    def __init__(self, place: Town) -> None:
        self._all = place.env.http_requests
        self._from = len(self._all)

    def like(self, method: str, path: str) -> list[str]:
        """The paths that were asked for; a star stands for one part of a path."""
        parts = path.count("/")
        return [
            request.path
            for request in self._all[self._from :]
            if request.method == method
            and request.path.count("/") == parts
            and fnmatch(request.path, path)
        ]

    def writes(self) -> list[str]:
        """All that changes something on Discord."""
        return [
            f"{request.method} {request.path}"
            for request in self._all[self._from :]
            if request.method != "GET" and not request.path.startswith("/applications")
        ]


@contextmanager
def away(place: Town) -> Iterator[None]:
    """Let things happen of which the bot is never told."""
    listeners = place.env.backend.subscribers
    kept = list(listeners)
    listeners.clear()
    try:
        yield
    finally:
        listeners.extend(kept)


@contextmanager
def statements(place: Town) -> Iterator[list[str]]:
    """Note every statement that the bot sends to its database."""
    noted: list[str] = []
    engine = place.bot.database._engine.sync_engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        noted.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield noted
    finally:
        event.remove(engine, "before_cursor_execute", note)


def archive(place: Town, thread: ChannelHandle, *, locked: bool = False) -> None:
    """Archive a thread as Discord does after a while."""
    changes = {"archived": True, "locked": locked, "archive_timestamp": place.env.backend.now_iso()}
    place.env.backend.edit_channel(thread.id, {}, thread_metadata=changes)


def is_archived(place: Town, thread: ChannelHandle) -> bool:
    """Say whether a thread is archived now."""
    stored = place.env.backend.get_channel(thread.id).thread_metadata
    return stored is not None and stored.archived


def lock(place: Town, thread: ChannelHandle, *, locked: bool = True) -> None:
    """Lock a thread as a moderator does, or unlock it."""
    place.env.backend.edit_channel(thread.id, {}, thread_metadata={"locked": locked})


def tags(place: Town, thread: ChannelHandle) -> list[str]:
    """The names of the tags that a thread carries."""
    backend = place.env.backend
    stored = backend.get_channel(thread.id)
    there = backend.get_channel(place.forum.id).available_tags
    names = {int(tag["id"]): str(tag["name"]) for tag in there}
    return [names[tag] for tag in stored.applied_tags]


def add_tags(place: Town, *names: str) -> list[int]:
    """Give the forum tags of a moderator's own; returns their ids."""
    backend = place.env.backend
    new = [
        {
            "id": str(backend.snowflake()),
            "name": name,
            "moderated": False,
            "emoji_id": None,
            "emoji_name": None,
        }
        for name in names
    ]
    there = backend.get_channel(place.forum.id).available_tags
    backend.edit_channel(place.forum.id, {"available_tags": [*there, *new]})
    return [int(str(tag["id"])) for tag in new]
