"""`db copy`: a whole forum from one database into another, empty one."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

from pydantic import SecretStr, ValidationError

from bot import config
from bot.cli.database import UPGRADE, kept_open
from bot.cli.speech import Refused, complain, misused, progress, say
from db import copy as copying
from db.copy import Compared, Different, Occupied
from db.engine import Database
from db.state import Unusable, is_there, pending

_SHORT: Final = {
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "sqlite": "sqlite+aiosqlite",
}


async def copy(source: str, target: str) -> None:
    """Copy while the bot may run, compare both, and print the comparison."""
    async with _opened("FROM", source) as old, _opened("TO", target) as new:
        await _must_be_ready(old)
        await pending(new)
        made = not is_there(new)
        try:
            compared = await _copied(old, new)
        except BaseException:
            await new.close()
            if made and new.file is not None:
                new.file.unlink(missing_ok=True)
            raise
    _report(compared)


async def _copied(old: Database, new: Database) -> Sequence[Compared]:
    began = datetime.now(UTC)
    try:
        with progress("Copying rows") as step:
            compared = await copying.copy(old, new, step)
    except Occupied as occupied:
        raise Refused(
            f"{_name(new)} is not empty: there is something in its table {occupied}. "
            "Choose an empty one; nothing was changed."
        ) from occupied
    except Different as different:
        _report(different.compared)
        raise Refused(
            f"The copy differs where it says so, and was taken back: {_name(new)} is as empty as "
            "before. Does something else write there?"
        ) from different
    except Unusable as unusable:
        raise Refused(f"{unusable}\nNothing was copied.") from unusable
    except asyncio.CancelledError:
        complain(f"Stopped. {_name(new)} is as empty as before.")
        raise
    say(
        f"Copied as it was at {began:%H:%M:%S} UTC. If the bot is running, what it stores after "
        "that is not in the copy: stop it, and copy into an empty database once more."
    )
    return compared


@asynccontextmanager
async def _opened(which: str, address: str) -> AsyncIterator[Database]:
    """Open what a person names by a URL, or by a file."""
    kind, there, rest = address.partition("://")
    url = f"{_SHORT.get(kind, kind)}://{rest}" if there else f"sqlite+aiosqlite:///{address}"
    try:
        settings = config.Database(url=SecretStr(url))
    except ValidationError as invalid:
        reasons = "; ".join(str(error["ctx"]["error"]) for error in invalid.errors())
        raise misused(f"{which}: the address {reasons}.") from None
    named = settings.url.get_secret_value()
    async with kept_open(lambda: Database(named, limits=None)) as database:
        yield database


async def _must_be_ready(old: Database) -> None:
    if not is_there(old):
        raise Refused(f"There is no database {old.file}.")
    if await pending(old):
        raise Refused(
            f"{_name(old)} is not up to date. Let the configuration name it, and run: {UPGRADE}"
        )


def _name(database: Database) -> str:
    return str(database.file) if database.file else "The PostgreSQL database"


def _report(compared: Sequence[Compared]) -> None:
    """Print both databases' numbers side by side."""
    say(f"{'':22}{'FROM':>14}{'TO':>14}")
    for each in compared:
        verdict = "equal" if each.same else "DIFFERENT"
        say(f"{each.what:22}{each.before:>14,}{each.after:>14,}  {verdict}")
