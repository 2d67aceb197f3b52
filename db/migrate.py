"""Bringing a database to the newest schema, in one transaction.

Alembic takes 12 MB, so it is loaded only where there is something to migrate.
"""

from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from db.engine import Database, Tx

_SCRIPTS = Path(__file__).parent / "migrations"


def revisions() -> list[str]:
    """Name every revision that this code knows, oldest first; their files are named in order."""
    return sorted(path.name.partition("_")[0] for path in _SCRIPTS.glob("versions/[0-9]*.py"))


def head() -> str:
    """Name the newest revision that this code knows."""
    return revisions()[-1]


async def current(database: Database) -> str | None:
    """Name the revision a database is at; None for an empty one."""

    def revision(connection: Connection) -> str | None:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found

    async with database.read() as tx:
        return await tx.run_sync(revision)


async def upgrade(database: Database, revision: str = "head") -> None:
    """Apply what is missing; all of it, or nothing when a step fails."""
    async with database.write_at_length() as tx:
        await upgrade_within(tx, revision)


async def upgrade_within(tx: Tx, revision: str = "head") -> None:
    """Apply what is missing as a part of something larger that writes."""
    await tx.run_sync(_upgrade, revision)


def _upgrade(connection: Connection, revision: str) -> None:
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
