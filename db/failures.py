"""Telling a database that cannot work at the moment from a mistake of ours."""

import logging
import math
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from bot.domain.errors import Unavailable

log = logging.getLogger(__name__)
FLAPPING: Final = 60.0
"""Seconds for which a database that works on and off is told of once."""
_NOT_OURS: Final = ("08", "25006", "40", "53", "55", "57", "58")
"""SQLSTATE: connection, standby, conflict, resources, locks, operator, system."""


class Outages:
    """Raises `Unavailable` for what a later try may well not meet; all else as it is.

    The log is told when an outage begins and when it ends, however many notice it in between.
    """

    def __init__(self, purpose: str) -> None:
        self._purpose = purpose
        self._since: float | None = None
        self._failed = 0
        self._told = False
        self._quiet_until = -math.inf

    @contextmanager
    def told_apart(self) -> Iterator[None]:
        """Watch one transaction."""
        try:
            yield
        except Exception as error:
            if not _passes(error):
                raise
            self._begin(error)
            raise Unavailable from error
        self._end()

    def _begin(self, error: Exception) -> None:
        now = time.monotonic()
        self._failed += 1
        self._since = now if self._since is None else self._since
        if not self._told and now >= self._quiet_until:
            self._told = True
            log.error("the database cannot %s: %s", self._purpose, _reason(error))

    def _end(self) -> None:
        if self._since is None:
            return
        now = time.monotonic()
        if self._told:
            told = "the database can %s again, after %.0f seconds and %d failures"
            log.warning(told, self._purpose, now - self._since, self._failed)
            self._quiet_until = now + FLAPPING
        self._since, self._failed, self._told = None, 0, False


def _reason(error: Exception) -> str:
    """What the driver says in its first line: neither statements nor what they carried."""
    cause = getattr(error, "orig", None) or error
    said = str(cause).strip().splitlines()
    return said[0] if said else type(cause).__name__


def _passes(error: Exception) -> bool:
    # asyncpg's own errors come unwrapped while it connects.
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    if isinstance(cause, sqlite3.OperationalError):
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return bool(code & 0xFF != sqlite3.SQLITE_ERROR)
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    state = str(getattr(cause, "sqlstate", None) or "")
    return lost or isinstance(cause, NoneFree | OSError) or state.startswith(_NOT_OURS)
