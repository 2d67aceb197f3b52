"""Drawing: brings Discord to what the database says, one card at a time.

It draws wherever `version` and `drawn_version` differ. A burst of votes becomes one edit,
the last one always shows, and what a crash left undrawn is drawn after the start.
Its tasks end when nothing is left to draw.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from weakref import WeakValueDictionary

import discord

from bot.domain.errors import Unavailable
from bot.domain.forum_tags import Applied
from bot.domain.observer import NOBODY, Observer
from bot.domain.posts import Kind
from bot.domain.views import PostView
from bot.services.forum import Forum
from bot.ui.buttons import of_card
from bot.ui.cards import card
from bot.ui.lag import Lag, Post
from bot.ui.pages import edit_pages
from bot.ui.reactions import may
from bot.ui.replies import NO_MENTIONS
from bot.ui.tags import due
from bot.ui.threads import awake, find_thread

log = logging.getLogger(__name__)


class _OutOfReach(Exception):
    """Discord would refuse: there is no need to ask, until permissions change."""


class Refresher:
    """Draws stale cards; `pause` seconds between two drawings of the same one.

    Discord answers each drawing with the card as it is now: `prove` looks at the last one.
    """

    def __init__(
        self,
        client: discord.Client,
        forum: Forum,
        prove: Callable[[discord.Message], Awaitable[None]],
        *,
        pause: float,
        at_once: int,
        observer: Observer = NOBODY,
    ) -> None:
        self._client = client
        self._forum = forum
        self._prove = prove
        self._pause = pause
        self._lag = Lag(observer)
        self._places = asyncio.Semaphore(at_once)
        self._threads: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        """One drawing a thread: the first to end would put it to sleep under the others."""
        self._drawing: dict[Post, asyncio.Task[None]] = {}
        self._resting: set[asyncio.Task[None]] = set()
        self._again: set[Post] = set()
        self._failed: set[Post] = set()
        self._gone: set[int] = set()
        """Threads that were deleted: they never come back."""
        self._sweep: asyncio.Task[None] | None = None
        self._woken = False
        self._running = False

    @property
    def under_way(self) -> int:
        """How many posts are being drawn, or wait for their turn."""
        return len(self._drawing)

    def start(self) -> None:
        """Begin to draw; called once Discord is there."""
        self._running = True
        self.retry()

    def wake(self) -> None:
        """Look for stale cards soon; costs nothing when called often."""
        self._woken = True
        if self._running and (self._sweep is None or self._sweep.done()):
            self._sweep = asyncio.create_task(self._sweep_all())

    def retry(self) -> None:
        """Try again what failed before."""
        self._failed.clear()
        self.wake()

    async def close(self) -> None:
        """Finish what is being drawn now; the rest is drawn after the next start."""
        self._running = False
        for task in self._resting:
            task.cancel()
        tasks = [*self._drawing.values(), *([self._sweep] if self._sweep else [])]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _sweep_all(self) -> None:
        while self._woken and self._running:
            self._woken = False
            try:
                stale = await self._forum.cards.stale()
            except Unavailable:
                return  # `retry` comes by.
            self._lag.found(stale)
            for post in stale:
                if post in self._drawing:
                    self._again.add(post)
                elif post not in self._failed:
                    task = asyncio.create_task(self._draw_until_current(post))
                    self._drawing[post] = task
                    task.add_done_callback(partial(self._finished, post))

    def _finished(self, post: Post, _task: asyncio.Task[None]) -> None:
        del self._drawing[post]
        if post in self._again:
            self._again.discard(post)
            self.wake()

    async def _draw_until_current(self, post: Post) -> None:
        """Draw a card until nothing about it is newer than what was drawn."""
        shown: discord.Message | None = None
        while self._running:
            async with self._places:
                (outcome,) = await asyncio.gather(
                    self._draw_or_prove(post, shown), return_exceptions=True
                )
            if isinstance(outcome, BaseException):
                self._failed.add(post)
                if not isinstance(outcome, Unavailable | _OutOfReach):
                    log.error("cannot draw post %s: %s", post[1], outcome, exc_info=outcome)
                return
            current, shown = outcome
            if current:
                return
            await self._rest()

    async def _rest(self) -> None:
        """Pause before the next drawing; `close` does not wait for this."""
        task = asyncio.current_task()
        if task is None or not self._running:
            return
        self._resting.add(task)
        try:
            await asyncio.sleep(self._pause)
        finally:
            self._resting.discard(task)

    async def _draw_or_prove(
        self, post: Post, shown: discord.Message | None
    ) -> tuple[bool, discord.Message | None]:
        """Draw once, or look at what was shown last; True when nothing was left to do."""
        view = await self._forum.cards.view(*post)
        if view is None or view.version == view.drawn_version or view.message_id is None:
            if shown is not None:
                await self._prove(shown)
            return shown is None, None
        lock = self._threads.setdefault(view.thread_id or 0, asyncio.Lock())
        with self._lag.ending(post):
            async with lock:
                message, pages = await self._show(view)
            await self._forum.cards.drawn(view.id, view.version, pages)
        return False, message

    async def _show(self, view: PostView) -> tuple[discord.Message | None, list[int]]:
        """Bring a post's messages and its thread's tags to the view; returns card and pages."""
        if not may(self._client.get_channel(view.forum_id), "view_channel"):
            raise _OutOfReach
        thread_id = view.thread_id or 0
        thread = None if thread_id in self._gone else await find_thread(self._client, thread_id)
        if thread is None:
            log.info("thread %s of post %s is gone", thread_id, view.id)
            self._gone.add(thread_id)
            return None, []
        if thread.archived and thread.locked and not may(thread, "manage_threads"):
            raise _OutOfReach
        async with awake(thread) as thread:
            message, pages = await _edit_card(thread, view)
            if view.kind is Kind.QUESTION:
                await self._apply_tags(thread, view)
        return message, pages

    async def _apply_tags(self, thread: discord.Thread, view: PostView) -> None:
        row = await self._forum.settings.forum(view.guild_id, view.forum_id)
        if row is None or not isinstance(thread.parent, discord.ForumChannel):
            return
        wanted = due(thread, row.tags, view)
        if wanted is None:
            return
        tags = [tag for tag in thread.parent.available_tags if tag.id in wanted.tags]
        try:
            await thread.edit(applied_tags=tags)
        except discord.Forbidden:
            log.warning("cannot set the tags of thread %s", thread.id)
            return
        await _tell_dropped(thread, wanted, view)


async def _tell_dropped(thread: discord.Thread, applied: Applied, view: PostView) -> None:
    """Say which tags had to make room: Discord allows five a post."""
    if not applied.dropped or not isinstance(thread.parent, discord.ForumChannel):
        return
    names = [tag.name for tag in thread.parent.available_tags if tag.id in applied.dropped]
    text = f"-# Discord allows five tags, so **{', '.join(names)}** made room for **{view.stage}**."
    await thread.send(text, silent=True, allowed_mentions=NO_MENTIONS)


async def _edit_card(
    thread: discord.Thread, view: PostView
) -> tuple[discord.Message | None, list[int]]:
    """Edit a post's messages; those that were deleted are left alone."""
    drawn = card(view)
    message = thread.get_partial_message(view.message_id or 0)
    shown: discord.Message | None = None
    try:
        shown = await message.edit(
            embed=drawn.first, view=of_card(view), allowed_mentions=NO_MENTIONS
        )
    except discord.NotFound:
        log.info("message %s of post %s is gone", view.message_id, view.id)
    return shown, await edit_pages(thread, view, drawn.rest)
