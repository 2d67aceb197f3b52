"""The command line: `python -m bot run | demo | check | recount | db ...`."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from bot.cli.speech import PORTAL, Refused, complain, misused, never_choke
from bot.config import TOKEN_VARIABLE, Config, ConfigError, load
from bot.domain.errors import Invalid
from bot.domain.shards import ALL, Shards, parse

Result = TypeVar("Result")
NO_TOKEN = (
    f"There is no token. Copy it from {PORTAL} (Bot → Reset Token), then:\n"
    f"export {TOKEN_VARIABLE}='the token'"
)
ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="The configuration file; else config.toml.")
]
app = typer.Typer(
    name="python -m bot",
    help="Askwell: a question-and-answer forum inside Discord.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
db = typer.Typer(help="The database: bring it up to date, copy it.", no_args_is_help=True)
app.add_typer(db, name="db")


@app.callback()
def common(context: typer.Context, config: ConfigFile = None) -> None:
    """Askwell: a question-and-answer forum inside Discord."""
    context.obj = config


@app.command()
def run(
    context: typer.Context,
    config: ConfigFile = None,
    shards: Annotated[
        str | None, typer.Option(metavar="FIRST-LAST/COUNT", help="Serve these shards, as 0-3/8.")
    ] = None,
) -> None:
    """Go online, until Ctrl+C or SIGTERM."""
    settings = _settings(context, config)
    if settings.token is None:
        raise misused(NO_TOKEN)
    from bot.cli.run import run as serve

    _finish(serve(settings, settings.token, _shards(shards)))


@app.command()
def check(context: typer.Context, config: ConfigFile = None) -> None:
    """Say what is missing for the bot to work, and how to mend it; changes nothing."""
    settings = _settings(context, config)
    from bot.doctor import examine, report

    raise typer.Exit(report(_finish(examine(settings))))


@app.command()
def recount(context: typer.Context, config: ConfigFile = None) -> None:
    """Rebuild all scores and points from the ballots, and say what differed."""
    settings = _settings(context, config)
    from bot.cli import database

    _finish(database.recount(settings))


@app.command()
def demo(
    *,
    script: Annotated[bool, typer.Option(help="Play a story in the terminal.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
) -> None:
    """Open the forum in the browser: no account, no token, no network."""
    try:
        from bot.demo.run import PortTaken
        from bot.demo.run import demo as serve
        from bot.demo.script import play
    except ModuleNotFoundError as missing:
        if str(missing.name).partition(".")[0] != "simcord":
            raise
        raise misused("The demo needs one package more: pip install -e '.[demo]'") from missing
    if script:
        raise typer.Exit(_finish(play()))
    try:
        _finish(serve(port))
    except PortTaken as taken:
        raise Refused(str(taken)) from taken


@db.command()
def upgrade(context: typer.Context, config: ConfigFile = None) -> None:
    """Bring the database to the newest schema (run does so by itself)."""
    settings = _settings(context, config)
    from bot.cli import database

    _finish(database.upgrade(settings))


@db.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A new file for the copy.")],
    config: ConfigFile = None,
) -> None:
    """Copy the database to a new file, also while the bot runs."""
    settings = _settings(context, config)
    from bot.cli import database

    _finish(database.backup(settings, file))


@db.command()
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A URL, or an SQLite file.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="The same; an empty database.")],
) -> None:
    """Copy everything to another database of either kind, and compare the two.

    Leave a password out of the URL, where others see it: PGPASSWORD or ~/.pgpass have it too.
    """
    from bot.cli import copy as copying

    _finish(copying.copy(source, target))


def _shards(text: str | None) -> Shards:
    try:
        return ALL if text is None else parse(text)
    except Invalid as invalid:
        raise misused(f"--shards: {invalid}") from invalid


def _settings(context: typer.Context, file: Path | None) -> Config:
    """Load the file that was named after the command, before it, or not at all."""
    path: Path = file or context.find_root().obj or Path("config.toml")
    if not path.exists():
        raise misused(
            f"There is no configuration {path}. Copy config.example.toml to {path} "
            "and change what you like."
        )
    try:
        return load(path, os.environ)
    except ConfigError as error:
        raise misused(f"{error}\nNothing was started.") from error


def _finish(work: Coroutine[Any, Any, Result]) -> Result:
    from db.state import Unusable

    try:
        return asyncio.run(work)
    except Unusable as unusable:
        raise Refused(str(unusable)) from unusable


def main() -> None:
    """Carry out one command; a refusal is a text and an exit code, never a traceback."""
    never_choke()
    try:
        app()
    except Refused as refused:
        complain(str(refused))
        sys.exit(refused.code)


if __name__ == "__main__":
    main()
