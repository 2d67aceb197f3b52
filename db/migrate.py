"""Bringing a database to the newest schema, in one transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from db.engine import Database, Tx

_SCRIPTS = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """Name the newest revision that this code knows."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    return revision or ""


async def current(database: Database) -> str | None:
    """Name the revision a database is at; None for an empty one."""

    def revision(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with database.read() as tx:
        return await tx.run_sync(revision)


async def upgrade(database: Database, revision: str = "head") -> None:
    """Apply what is missing; all of it, or nothing when a step fails."""
    async with database.write_at_length() as tx:
        await upgrade_within(tx, revision)


async def upgrade_within(tx: Tx, revision: str = "head") -> None:
    """Apply what is missing as a part of something larger that writes."""
    await tx.run_sync(lambda connection: command.upgrade(_config(connection), revision))
