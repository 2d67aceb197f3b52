"""The log: what happened, for the operator; never tokens, never what people wrote."""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, TextIO

from pydantic import SecretStr

from bot.config import Log

log = logging.getLogger(__name__)
OWN: Final = ("bot", "cogs", "db")
HIDDEN: Final = "[hidden]"
LEAKS: Final = (
    (re.compile(r"[\w-]{23,}\.[\w-]{6,7}\.[\w-]{27,}"), HIDDEN),
    (re.compile(r"aW50ZXJhY3Rpb2[\w=-]+"), HIDDEN),
    (re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w-]{20,}"), rf"\1{HIDDEN}"),
    (re.compile(r"(\w://[^\s:/@]*:)[^\s/@]+@"), rf"\1{HIDDEN}@"),
    (
        re.compile(
            r"\[parameters: .*|(?<=Failing row contains ).*"
            r"|(?<=invalid input for query argument \$).*|(?<=DETAIL:  Key \().*",
            re.DOTALL,
        ),
        HIDDEN,
    ),
)
"""Bot tokens, interaction tokens, passwords in addresses; and rows, which hold posts.

What people wrote has line breaks and brackets, so a row goes on to the end of its message.
"""
TALKATIVE: Final = ("discord.http", "discord.gateway", "discord.webhook", "aiosqlite", "sqlalchemy")
"""Below WARNING these write what people wrote, so they never get that far."""


class Redactor:
    """Hides the token and everything that looks like a secret or a stored row."""

    def __init__(self, *secrets: SecretStr | None) -> None:
        self._secrets = [found for item in secrets if item and (found := item.get_secret_value())]

    def __call__(self, line: str) -> str:
        """Return one message without secrets."""
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        for leak, instead in LEAKS:
            line = leak.sub(instead, line)
        return line


class Lines(logging.Formatter):
    """Writes each record as a line for people; an exception follows, indented."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """Write one record, without secrets."""
        return self.write(self.facts(record))

    def facts(self, record: logging.LogRecord) -> dict[str, str]:
        """Return what is known of a record, each part without secrets."""
        found = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if error_id := getattr(record, "error_id", None):
            found["error_id"] = str(error_id)
        told = {name: self._redact(text) for name, text in found.items()}
        if record.exc_info and record.exc_info[0]:
            # Each error of a chain by itself: what is hidden of one ends with its message.
            parts = traceback.format_exception(*record.exc_info)
            told["exception"] = "".join(map(self._redact, parts)).rstrip()
        return told

    def write(self, facts: dict[str, str]) -> str:
        """Write the facts as text; a line break in a message cannot pass for a new record."""
        message = facts["message"].replace("\r", "\\r").replace("\n", "\\n")
        line = f"{facts['time']} {facts['level']:<8} {facts['logger']}: {message}"
        if "error_id" in facts:
            line += f" (error {facts['error_id']})"
        if "exception" in facts:
            line += "\n    " + facts["exception"].replace("\n", "\n    ")
        return line


class JsonLines(Lines):
    """Writes each record as one JSON object on a line, for a log collector."""

    def write(self, facts: dict[str, str]) -> str:
        """Write the facts as JSON."""
        return json.dumps(facts, ensure_ascii=False)


def set_up(wanted: Log, *secrets: SecretStr | None, stream: TextIO | None = None) -> None:
    """Send the log to a stream (standard error), in place of where it went before."""
    kind = JsonLines if wanted.format == "json" else Lines
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(kind(Redactor(*secrets)))
    level = logging.getLevelNamesMapping()[wanted.level]
    handler.setLevel(level)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    told = min(level, logging.ERROR)  # Errors are counted, even where none is written.
    quiet = max(told, logging.WARNING)
    root.setLevel(quiet)
    for name in OWN:
        logging.getLogger(name).setLevel(told)
    logging.getLogger("discord").setLevel(level if level == logging.DEBUG else quiet)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(quiet)
    logging.captureWarnings(capture=True)
    sys.excepthook = _crashed


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Write an error that nobody expected like everything else, without secrets."""
    log.critical("ended by an error that nobody expected", exc_info=(kind, error, trace))
