"""Every state in which a kill -9 can leave Discord and the database, while something happens.

A killed process leaves two things behind: what Discord shows, and the database's files. No
`finally` runs, no lock or task outlives it. So the bot is not killed here: before and after
each step of each task of the loop, the double's own included, it is looked whether one of the
two has changed, and where it has, both are copied: the files as they are, the write-ahead log
of a running transaction with them. A task awaits between two steps only, and what changes
nothing outside the process dies with it, so these copies are all that a kill at any await can
leave. Hundreds of them, each with a restart of the real bot, cost less than ten real processes.

`test_real_kills.py` holds that against real processes and real SIGKILLs.
"""

import asyncio
import copy
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.wire.double import Discord, opened
from tests.wire.host import configuration, online
from tests.wire.interactions import SUBMIT
from tests.wire.people import Person
from tests.wire.state import World
from tests.wire.town import Town, town

PACE = 1e6
Look = Callable[[], None]


@dataclass(frozen=True)
class Death:
    """What a kill left behind; `taken`: a filled form was taken from its writer by then."""

    after: str
    world: World
    file: Path
    taken: bool


class _Stepped(Coroutine[Any, Any, Any]):
    """A coroutine that is looked at before and after each of its steps."""

    def __init__(self, inner: Coroutine[Any, Any, Any], look: Look) -> None:
        self._inner = inner
        self._look = look

    def send(self, value: Any) -> Any:
        self._look()
        try:
            return self._inner.send(value)
        finally:
            self._look()

    def throw(self, *error: Any) -> Any:
        self._look()
        try:
            return self._inner.throw(*error)
        finally:
            self._look()

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._inner.__await__()


class Witness:
    """Keeps each new state of Discord and of the database while it looks."""

    def __init__(self, double: Discord, database: Path, where: Path) -> None:
        self._double = double
        self._database = database
        self._where = where
        self._versions = sqlite3.connect(database)
        self._seen: tuple[int, ...] = ()
        self.deaths: list[Death] = []

    def look(self) -> None:
        """Keep what a kill now would leave, if it is new."""
        now = self._state()
        if now != self._seen:
            self._seen = now
            self._keep()

    def close(self) -> None:
        """Look no more."""
        self._versions.close()

    def _state(self) -> tuple[int, ...]:
        """Numbers of which one grows whenever Discord or the database changes."""
        (version,) = self._versions.execute("PRAGMA data_version").fetchone()
        told = sum(len(session.sent) for session in self._double.gateway.sessions.values())
        acts = self._double.interactions.values()
        return version, told, sum(bool(act.answered) + len(act.messages) for act in acts)

    def _keep(self) -> None:
        world, calls = self._double.world, self._double.calls
        where = self._where / f"{len(self.deaths)}"
        where.mkdir()
        file = where / "forum.db"
        # The log first: were it folded into the file meanwhile, it would do so again.
        shutil.copyfile(f"{self._database}-wal", f"{file}-wal")
        shutil.copyfile(self._database, file)
        last = f"{calls[-1].method} {calls[-1].template}" if calls else "the start"
        acts = list(self._double.interactions.values())
        taken = acts[-1].type == SUBMIT and acts[-1].answered is not None
        self.deaths.append(
            Death(f"{len(self.deaths)}, after {last}", duplicate(world), file, taken)
        )


def duplicate(world: World) -> World:
    """A copy of what exists; time is the same for all."""
    return copy.deepcopy(world, {id(world.clock): world.clock})


@contextmanager
def _each_step(look: Look) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def begin(
        loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **given: Any
    ) -> asyncio.Task[Any]:
        return asyncio.Task(_Stepped(work, look), loop=loop, **given)

    before = loop.get_task_factory()
    loop.set_task_factory(begin)  # type: ignore[arg-type]
    try:
        yield
    finally:
        loop.set_task_factory(before)


class Walk:
    """One act in a town, witnessed from its beginning to the quiet after it."""

    def __init__(self, where: Path) -> None:
        self._where = where
        self._witness: Witness | None = None

    def _look(self) -> None:
        if self._witness is not None:
            self._witness.look()

    async def deaths(
        self,
        file: Path,
        prepare: Callable[[Town], Awaitable[None]],
        act: Callable[[Town], Awaitable[None]],
    ) -> list[Death]:
        """The state before the act, and all that kills during it can leave, in their order."""
        with _each_step(self._look):
            async with town(file, pace=PACE) as place:
                await prepare(place)
                await place.quiet()
                with closing(Witness(place.discord, file, self._where)) as witness:
                    self._witness = witness
                    witness.look()
                    await act(place)
                    await place.quiet()
                    self._witness = None
        return witness.deaths


def revisited(double: Discord, bot: Any) -> Town:
    """The town of a world that is older than its double."""
    (guild,) = double.world.guilds.values()
    people = {
        member.user.name: Person(double, guild, member.user) for member in guild.members.values()
    }
    return Town(double, guild, bot, people["owner"], people)


@asynccontextmanager
async def restarted(world: World, file: Path) -> AsyncIterator[Town]:
    """The bot started anew after a kill, so late that Discord has forgotten all nonces."""
    for there in world.messages.values():
        for message in there.values():
            message.nonce = None
    async with opened(world) as double:
        double.limits.pace = PACE
        async with online(double, configuration(file)) as bot:
            place = revisited(double, bot)
            await place.minute()
            yield place
    assert double.surprises == [], "\n".join(double.surprises[:5])
