"""How long changes wait until Discord shows them."""

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from bot.domain.observer import Observer

Post = tuple[int, int]
"""(server, post)."""


class Lag:
    """Remembers since when each post shows something old."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._since: dict[Post, float] = {}

    def found(self, stale: Collection[Post]) -> None:
        """Begin to wait for these, as far as it is not known of them, and for no others."""
        now = time.monotonic()
        self._since = {post: self._since.get(post, now) for post in stale}

    @contextmanager
    def ending(self, post: Post) -> Iterator[None]:
        """End a post's wait by drawing it; a change from now on begins a new one."""
        since = self._since.pop(post, time.monotonic())
        try:
            yield
        except BaseException:
            self._since[post] = since
            raise
        self._observer.drawn(time.monotonic() - since)
