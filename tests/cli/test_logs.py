"""The log: readable by people or by machines, and never a secret or a post in it."""

import json
import logging
import re
import sys
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot import logs
from bot.config import Log
from bot.metrics.record import Errors, Metrics
from db.engine import Database
from tests.cli.shell import TOKEN

SECRET = SecretStr("s3cret")
SetUp = Callable[..., StringIO]


@pytest.fixture
def set_up() -> Iterator[SetUp]:
    """Set the log up for one test, with a stream to look into."""
    root = logging.getLogger()
    names = ["", "discord", *logs.OWN, *logs.TALKATIVE]
    before = {name: logging.getLogger(name).level for name in names}
    handlers, hook = root.handlers[:], sys.excepthook

    def begin(**wanted: str) -> StringIO:
        stream = StringIO()
        logs.set_up(Log.model_validate(wanted), SECRET, stream=stream)
        return stream

    yield begin
    logging.captureWarnings(capture=False)
    root.handlers[:], sys.excepthook = handlers, hook
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def test_a_line_for_people_has_time_level_logger_message_and_error_id(set_up: SetUp) -> None:
    stream = set_up()
    logging.getLogger("cogs.ask").warning("post %s is late", 7, extra={"error_id": "beef"})
    line = stream.getvalue()
    assert line.endswith(" WARNING  cogs.ask: post 7 is late (error beef)\n")
    assert line.startswith("20")


def test_a_json_line_holds_the_same_and_the_exception(set_up: SetUp) -> None:
    stream = set_up(format="json")
    error, extra = RuntimeError("out of ink"), {"error_id": "beef"}
    logging.getLogger("bot.ui").error("cannot draw", exc_info=error, extra=extra)
    (line,) = stream.getvalue().splitlines()
    record = json.loads(line)
    assert list(record) == ["time", "level", "logger", "message", "error_id", "exception"]
    assert (record["level"], record["logger"]) == ("ERROR", "bot.ui")
    assert record["exception"].endswith("RuntimeError: out of ink")


def test_a_message_cannot_pass_for_a_second_record(set_up: SetUp) -> None:
    stream = set_up()
    logging.getLogger("bot").warning("named %s", "x\n2026 ERROR bot: forged")
    assert len(stream.getvalue().splitlines()) == 1


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    ("leak", "left"),
    [
        ("the password is s3cret.", "the password is [hidden]."),
        (f"Bot {TOKEN}", "Bot [hidden]"),
        ("POST /webhooks/42/aW50ZXJhY3Rpb246MTIzNDU2Nzg5MA", "POST /webhooks/42/[hidden]"),
        (f"/interactions/42/{'x' * 40}/callback", "/interactions/42/[hidden]/callback"),
        ("postgresql+asyncpg://me:hunter2@db/forum", "postgresql+asyncpg://me:[hidden]@db/forum"),
        ("[parameters: ('my private question',)]", "[hidden]"),
    ],
)
def test_secrets_are_hidden_in_messages_and_in_exceptions(
    set_up: SetUp, form: str, leak: str, left: str
) -> None:
    stream = set_up(format=form)
    log = logging.getLogger("bot")
    log.error("it said %s", leak)
    log.error("failed", exc_info=ValueError(leak))
    said, failed = stream.getvalue().rstrip().replace("failed\n", "failed ").split("\n", 1)
    assert f"it said {left}" in said
    assert f"ValueError: {left}" in failed
    assert leak not in stream.getvalue()


@pytest.mark.parametrize(
    "leak",
    [
        "DETAIL:  Failing row contains (1, my private (and\nvery own) question, 2).",
        "DETAIL:  Key (guild_id, key)=(1, my private (and\nvery own) question) already exists.",
        "invalid input for query argument $3: 'my private (and\nvery own) question' (too long)",
        "[parameters: ('my private (and\nvery own) question', 2)]",
    ],
)
def test_a_stored_text_is_hidden_to_its_last_line_and_the_rest_of_a_traceback_is_not(
    set_up: SetUp, leak: str
) -> None:
    stream = set_up(format="json")
    later = RuntimeError("not stored")
    later.__cause__ = ValueError(f"no such luck\n{leak}")
    logging.getLogger("bot").error("failed: %s", later.__cause__, exc_info=later)
    record = json.loads(stream.getvalue())
    assert "private" not in stream.getvalue()
    assert "very own" not in stream.getvalue()
    assert record["message"].startswith("failed: no such luck")
    assert "ValueError: no such luck" in record["exception"]
    assert record["exception"].endswith("RuntimeError: not stored")


def test_what_is_innocent_is_not_hidden(set_up: SetUp) -> None:
    stream = set_up()
    innocent = "drew post 123456789012345678 of server 876543210987654321, at 10:30@home, see https://e.org/a@b"
    logging.getLogger("bot").warning(innocent)
    assert innocent in stream.getvalue()


async def test_a_failed_statement_is_logged_without_what_people_wrote(
    set_up: SetUp, database: Database
) -> None:
    stream = set_up(level="DEBUG")
    statement, body = text("INSERT INTO nowhere VALUES (:body)"), "my private\nquestion"
    with pytest.raises(DBAPIError) as failure:
        async with database.write() as tx:
            await tx.execute(statement, {"body": body})
    logging.getLogger("bot").error("not stored", exc_info=failure.value)
    assert re.search('no such table: nowhere|"nowhere" does not exist', stream.getvalue())
    assert "my private" not in stream.getvalue()


@pytest.mark.parametrize(
    ("level", "written"),
    [("DEBUG", ["ours", "theirs"]), ("INFO", []), ("ERROR", [])],
)
def test_discord_is_quiet_unless_everything_is_wanted(
    set_up: SetUp, level: str, written: list[str]
) -> None:
    stream = set_up(level=level)
    logging.getLogger("bot").debug("ours")
    logging.getLogger("discord.client").debug("theirs")
    for name in ("discord.http", "discord.gateway", "aiosqlite", "sqlalchemy.engine.Engine"):
        logging.getLogger(name).info("a whole message")
    assert [line.split(": ")[-1] for line in stream.getvalue().splitlines()] == written


def test_an_error_counts_even_where_it_is_not_written(set_up: SetUp) -> None:
    stream, metrics = set_up(level="CRITICAL"), Metrics()
    logging.getLogger().addHandler(Errors(metrics))
    logging.getLogger("bot.ui").error("cannot draw")
    about = {"place": "bot.ui", "kind": "none"}
    assert metrics.registry.get_sample_value("askwell_errors_total", about) == 1
    assert stream.getvalue() == ""


def test_discord_may_warn_unless_only_errors_are_wanted(set_up: SetUp) -> None:
    stream = set_up(level="INFO")
    logging.getLogger("discord.client").info("hello")
    logging.getLogger("discord.client").warning("careful")
    assert stream.getvalue().endswith("discord.client: careful\n")
    assert "hello" not in stream.getvalue()
    stream = set_up(level="ERROR")
    logging.getLogger("discord.client").warning("careful")
    assert stream.getvalue() == ""
