"""Group commit: what waits while one transaction runs shares the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.domain.errors import Unavailable

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batch(Generic[Item, Result]):
    """Hands waiting items to `commit` together; each caller gets its own result or error."""

    def __init__(
        self, commit: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]], limit: int = 512
    ) -> None:
        self._commit = commit
        self._limit = limit
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._drain: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many items no transaction has begun with."""
        return len(self._waiting)

    async def submit(self, item: Item) -> Result:
        """Return the item's result once it is committed; raises what its commit raised."""
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, result))
        if self._drain is None or self._drain.done():
            self._drain = asyncio.create_task(self._drain_all())
        return await result

    async def close(self) -> None:
        """Wait until everything submitted is committed."""
        if self._drain is not None:
            await self._drain

    async def _drain_all(self) -> None:
        while self._waiting:
            together = self._waiting[: self._limit]
            del self._waiting[: self._limit]
            if not await self._settle(together):
                for one in together:
                    await self._settle([one])

    async def _settle(self, together: Sequence[tuple[Item, asyncio.Future[Result]]]) -> bool:
        """Commit these together; False when they failed as one and must be tried apart."""
        items = [item for item, _ in together]
        (outcome,) = await asyncio.gather(self._commit(items), return_exceptions=True)
        if isinstance(outcome, BaseException):
            # Without a database, trying them one by one would only take longer.
            final = len(together) == 1 or isinstance(outcome, Unavailable)
            for _, result in together if final else ():
                _fail(result, outcome)
            return final
        for (_, result), value in zip(together, outcome, strict=True):
            if not result.done():
                result.set_result(value)
        return True


def _fail(result: asyncio.Future[Result], error: BaseException) -> None:
    if not result.done():
        result.set_exception(error)
