"""What the doctor finds, as values, and how they are printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from rich.console import Console
from rich.text import Text


class Verdict(Enum):
    """How a check went: a sign, a word and a colour, so that none stands alone."""

    OK = ("✓", "ok", "green")
    WARNING = ("!", "warning", "yellow")
    FAILED = ("✗", "failed", "bold red")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and what to do about it."""

    verdict: Verdict
    what: str
    todo: str = ""


def ok(what: str) -> Finding:
    """All is well here."""
    return Finding(Verdict.OK, what)


def warning(what: str, todo: str) -> Finding:
    """The bot works, and something is worth knowing."""
    return Finding(Verdict.WARNING, what, todo)


def failed(what: str, todo: str) -> Finding:
    """Something does not work until somebody mends it."""
    return Finding(Verdict.FAILED, what, todo)


def report(findings: Sequence[Finding]) -> int:
    """Print a line a finding; returns the exit code, 0 when nothing failed."""
    console = Console()
    for finding in findings:
        sign, word, colour = finding.verdict.value
        line = Text.assemble((f"{sign} {word:<8}", colour), finding.what)
        if finding.todo:
            line.append(f" → {finding.todo}")
        console.print(line, soft_wrap=True)
    failures = sum(finding.verdict is Verdict.FAILED for finding in findings)
    console.print(f"{failures} failed." if failures else "Nothing failed.", highlight=False)
    return 1 if failures else 0
