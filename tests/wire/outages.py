"""What may happen to an SQLite file under a running bot, for as long as a block runs."""

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event

from db.engine import Database

Outage = Callable[[Database], AbstractContextManager[None]]


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Somebody else writes, and does not come to an end."""
    with closing(sqlite3.connect(_file(database), isolation_level=None, timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def read_only(database: Database) -> Iterator[None]:
    """The file may be read, not written."""
    with _each_connection(database, "PRAGMA query_only = ON", "PRAGMA query_only = OFF"):
        yield


@contextmanager
def full(database: Database) -> Iterator[None]:
    """The file may not grow; what fits into it may still be written."""
    grow = "PRAGMA max_page_count = {}"
    with _each_connection(database, grow.format(1), grow.format(2**30)):
        yield


@contextmanager
def unwritable(_database: Database) -> Iterator[None]:
    """The system writes nothing for this process, as a broken disk would not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def _each_connection(database: Database, begin: str, end: str) -> Iterator[None]:
    """Have every connection say the one before it is used, and later the other."""
    now = begin

    def used(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute(now).close()

    event.listen(database._engine.sync_engine, "checkout", used)
    yield
    now = end


def _file(database: Database) -> Path:
    assert database.file is not None
    return database.file
