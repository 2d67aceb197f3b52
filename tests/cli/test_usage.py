"""What a person sees who mistypes, forgets the configuration or breaks it."""

import sys
from pathlib import Path

import pytest

from tests.cli.shell import bot, configure, files, python


def refusal(where: Path, *arguments: str, code: int = 2, **variables: str) -> str:
    """The one text of a command that must refuse, on standard error and no traceback."""
    said = bot(where, *arguments, **variables)
    assert said.code == code, said
    assert said.out == ""
    assert "Traceback" not in said.err
    return said.err


def test_help_names_every_command_and_is_plain_when_piped(tmp_path: Path) -> None:
    said = bot(tmp_path, "--help")
    assert said.code == 0
    for command in ("run", "check", "demo", "recount", "db"):
        assert f" {command} " in said.out
    assert "\x1b" not in said.out
    assert files(tmp_path) == []


@pytest.mark.parametrize("command", ["run", "check", "recount", "db upgrade", "db backup copy.db"])
def test_without_a_configuration_it_is_told_what_to_copy(tmp_path: Path, command: str) -> None:
    said = refusal(tmp_path, *command.split())
    assert "Copy config.example.toml to config.toml" in said
    assert files(tmp_path) == []


def test_a_configuration_may_be_named_before_the_command_or_after_it(tmp_path: Path) -> None:
    before = refusal(tmp_path, "--config", "other.toml", "db", "upgrade")
    after = refusal(tmp_path, "db", "upgrade", "--config", "other.toml")
    assert before == after
    assert "There is no configuration other.toml" in before


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("tags_max = 5", "tags_max = 9", "config.toml: forum.tags_max: must be at most 5"),
        ("[log]", "[log", "config.toml: file: is not TOML"),
    ],
)
def test_a_broken_configuration_is_told_by_file_key_and_reason_and_nothing_starts(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    configure(tmp_path, (before, after))
    said = refusal(tmp_path, "run", ASKWELL_TOKEN="token")
    assert told in said
    assert "Nothing was started." in said
    assert files(tmp_path) == ["config.toml"]


def test_without_a_token_nothing_is_started_and_the_way_to_set_it_is_told(tmp_path: Path) -> None:
    configure(tmp_path)
    assert "export ASKWELL_TOKEN=" in refusal(tmp_path, "run")
    assert files(tmp_path) == ["config.toml"]


@pytest.mark.parametrize(
    ("shards", "told"),
    [
        ("3-1/8", "--shards: The range 3-1/8 runs backwards. Write 1-3/8."),
        ("0-8/8", "--shards: There is no shard 8 of 8"),
        ("some", "--shards: “some” is no range of shards. Write for example 0-3/8"),
        ("0-3/8", "SQLite serves one run of the bot, and 0-3/8 leaves servers to another one."),
    ],
)
def test_shards_that_cannot_be_served_are_refused_and_nothing_is_started(
    tmp_path: Path, shards: str, told: str
) -> None:
    configure(tmp_path)
    assert told in refusal(tmp_path, "run", "--shards", shards, ASKWELL_TOKEN="token")
    assert files(tmp_path) == ["config.toml"]


@pytest.mark.parametrize("arguments", ["bogus", "demo --port many", "demo --port 99999", "db copy"])
def test_a_mistyped_command_is_refused_as_such(tmp_path: Path, arguments: str) -> None:
    assert "Usage:" in refusal(tmp_path, *arguments.split())


def test_a_demo_without_simcord_says_what_to_install(tmp_path: Path) -> None:
    absent = 'raise ModuleNotFoundError("No module named \'simcord\'", name="simcord")'
    (tmp_path / "simcord.py").write_text(absent, encoding="utf-8")
    assert "pip install -e '.[demo]'" in refusal(tmp_path, "demo", "--script")


def test_signs_that_a_terminal_does_not_know_do_no_harm(tmp_path: Path) -> None:
    configure(tmp_path)
    said = bot(tmp_path, "check", PYTHONIOENCODING="ascii")
    assert said.code == 1
    assert "? failed" in said.out
    assert said.err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_long_work_shows_a_bar_on_a_terminal_only(tmp_path: Path) -> None:
    configure(tmp_path)
    screen = python(tmp_path, "-c", ON_A_TERMINAL, "db", "upgrade").out
    assert "Bringing the database up to date" in screen
    assert "The database is up to date now" in screen
    again = bot(tmp_path, "recount")
    assert again.err == ""
    assert again.out == "Nothing differed: every score and all points were right.\n"


ON_A_TERMINAL = "import pty, sys; pty.spawn([sys.executable, '-m', 'bot', *sys.argv[1:]])"
