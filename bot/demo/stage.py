"""The one channel that is shown: SimCord's preview, opened, switched and closed in turn."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from urllib.parse import urlsplit

from simcord import ChannelHandle, Env, InteractionResult, MemberActor, SetupError, UserHandle
from simcord.preview import Preview

from bot.demo.world import Json, Refused

T = TypeVar("T")

Viewer = MemberActor | UserHandle
_TRIES = 200
_PAUSE = 0.05


class Stage:
    """Shows one channel at a time; SimCord allows one preview and one operation at a time."""

    def __init__(self, env: Env) -> None:
        self.turn = asyncio.Lock()
        """Held by whoever has SimCord do something, the shown page included."""
        self._env = env
        self._preview: Preview | None = None
        self._viewer = 0
        self._round = 0
        self._farewell: asyncio.Task[None] | None = None

    @property
    def port(self) -> int | None:
        """The port of the preview that is open, if one is."""
        return urlsplit(self._preview.url).port if self._preview else None

    @property
    def channel(self) -> ChannelHandle | None:
        """The channel that is shown, if one is."""
        return self._preview.channel if self._preview else None

    def describe(self) -> Json | None:
        """Tell what is shown, to whom first, and under which address of ours."""
        if self._preview is None:
            return None
        return {
            "channel": str(self._preview.channel.id),
            "member": str(self._viewer),
            "letters": self._preview.channel.guild is None,
            "address": f"/?round={self._round}#{urlsplit(self._preview.url).fragment}",
        }

    async def show(self, channel: ChannelHandle, viewers: Sequence[Viewer]) -> None:
        """Close what is shown and show this channel; the first viewer is the one to begin as."""
        async with self.turn:
            await self._leave()
            preview = await self.when_free(lambda: self._ready(channel, viewers))
            await preview.__aenter__()
            self._preview, self._viewer = preview, viewers[0].id
            self._round += 1
            self._farewell = asyncio.create_task(self._forget(preview))

    async def refresh(self, result: InteractionResult | None = None) -> None:
        """Show what has changed, and the modal that an interaction opened."""
        if self._preview is None:
            return
        await self.when_free(self._preview.refresh)
        if result is not None and result.modal is not None:
            await self._preview.show(result)
            self._round += 1  # A page shows a modal from elsewhere only when it is loaded afresh.

    async def close(self) -> None:
        """Close what is shown."""
        async with self.turn:
            await self._leave()

    async def when_free(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do one piece of work as soon as SimCord is not busy with another."""
        for _ in range(_TRIES):
            try:
                return await work()
            except SetupError as error:
                if "overlaps" not in str(error):
                    raise
            await asyncio.sleep(_PAUSE)
        raise Refused("The offline Discord is still busy. Try again in a moment.", 503)

    async def _ready(self, channel: ChannelHandle, viewers: Sequence[Viewer]) -> Preview:
        return self._env.preview(channel, viewers=viewers, layout="channel")

    async def _leave(self) -> None:
        preview, self._preview = self._preview, None
        if preview is not None:
            await preview.close()

    async def _forget(self, preview: Preview) -> None:
        """Notice a preview that was ended from within its own page."""
        await preview.wait_closed()
        if self._preview is preview:
            self._preview = None
