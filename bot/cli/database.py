"""`db upgrade`, `db backup` and `recount`."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.app import defaults, open_database
from bot.cli.speech import Refused, Step, misused, progress, say
from bot.config import Config
from bot.services.forum import Forum
from bot.services.recount import Differences
from db import migrate
from db.engine import Database
from db.state import holdings, in_words, is_there, pending

UPGRADE = "python -m bot db upgrade"


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[Database]:
    """Open the configured database, and close it again whatever happens."""
    async with kept_open(lambda: open_database(config)) as database:
        yield database


@asynccontextmanager
async def kept_open(make: Callable[[], Database]) -> AsyncIterator[Database]:
    """Make a database's connections, and close them again whatever happens."""
    try:
        database = make()
    except ModuleNotFoundError as missing:
        raise misused(
            f"PostgreSQL needs a package that is not installed ({missing.name}): "
            "pip install -e '.[postgres]'"
        ) from missing
    try:
        yield database
    finally:
        await database.close()


async def upgrade(config: Config) -> None:
    """Bring the database to the newest schema, and say what was done."""
    async with opened(config) as database:
        applied = await apply_pending(database)
    if applied:
        say(f"The database is up to date now; applied: {', '.join(applied)}.")
    else:
        say(f"The database is up to date already ({migrate.head()}); nothing was changed.")


async def apply_pending(database: Database) -> list[str]:
    """Apply all missing revisions in one transaction; returns them."""
    todo = await pending(database)
    if todo:
        with in_words(database), progress("Bringing the database up to date") as step:
            counter = _Steps(step, len(todo))
            alembic = logging.getLogger("alembic.runtime.migration")
            alembic.addHandler(counter)
            before, alembic.level = alembic.level, logging.INFO
            alembic.propagate = False
            try:
                await migrate.upgrade(database)
            finally:
                alembic.removeHandler(counter)
                alembic.level, alembic.propagate = before, True
    return todo


async def backup(config: Config, target: Path) -> None:
    """Copy the live database to a new file, open the copy, and say what it holds."""
    async with opened(config) as database:
        _must_be_there(database)
        _folder_must_be_there(target)
        try:
            with in_words(database):
                await database.backup(target)
        except ValueError as refusal:
            raise Refused(str(refusal)) from refusal
    held = await holdings(target)
    say(f"Copied to {target}; it holds {held.posts} posts and {held.ballots} ballots.")


async def recount(config: Config) -> None:
    """Rebuild every number from posts and ballots, and say what differed."""
    async with opened(config) as database:
        _must_be_there(database)
        if await pending(database):
            raise Refused(f"The database is not up to date. Run this first: {UPGRADE}")
        forum = Forum(database, defaults(config), lambda: datetime.now(UTC))
        with in_words(database), progress("Recounting, server by server") as step:
            found = await forum.recount.all(step)
        await forum.close()
    say(_differed(found))


def _differed(found: Differences) -> str:
    if found.none:
        return "Nothing differed: every score and all points were right."
    return (
        "These differed from posts and ballots, and are right again: "
        f"scores of posts: {found.scores}, ledger entries: {found.ledger}, "
        f"members' points: {found.points}."
    )


def _must_be_there(database: Database) -> None:
    if not is_there(database):
        raise Refused(f"There is no database {database.file} yet. This makes one: {UPGRADE}")


def _folder_must_be_there(target: Path) -> None:
    if not target.absolute().parent.is_dir():
        raise misused(f"There is no folder {target.parent}. Make it, or choose another one.")


class _Steps(logging.Handler):
    """Moves a bar on with each revision, of which Alembic tells only its log."""

    def __init__(self, step: Step, total: int) -> None:
        super().__init__()
        self._step, self._done, self._total = step, 0, total
        step(0, total)

    def emit(self, record: logging.LogRecord) -> None:
        """Count the lines that announce a revision."""
        if record.getMessage().startswith("Running upgrade"):
            self._step(self._done, self._total)
            self._done += 1
