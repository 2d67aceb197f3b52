"""Telling a database that cannot work at the moment from a mistake of ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from bot.domain.errors import Unavailable

_NOT_OURS: Final = ("08", "25006", "40", "53", "55", "57", "58")
"""SQLSTATE: connection, standby, conflict, resources, locks, operator, system."""


@contextmanager
def told_apart() -> Iterator[None]:
    """Raise `Unavailable` for what a later try may well not meet; all else as it is."""
    try:
        yield
    except Exception as error:
        if _passes(error):
            raise Unavailable from error
        raise


def _passes(error: Exception) -> bool:
    # asyncpg's own errors come unwrapped while it connects.
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    if isinstance(cause, sqlite3.OperationalError):
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return bool(code & 0xFF != sqlite3.SQLITE_ERROR)
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    state = str(getattr(cause, "sqlstate", None) or "")
    return lost or isinstance(cause, NoneFree | OSError) or state.startswith(_NOT_OURS)
