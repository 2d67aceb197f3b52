"""What is known of migrations without loading Alembic agrees with it."""

import subprocess
import sys
from pathlib import Path

from alembic.script import ScriptDirectory

from db import migrate

ROOT = Path(__file__).parents[2]
QUIET_START = """
import asyncio, sys
import bot.cli.run
from db.engine import Database
from db.state import pending

async def look():
    database = Database("sqlite+aiosqlite:///" + sys.argv[1])
    print(await pending(database), "alembic" in sys.modules)
    await database.close()

asyncio.run(look())
"""


def test_the_files_of_revisions_are_named_in_the_order_in_which_they_are_applied() -> None:
    scripts = ScriptDirectory(str(ROOT / "db" / "migrations"))
    chain = [script.revision for script in scripts.walk_revisions()]
    assert len(chain) > 1
    assert migrate.revisions() == chain[::-1]


def test_a_start_without_anything_to_migrate_does_without_alembic(template: Path) -> None:
    command = [sys.executable, "-c", QUIET_START, str(template)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert said.stdout == "[] False\n"
