"""`check`: looks at everything the bot needs, and says how to mend what is missing."""

import os

from bot.app import defaults
from bot.cli.database import UPGRADE, opened
from bot.cli.findings import Finding, failed, ok, report, warning
from bot.cli.servers import look_online
from bot.config import TOKEN_VARIABLE, Config
from bot.domain.errors import Invalid
from db.engine import Database
from db.queries import guilds
from db.queries.guilds import ForumRow
from db.state import Unusable, in_words, is_there, pending

__all__ = ["examine", "look_at_database", "report"]


async def examine(config: Config) -> list[Finding]:
    """Check configuration, database and Discord; changes nothing in any of them."""
    findings = [_settings(config)]
    async with opened(config) as database:
        found, forums = await look_at_database(database)
    findings.append(found)
    if config.token is None:
        todo = f"set it: export {TOKEN_VARIABLE}='the token'; then Discord is checked too"
        findings.append(failed(f"Token: {TOKEN_VARIABLE} is not set", todo))
    else:
        token = config.token.get_secret_value()
        wanted = config.discord.message_content
        findings += await look_online(token, forums, message_content=wanted)
    return findings


async def look_at_database(database: Database) -> tuple[Finding, list[ForumRow] | None]:
    """Check the database; returns also its question forums, None when it cannot be asked."""
    if not is_there(database):
        return _no_file(database), None
    try:
        todo = await pending(database)
        if todo:
            revisions = ", ".join(todo)
            behind = warning(f"Database: not up to date, missing {revisions}", f"run {UPGRADE}")
            return behind, None
        with in_words(database):
            async with database.read() as tx:
                forums = await guilds.forums(tx)
    except Unusable as unusable:
        why, _, mend = str(unusable).partition(". ")
        return failed(f"Database: {why}", mend), None
    if database.file and not os.access(database.file, os.W_OK):
        return failed(f"Database: {database.file} may not be written", "change its owner"), forums
    return ok("Database: reachable and up to date"), forums


def _settings(config: Config) -> Finding:
    try:
        defaults(config)
    except Invalid as invalid:
        todo = "change them under [forum]"
        return failed(f"Configuration: {' '.join(invalid.problems)}", todo)
    return ok("Configuration: every setting can be used")


def _no_file(database: Database) -> Finding:
    file = database.file
    if file is None or not os.access(file.absolute().parent, os.W_OK):
        return failed(
            f"Database: {file} cannot be made there", "make its folder, or change its url"
        )
    return warning(f"Database: {file} is not there yet", f"run makes it, and so does {UPGRADE}")
