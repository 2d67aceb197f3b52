"""`run`: against a double of Discord, as a process that gets real signals."""

import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db.migrate import head
from tests.cli.loopback import Double
from tests.cli.shell import TOKEN, configure, files, online, started

JSON = ('format = "text"', 'format = "json"')
DEBUG = ('level = "INFO"', 'level = "DEBUG"')


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
async def test_the_first_start_makes_the_database_and_a_signal_stops_the_bot_cleanly(
    tmp_path: Path, double: Double, by: signal.Signals
) -> None:
    configure(tmp_path)
    async with started(tmp_path, double.address, "run", ASKWELL_TOKEN=TOKEN) as running:
        await running.wait_for("ready on 0 servers")
        said = await running.end(by)
    assert said.code == 0, said.err
    assert "what was received is stored first" in said.err
    assert said.err.rstrip().endswith("stopped")
    assert files(tmp_path) == ["askwell.db", "config.toml"]
    with closing(sqlite3.connect(tmp_path / "askwell.db")) as made:
        assert made.execute("SELECT version_num FROM alembic_version").fetchall() == [(head(),)]


async def test_a_signal_in_the_middle_of_the_log_in_stops_the_bot_cleanly(
    tmp_path: Path, double: Double
) -> None:
    configure(tmp_path)
    double.hangs = True
    async with started(tmp_path, double.address, "run", ASKWELL_TOKEN=TOKEN) as running:
        await running.wait_for("brought up to date")
        await double.asked.wait()
        said = await running.end(signal.SIGTERM)
    assert said.code == 0, said.err
    assert "Traceback" not in said.err


async def test_a_token_that_discord_refuses_is_told_in_words(
    tmp_path: Path, double: Double
) -> None:
    configure(tmp_path)
    said = await online(tmp_path, double.address, "run", ASKWELL_TOKEN="wrong-token")
    assert said.code == 2
    assert "does not accept the token in ASKWELL_TOKEN" in said.err
    assert "Traceback" not in said.err
    assert "wrong-token" not in said.err


async def test_a_missing_intent_is_told_with_both_ways_out(tmp_path: Path, double: Double) -> None:
    configure(tmp_path)
    double.close_code = 4014
    said = await online(tmp_path, double.address, "run", ASKWELL_TOKEN=TOKEN)
    assert said.code == 2
    assert "Switch on Message Content Intent" in said.err
    assert "message_content = false" in said.err
    assert "Traceback" not in said.err


async def test_a_bot_on_too_many_servers_for_one_connection_is_told_to_use_shards(
    tmp_path: Path, double: Double
) -> None:
    configure(tmp_path)
    double.close_code = 4011
    said = await online(tmp_path, double.address, "run", ASKWELL_TOKEN=TOKEN)
    assert said.code == 2
    assert "--shards 0-1/2" in said.err
    assert "Traceback" not in said.err


async def test_all_shards_may_run_in_one_process_on_sqlite(tmp_path: Path, double: Double) -> None:
    configure(tmp_path)
    arguments = ("run", "--shards", "0-0/1")
    async with started(tmp_path, double.address, *arguments, ASKWELL_TOKEN=TOKEN) as running:
        await running.wait_for("ready on 0 servers")
        said = await running.end(signal.SIGTERM)
    assert said.code == 0, said.err


async def test_a_discord_that_cannot_be_reached_is_told_in_words(tmp_path: Path) -> None:
    configure(tmp_path)
    said = await online(tmp_path, "http://127.0.0.1:1", "run", ASKWELL_TOKEN=TOKEN)
    assert said.code == 1
    assert "Discord cannot be reached" in said.err
    assert "Traceback" not in said.err


async def test_settings_that_do_not_go_together_are_told_in_words(
    tmp_path: Path, double: Double
) -> None:
    configure(tmp_path, ("⬇️", "\u2b06"))
    said = await online(tmp_path, double.address, "run", ASKWELL_TOKEN=TOKEN)
    assert said.code == 2
    assert "forum.down_arrow: must differ from up_arrow" in said.err
    assert "Traceback" not in said.err


async def test_an_error_that_nobody_expected_is_logged_without_the_token(
    tmp_path: Path, double: Double
) -> None:
    configure(tmp_path, JSON)
    double.broken = f"no name, but {TOKEN}"
    said = await online(tmp_path, double.address, "run", ASKWELL_TOKEN=TOKEN)
    assert said.code == 1
    last = json.loads(said.err.splitlines()[-1])
    assert last["level"] == "CRITICAL"
    assert "Traceback" in last["exception"]
    assert TOKEN not in said.err


async def test_each_line_of_a_json_log_is_an_object_and_none_holds_the_token(
    tmp_path: Path, double: Double
) -> None:
    configure(tmp_path, JSON, DEBUG)
    async with started(tmp_path, double.address, "run", ASKWELL_TOKEN=TOKEN) as running:
        await running.wait_for("ready on 0 servers")
        said = await running.end(signal.SIGTERM)
    lines = [json.loads(line) for line in said.err.splitlines()]
    assert len(lines) > 3
    assert all({"time", "level", "logger", "message"} <= set(line) for line in lines)
    assert TOKEN not in said.err + said.out
