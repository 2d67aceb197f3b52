"""Kill -9 at every await, then a restart: all that was begun is whole or was never begun.

How every state that a kill can leave is found stands in `tests/wire/killed.py`.
"""

from pathlib import Path

import pytest

from tests.wire.acts import states
from tests.wire.killed import Walk, restarted
from tests.wire.repertoire import ACTS
from tests.wire.soundness import unsound


@pytest.mark.parametrize("name", ACTS)
async def test_a_kill_at_any_await_leaves_nothing_half_way(
    name: str, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    act = ACTS[name]
    wrong: list[str] = []
    _, *deaths = await Walk(tmp_path).deaths(file, act.before, act.act)
    for death in deaths:
        async with restarted(death.world, death.file) as place:
            wrong += [f"{death.after}: {problem}" for problem in await unsound(place)]
            if death.taken and act.typed and not await act.kept(place):
                wrong.append(f"{death.after}: what was typed is lost")
            await act.again(place)
            await place.quiet()
            if not await act.ends(place):
                wrong.append(f"{death.after}: ends with {await states(place)}")
            wrong += [f"{death.after}, done again: {problem}" for problem in await unsound(place)]
    with capsys.disabled():
        print(f"\n{name}: {len(deaths)} kills")  # noqa: T201
    assert wrong == [], "\n".join(wrong)
