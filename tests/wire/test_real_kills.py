"""Real processes and real SIGKILLs: they leave what `tests/wire/killed.py` says they do."""

import asyncio
import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.shell import configure, started
from tests.wire.acts import Act
from tests.wire.double import TOKEN, Discord, Faults, opened
from tests.wire.host import POLL
from tests.wire.killed import PACE, Death, Walk, duplicate, restarted, revisited
from tests.wire.limits import MESSAGE
from tests.wire.repertoire import ACTS
from tests.wire.soundness import unsound
from tests.wire.state import THREAD, World

AT_ONCE: Final = ("redraw_seconds = 2.0", "redraw_seconds = 0.0")
READY: Final = "ready on 1 servers"
THREADS: Final = ("POST", "/channels/{channel_id}/threads")
SEND: Final = ("POST", "/channels/{channel_id}/messages")
EDIT: Final = ("PATCH", MESSAGE)


class Killer(Faults):
    """Kills the process that sends one request; Discord may carry it out all the same."""

    def __init__(self, process: int, route: tuple[str, str], *, carried_out: bool) -> None:
        super().__init__()
        self._process = process
        self._route = route
        self._carried_out = carried_out

    def take(self, method: str, template: str) -> int | str | None:
        if (method, template) != self._route:
            return None
        os.kill(self._process, signal.SIGKILL)
        return None if self._carried_out else "cut"


KILLS: Final = [
    ("ask", THREADS, True),
    ("ask", THREADS, False),
    ("answer", SEND, True),
    ("vote", EDIT, True),
    ("accept", EDIT, False),
    ("edit", EDIT, True),
]
STORED: Final = (
    "SELECT kind, state, message_id IS NULL, ups, downs, accepted_id FROM posts ORDER BY id",
    "SELECT vote FROM ballots",
    "SELECT count(*) FROM drafts",
    "SELECT count(*) FROM revisions",
)


@pytest.mark.parametrize(("name", "route", "carried_out"), KILLS)
async def test_a_real_kill_leaves_a_state_that_the_walk_knows_and_is_repaired(
    name: str, route: tuple[str, str], carried_out: bool, file: Path, tmp_path: Path
) -> None:
    act = ACTS[name]
    start, *deaths = await Walk(tmp_path).deaths(file, act.before, act.act)
    walked = [trace(death.world, death.file) for death in deaths]

    world = await kill(tmp_path, start, act, route, carried_out=carried_out)

    assert trace(world, start.file) in walked
    async with restarted(world, start.file) as place:
        assert await unsound(place) == []
        await act.again(place)
        await place.quiet()
        assert await act.ends(place)
        assert await unsound(place) == []


async def kill(
    where: Path, start: Death, act: Act, route: tuple[str, str], *, carried_out: bool
) -> World:
    """Run the bot as a process until it is killed in the act; what Discord shows then."""
    configure(where, AT_ONCE)
    variables = {
        "ASKWELL_TOKEN": TOKEN,
        "ASKWELL_DATABASE_URL": f"sqlite+aiosqlite:///{start.file}",
    }
    async with opened(duplicate(start.world)) as double:
        double.limits.pace = PACE
        async with started(where, double.address, "run", **variables) as running:
            await running.wait_for(READY)
            double.faults = Killer(running._process.pid, route, carried_out=carried_out)
            acting = asyncio.create_task(_acts(double, act))
            said = await running.end()
            acting.cancel()
            await asyncio.gather(acting, return_exceptions=True)
        assert said.code == -signal.SIGKILL, said.err
        while not double.idle:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(POLL)
        return double.world


async def _acts(double: Discord, act: Act) -> None:
    await act.act(revisited(double, None))


def trace(world: World, file: Path) -> list[Any]:
    """What is comparable of two forums whose numbers differ."""
    looked_at = shutil.copyfile(file, file.with_name("looked-at.db"))
    if Path(f"{file}-wal").exists():
        shutil.copyfile(f"{file}-wal", f"{looked_at}-wal")
    with closing(sqlite3.connect(looked_at)) as copy:
        stored = [copy.execute(statement).fetchall() for statement in STORED]
    threads = [place.id for place in world.channels.values() if place.type == THREAD]
    return [*stored, [len(list(world.history(thread))) for thread in threads]]
