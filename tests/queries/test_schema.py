import json

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from bot.services.forum import Forum
from db import migrate
from db.engine import Database
from db.models import Base
from tests.world import ADA, ask, see, sql

FULL_TEXT = "post_search"
DAMAGE = [
    "DROP TABLE repairs",
    "DROP INDEX ux_posts_origin",
    "DROP INDEX ix_posts_stale",
    "ALTER TABLE members DROP COLUMN suspended_until",
    "ALTER TABLE members ADD COLUMN mood TEXT",
    "CREATE TABLE stray (id INTEGER PRIMARY KEY)",
]


def differences(connection: Connection) -> list[object]:
    """What Alembic would still migrate, the full-text index and its own tables apart."""

    def ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
        return kind != "table" or not (name or "").startswith(FULL_TEXT)

    context = MigrationContext.configure(
        connection, opts={"include_object": ours, "compare_type": True}
    )
    return list(compare_metadata(context, Base.metadata))


async def found_in(database: Database) -> list[object]:
    async with database.read() as tx:
        return await tx.run_sync(differences)


def described(connection: Connection) -> str:
    """Every table with its columns, keys and indexes."""
    found = inspect(connection)
    looks = (found.get_columns, found.get_indexes, found.get_pk_constraint, found.get_foreign_keys)
    tables = sorted(found.get_table_names())
    return json.dumps({name: [look(name) for look in looks] for name in tables}, default=str)


async def schema(database: Database) -> str:
    async with database.read() as tx:
        return await tx.run_sync(described)


async def test_the_models_are_what_the_migrations_make(database: Database) -> None:
    assert await found_in(database) == []


async def test_the_comparison_looked_at_every_table(database: Database) -> None:
    async with database.read() as tx:
        tables = set(await tx.run_sync(lambda connection: inspect(connection).get_table_names()))
    assert set(Base.metadata.tables) <= tables
    assert len(Base.metadata.tables) > 10
    assert FULL_TEXT in tables


@pytest.mark.parametrize("damage", DAMAGE)
async def test_a_difference_is_found_when_there_is_one(database: Database, damage: str) -> None:
    await sql(database, damage)
    assert await found_in(database) != []


async def test_an_empty_database_is_at_no_revision_and_then_at_the_newest(
    empty: Database,
) -> None:
    assert await migrate.current(empty) is None
    await migrate.upgrade(empty)
    assert await migrate.current(empty) == migrate.head() != ""


async def test_upgrading_again_changes_nothing_and_loses_nothing(
    forum: Forum, database: Database
) -> None:
    question = await ask(forum, ADA)
    view, before = await see(forum, question), await schema(database)
    await migrate.upgrade(database)
    assert await schema(database) == before
    assert await see(forum, question) == view


async def test_a_migration_that_fails_halfway_leaves_nothing_behind(empty: Database) -> None:
    await sql(empty, "CREATE TABLE revisions (id INTEGER PRIMARY KEY)")
    before = await schema(empty)
    with pytest.raises(Exception, match=r'revisions"? already exists'):
        await migrate.upgrade(empty)
    assert await schema(empty) == before
    assert await migrate.current(empty) is None
    await sql(empty, "DROP TABLE revisions")
    await migrate.upgrade(empty)
    assert await found_in(empty) == []


async def test_a_post_is_stored_under_one_origin_and_message_only(
    forum: Forum, database: Database
) -> None:
    await ask(forum)
    columns = (
        "guild_id, kind, state, author_id, forum_id, title, body, notify, created_at, active_at,"
        " revision, ups, downs, version, drawn_version"
    )
    for unique in ("origin", "message_id"):
        other = {"origin": "message_id", "message_id": "origin"}[unique]
        fresh = {"origin": "'another'", "message_id": "42"}[other]
        into, values = f"{columns}, {unique}, {other}", f"{columns}, {unique}, {fresh}"
        with pytest.raises(
            Exception, match=rf"posts\.{unique}|ux_posts_{unique.removesuffix('_id')}"
        ):
            await sql(database, f"INSERT INTO posts ({into}) SELECT {values} FROM posts")


async def test_a_ballot_needs_a_post(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await sql(
            database, "INSERT INTO ballots (post_id, voter_id, vote, day) VALUES (9, 1, 1, 0)"
        )
    async with database.read() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM ballots"))).scalar_one() == 0
