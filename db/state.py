"""What state a database is in: whether it can be used, how old it is, how much it holds."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from bot.domain.errors import Unavailable
from db import migrate
from db.engine import Database


class Unusable(Exception):
    """The database cannot be used; `str()` says why and what to do."""


class Newer(Unusable):
    """A newer version of the bot has worked on the database."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much a database holds."""

    posts: int
    ballots: int


@contextmanager
def in_words(database: Database) -> Iterator[None]:
    """Turn what a driver raises into `Unusable`; never quotes statements or passwords."""
    try:
        yield
    except _driver_errors(database) as error:
        met = error.__cause__ if isinstance(error, Unavailable) else error
        cause = getattr(met, "orig", None) or met
        why = str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
        raise Unusable(f"{_name(database)} cannot be used: {why}. {_todo(database)}") from error


def is_there(database: Database) -> bool:
    """Tell a database that exists from a file that would be made; connects to nothing."""
    file = database.file
    return file is None or (file.is_file() and file.stat().st_size > 0)


async def pending(database: Database) -> list[str]:
    """List the revisions that an upgrade would apply, oldest first; changes nothing.

    Raises `Newer` for a revision that this code does not know, `Unusable` for no database.
    """
    present = None
    if is_there(database):
        with in_words(database):
            present = await migrate.current(database)
    known = migrate.revisions()
    if present is None:
        return known
    if present not in known:
        raise Newer(
            f"{_name(database)} comes from a newer version of Askwell (its revision {present} is "
            f"unknown here; the newest known is {migrate.head()}). "
            "Update Askwell, or go back to a backup."
        )
    return known[known.index(present) + 1 :]


async def holdings(file: Path) -> Holdings:
    """Count what a copy in a file holds, after looking for damage; changes nothing."""
    return await asyncio.to_thread(_count, file)


def _count(file: Path) -> Holdings:
    address = f"{file.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as copy:
            (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise Unusable(f"{file} is damaged: {verdict}. Take another backup.")
            posts = copy.execute("SELECT count(*) FROM posts").fetchone()
            ballots = copy.execute("SELECT count(*) FROM ballots").fetchone()
    except sqlite3.Error as error:
        raise Unusable(f"{file} cannot be read: {error}. Take another backup.") from error
    return Holdings(*posts, *ballots)


def _name(database: Database) -> str:
    return f"The database {database.file}" if database.file else "The PostgreSQL database"


def _todo(database: Database) -> str:
    if database.is_sqlite:
        return "Look at database.url, at the file and at who may write there."
    return "Look at database.url (or ASKWELL_DATABASE_URL), and whether the server runs."


def _driver_errors(database: Database) -> tuple[type[Exception], ...]:
    """List what a database raises; asyncpg's own come unwrapped while it connects."""
    errors = (Unavailable, DBAPIError, sqlite3.Error, OSError)
    if database.is_sqlite:
        return errors
    asyncpg = import_module("asyncpg")
    return (*errors, asyncpg.PostgresError, asyncpg.InterfaceError)
