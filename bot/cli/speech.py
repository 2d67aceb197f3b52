"""How the command line speaks: results, refusals and progress, plain when piped."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

MISUSED: Final = 2
FAILED: Final = 1
PORTAL: Final = "https://discord.com/developers/applications"
Step = Callable[[int, int], None]
"""Told (done, all) as a long work goes on."""


class Refused(Exception):
    """The command was not carried out; `str()` is for the person at the keyboard."""

    def __init__(self, text: str, code: int = FAILED) -> None:
        super().__init__(text)
        self.code = code


def misused(text: str) -> Refused:
    """Refuse because of the command or the configuration."""
    return Refused(text, MISUSED)


def never_choke() -> None:
    """Write a sign that the terminal does not know as `?`, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def say(text: str) -> None:
    """Print a result, as it is."""
    _plain(Console(), text)


def complain(text: str) -> None:
    """Print a refusal to standard error, as it is."""
    _plain(Console(stderr=True), text)


def _plain(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True, emoji=False)


@contextmanager
def progress(what: str) -> Iterator[Step]:
    """Show a bar while a long work goes on; nothing when nobody looks."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    quiet = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
