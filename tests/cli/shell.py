"""`python -m bot ...` as a person types it: a process of its own, in a directory of its own."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
EXAMPLE: Final = ROOT / "config.example.toml"
PATIENCE: Final = 60
TOKEN: Final = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJK"


@dataclass(frozen=True)
class Said:
    """What a command left: its exit code and what it wrote where."""

    code: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """The tests' own environment, without anything that configures the bot."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASKWELL")}
    kept.pop("FORCE_COLOR", None)
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **more}


def bot(where: Path, *arguments: str, **variables: str) -> Said:
    """Run `python -m bot` with these arguments in this directory, to its end."""
    return python(where, "-m", "bot", *arguments, **variables)


def python(where: Path, *arguments: str, **variables: str) -> Said:
    """Run Python with these arguments in this directory, to its end."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=where,
        env=environment(**variables),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def configure(where: Path, *changes: tuple[str, str]) -> None:
    """Copy the example configuration and change some of its text."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    (where / "config.toml").write_text(text, encoding="utf-8")


def files(where: Path) -> list[str]:
    """The names of all files in a directory."""
    return sorted(path.name for path in where.iterdir())


class Running:
    """The bot while it runs against a double of Discord."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._lines: list[str] = []

    async def wait_for(self, words: str, patience: float = PATIENCE) -> None:
        """Read the log until a line says this."""
        assert self._process.stderr is not None
        async with asyncio.timeout(patience):
            while line := (await self._process.stderr.readline()).decode():
                self._lines.append(line)
                if words in line:
                    return
        raise AssertionError(f"never said {words!r}: {''.join(self._lines)}")

    async def end(self, by: signal.Signals | None = None) -> Said:
        """Wait for the end, after a signal if one is named."""
        if by is not None:
            self._process.send_signal(by)
        async with asyncio.timeout(PATIENCE):
            out, err = await self._process.communicate()
        code = self._process.returncode
        assert code is not None
        return Said(code, out.decode(), "".join(self._lines) + err.decode())


@asynccontextmanager
async def started(
    where: Path, discord: str, *arguments: str, **more: str
) -> AsyncIterator[Running]:
    """Start the bot with Discord at another address; it is gone at the end, whatever happens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.cli.redirected",
        discord,
        *arguments,
        cwd=where,
        env=environment(**more),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Running(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def online(where: Path, discord: str, *arguments: str, **more: str) -> Said:
    """Run the bot against a double of Discord, to its own end."""
    async with started(where, discord, *arguments, **more) as running:
        return await running.end()
