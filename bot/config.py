"""The settings: a TOML file for all to read, secrets from the environment alone."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails

TOKEN_VARIABLE: Final = "ASKWELL_TOKEN"  # noqa: S105 - the name of a variable
URL_VARIABLE: Final = "ASKWELL_DATABASE_URL"
REASONS: Final = {
    "bool_type": "must be true or false",
    "extra_forbidden": "is not a setting",
    "finite_number": "must be a finite number",
    "float_type": "must be a number",
    "greater_than_equal": "must be at least {ge}",
    "int_type": "must be a whole number",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "model_type": "must be a table",
    "string_type": "must be text in quotes",
    "value_error": "{error}",
}


class ConfigError(ValueError):
    """Every problem of the settings at once, one a line, so that one look mends them all."""


def _known_engine(url: SecretStr) -> SecretStr:
    try:
        parts = urlsplit(url.get_secret_value())
        _ = parts.port
    except ValueError:
        # The parser's own words may quote the password.
        raise ValueError("is not a URL; %-escape odd characters in its password") from None
    if parts.scheme not in {"sqlite+aiosqlite", "postgresql+asyncpg"}:
        raise ValueError("must begin with sqlite+aiosqlite:// or postgresql+asyncpg://")
    if parts.path in {"", "/", "/:memory:"}:
        raise ValueError("must name a database that stays: a file or a PostgreSQL database")
    if parts.scheme == "sqlite+aiosqlite" and parts.netloc:
        raise ValueError("needs three slashes before a file's path, four before an absolute one")
    return url


def _emoji(text: str) -> str:
    symbols = not any(sign.isalpha() or sign.isspace() for sign in text)
    if not symbols or text.isascii() or len(text) > 16:
        raise ValueError("must be one emoji that every server has")
    return text


class Section(BaseModel):
    """One table of the file: read strictly, never changed, never quoted in an error."""

    model_config = ConfigDict(
        allow_inf_nan=False,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        strict=True,
    )


class Database(Section):
    """Where everything is stored."""

    url: Annotated[SecretStr, AfterValidator(_known_engine)] = Field(
        default=SecretStr("sqlite+aiosqlite:///askwell.db"),
        description=f"SQLite file or PostgreSQL database; with a password: {URL_VARIABLE}",
    )
    synchronous: Literal["FULL", "NORMAL"] = Field(
        default="FULL",
        description="SQLite: FULL outlives a power cut, NORMAL is faster and may lose seconds",
    )
    busy_timeout_seconds: float = Field(
        default=5.0, ge=0, le=60, description="SQLite: how long to wait for another writer"
    )


class Discord(Section):
    """How much the bot asks of Discord."""

    message_content: bool = Field(
        default=True, description="Ask for the privileged intent, to read members' own posts"
    )
    redraw_seconds: float = Field(
        default=2.0, ge=0, le=60, description="Pause between two drawings of one card"
    )
    drawings_at_once: int = Field(
        default=5, ge=1, le=20, description="How many cards are drawn at the same time"
    )
    reconcile: bool = Field(
        default=True, description="Catch up after each start with what happened meanwhile"
    )
    reconcile_days: int = Field(
        default=30, ge=1, le=3650, description="How old a post may be to be caught up with"
    )


class Log(Section):
    """What the bot tells its operator."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = Field(
        default="INFO", description="The least serious line to write"
    )
    format: Literal["text", "json"] = Field(
        default="text", description="text for people, json for a log collector"
    )


class Metrics(Section):
    """Numbers for a monitoring system, and whether the bot is well."""

    beyond_loopback: bool = Field(
        default=False, description="Let listen be more than this machine: for a container"
    )
    listen: str = Field(
        default="",
        description="Where to serve /metrics and /health, as 127.0.0.1:9100; empty: nowhere",
    )

    @field_validator("listen")
    @classmethod
    def _closed(cls, listen: str, info: ValidationInfo) -> str:
        if not listen:
            return listen
        host, _ = host_and_port(listen)
        if not ip_address(host).is_loopback and not info.data.get("beyond_loopback"):
            raise ValueError(
                "would be open to other machines; take 127.0.0.1, or in a container, whose ports "
                "are closed, set beyond_loopback = true"
            )
        return listen


def host_and_port(listen: str) -> tuple[str, int]:
    """Read an address to listen at; raises ValueError for one that is none."""
    try:
        parts = urlsplit(f"//{listen}")
        if parts.netloc == listen and parts.port is not None:
            return str(ip_address(parts.hostname or "")), parts.port
    except ValueError:
        pass
    raise ValueError("must be an IP address and a port, as 127.0.0.1:9100 or [::1]:9100")


class Forum(Section):
    """What a server starts with; its moderators change each of these with a command."""

    up_arrow: Annotated[str, AfterValidator(_emoji)] = Field(
        default="⬆️", description="The reaction that votes up"
    )
    down_arrow: Annotated[str, AfterValidator(_emoji)] = Field(
        default="⬇️", description="The reaction that votes down"
    )
    points: Literal["question2answer", "stackoverflow"] = Field(
        default="question2answer", description="The table that says what a vote is worth"
    )
    anonymous: bool = Field(default=True, description="Members may ask without their name")
    question_title_min: int = Field(
        default=12, ge=1, le=250, description="Fewest characters of a question's title"
    )
    question_title_max: int = Field(
        default=120, ge=1, le=250, description="Most characters of a question's title"
    )
    body_max: int = Field(
        default=4000, ge=200, le=4000, description="Most characters of a question or an answer"
    )
    answer_min: int = Field(default=12, ge=1, le=200, description="Fewest characters of an answer")
    tags_max: int = Field(default=5, ge=0, le=5, description="Most tags on one question")
    several_answers: bool = Field(
        default=True, description="A member may answer one question more than once"
    )
    comment_votes: bool = Field(default=False, description="Comments can be voted on")
    similar_shown: int = Field(
        default=5, ge=0, le=10, description="How many similar questions an asker is shown"
    )

    @field_validator("down_arrow")
    @classmethod
    def _differs(cls, down: str, info: ValidationInfo) -> str:
        if down.rstrip("\ufe0f") == info.data.get("up_arrow", "").rstrip("\ufe0f"):
            raise ValueError("must differ from up_arrow")
        return down

    @field_validator("question_title_max")
    @classmethod
    def _leaves_room(cls, longest: int, info: ValidationInfo) -> int:
        if longest < info.data.get("question_title_min", 0):
            raise ValueError("must not be less than question_title_min")
        return longest


class Settings(Section):
    """What the file may say, which is everything but the token."""

    database: Database = Database()
    discord: Discord = Discord()
    log: Log = Log()
    metrics: Metrics = Metrics()
    forum: Forum = Forum()


class Config(Settings):
    """The settings and the token, which only a bot that goes online needs."""

    token: SecretStr | None = None


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Return the whole configuration, or raise a `ConfigError` that names all that is wrong."""
    told = _read(path)
    url = environ.get(URL_VARIABLE, "").strip()
    if url and isinstance(told.setdefault("database", {}), dict):
        told["database"]["url"] = url
    try:
        settings = Settings.model_validate(told)
    except ValidationError as invalid:
        problems = [_problem(path, error, from_environ=bool(url)) for error in invalid.errors()]
        raise ConfigError("\n".join(problems)) from None
    token = environ.get(TOKEN_VARIABLE, "").strip()
    return Config(
        database=settings.database,
        discord=settings.discord,
        log=settings.log,
        metrics=settings.metrics,
        forum=settings.forum,
        token=SecretStr(token) if token else None,
    )


def settings_table() -> list[tuple[str, str, str]]:
    """Return each setting's dotted key, its default as TOML writes it, and what it does."""
    return [
        (f"{name}.{key}", _toml(field.default), field.description or "")
        for name, section in _sections()
        for key, field in section.model_fields.items()
    ]


def _sections() -> Iterator[tuple[str, type[Section]]]:
    for name, field in Settings.model_fields.items():
        yield name, type(field.default)


def _toml(value: SecretStr | str | float) -> str:
    plain = value.get_secret_value() if isinstance(value, SecretStr) else value
    return json.dumps(plain, ensure_ascii=False)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        todo = "copy config.example.toml to this place and let the bot read it"
        raise ConfigError(f"{path}: file: {error.strerror} ({todo})") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: file: is not UTF-8 text (save it as UTF-8)") from error
    except tomllib.TOMLDecodeError as error:
        todo = "compare the line with config.example.toml"
        raise ConfigError(f"{path}: file: is not TOML: {error} ({todo})") from error


def _problem(path: Path, error: ErrorDetails, *, from_environ: bool) -> str:
    key = ".".join(str(part) for part in error["loc"])
    reason = REASONS.get(error["type"], error["msg"]).format(**error.get("ctx", {}))
    if error["loc"][-1] == "token":
        todo = f"a file is soon shared: put it into the environment as {TOKEN_VARIABLE}"
        return f"{path}: {key}: must not be in the file ({todo})"
    if key == "database.url" and from_environ:
        return f"environment: {URL_VARIABLE}: {reason} (change the variable)"
    return f"{path}: {key}: {reason} ({_todo(key, error['type'])})"


def _todo(key: str, kind: str) -> str:
    defaults = {known: default for known, default, _ in settings_table()}
    name = key.rpartition(".")[2]
    if key in defaults:
        return f"for example: {name} = {defaults[key]}"
    if kind != "extra_forbidden":
        return f"write [{key}] and its settings below it"
    elsewhere = [known for known in defaults if known.endswith(f".{name}")]
    near = elsewhere or get_close_matches(key, [*defaults, *Settings.model_fields], n=1)
    return f"did you mean {near[0]}?" if near else "remove it; config.example.toml has all"
