from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.config import Config, ConfigError, Section, Settings, load, settings_table
from bot.domain.settings import GuildSettings

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"
POSTGRES = "postgresql+asyncpg://askwell:pa55word@db.example/askwell"


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(written(folder, text), environ)
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def value(config: Config, dotted: str) -> Any:
    section, key = dotted.split(".")
    return getattr(getattr(config, section), key)


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load(written(tmp_path, ""), {}) == Config()


def test_the_forum_defaults_are_those_of_a_server_that_chose_nothing() -> None:
    chosen = Config().forum.model_dump()
    assert GuildSettings(**chosen) == GuildSettings()


def test_the_example_gives_exactly_the_defaults() -> None:
    assert load(EXAMPLE, {}) == Config()


def test_the_example_shows_every_setting_with_its_default_and_its_meaning() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    shown = [(lines[at - 1], line) for at, line in enumerate(lines) if " = " in line]
    assert shown == [
        (f"# {meaning}", f"{key.split('.')[1]} = {default}")
        for key, default, meaning in settings_table()
    ]


def test_the_table_of_settings_has_each_field_once_and_says_what_it_does() -> None:
    table = settings_table()
    fields = sum(len(type(section).model_fields) for _, section in Settings())
    assert fields == len({key for key, _, _ in table}) == len(table) > 20
    assert all(meaning for _, _, meaning in table)


@pytest.mark.parametrize(("key", "default"), [(key, text) for key, text, _ in settings_table()])
def test_each_default_of_the_table_can_be_written_into_a_file(
    tmp_path: Path, key: str, default: str
) -> None:
    section, name = key.split(".")
    assert load(written(tmp_path, f"[{section}]\n{name} = {default}\n"), {}) == Config()


@pytest.mark.parametrize(
    ("line", "key", "expected"),
    [
        ('database.synchronous = "NORMAL"', "database.synchronous", "NORMAL"),
        ("discord.redraw_seconds = 0", "discord.redraw_seconds", 0),
        ("discord.drawings_at_once = 20", "discord.drawings_at_once", 20),
        ("discord.message_content = false", "discord.message_content", False),
        ('log.format = "json"', "log.format", "json"),
        ('forum.up_arrow = "👍🏽"', "forum.up_arrow", "👍🏽"),
        ('forum.down_arrow = "1️⃣"', "forum.down_arrow", "1️⃣"),
        ("forum.tags_max = 0", "forum.tags_max", 0),
        ("forum.question_title_max = 250", "forum.question_title_max", 250),
    ],
)
def test_a_value_in_the_file_counts(tmp_path: Path, line: str, key: str, expected: object) -> None:
    assert value(load(written(tmp_path, line), {}), key) == expected


def test_a_file_from_an_editor_that_marks_utf8_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, '\ufefflog.level = "DEBUG"')
    assert load(path, {}).log.level == "DEBUG"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "databse.url = 'x'",
            "config.toml: databse: is not a setting (did you mean database?)",
        ),
        (
            "[forum]\ntag_max = 3",
            "config.toml: forum.tag_max: is not a setting (did you mean forum.tags_max?)",
        ),
        (
            "level = 'INFO'",
            "config.toml: level: is not a setting (did you mean log.level?)",
        ),
        (
            "[database]\npoints = 'x'",
            "config.toml: database.points: is not a setting (did you mean forum.points?)",
        ),
        (
            "zzz = 1",
            "config.toml: zzz: is not a setting (remove it; config.example.toml has all)",
        ),
    ],
)
def test_an_unknown_key_is_refused_with_file_and_key_and_the_likely_one(
    tmp_path: Path, text: str, problem: str
) -> None:
    assert problems(tmp_path, text) == [problem]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("forum.tags_max = '3'", "must be a whole number (for example: tags_max = 5)"),
        ("forum.tags_max = true", "must be a whole number (for example: tags_max = 5)"),
        ("forum.tags_max = 2.5", "must be a whole number (for example: tags_max = 5)"),
        ("forum.tags_max = 6", "must be at most 5 (for example: tags_max = 5)"),
        ("forum.tags_max = -1", "must be at least 0 (for example: tags_max = 5)"),
        ("forum.anonymous = 1", "must be true or false (for example: anonymous = true)"),
        ("forum.points = 3", "must be 'question2answer' or 'stackoverflow'"),
        ("forum.up_arrow = 3", "must be text in quotes"),
        ("forum.up_arrow = ''", "must be one emoji"),
        ("forum.up_arrow = 'up'", "must be one emoji"),
        ("forum.up_arrow = '<:up:123456789012345678>'", "must be one emoji"),
        ("forum.body_max = 4001", "must be at most 4000"),
        ("forum.question_title_max = 251", "must be at most 250"),
        ("discord.redraw_seconds = nan", "must be a finite number"),
        ("discord.redraw_seconds = 'soon'", "must be a number"),
        ("discord.redraw_seconds = 61", "must be at most 60"),
        ("discord.drawings_at_once = 0", "must be at least 1"),
        ("discord.reconcile_days = 0", "must be at least 1"),
        ("log.level = 'info'", "must be 'DEBUG', 'INFO', 'WARNING', 'ERROR' or 'CRITICAL'"),
        ("database.synchronous = 'OFF'", "must be 'FULL' or 'NORMAL'"),
        ("database.busy_timeout_seconds = -1", "must be at least 0"),
        ("log = 'DEBUG'", "must be a table (write [log] and its settings below it)"),
    ],
)
def test_a_wrong_value_is_refused_in_plain_words(tmp_path: Path, line: str, reason: str) -> None:
    key = line.partition(" =")[0]
    (problem,) = problems(tmp_path, line)
    assert problem.startswith(f"config.toml: {key}: {reason}")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite:///askwell.db", "must begin with"),
        ("mysql+aiomysql://localhost/askwell", "must begin with"),
        ("askwell.db", "must begin with"),
        ("sqlite+aiosqlite://", "must name a database that stays"),
        ("sqlite+aiosqlite:///:memory:", "must name a database that stays"),
        ("postgresql+asyncpg://localhost", "must name a database that stays"),
        ("sqlite+aiosqlite://askwell.db/x", "needs three slashes"),
        ("postgresql+asyncpg://askwell:pa[55/word@db.example/askwell", "is not a URL"),
        ("postgresql+asyncpg://db.example:many/askwell", "is not a URL"),
    ],
)
def test_an_impossible_database_is_refused(tmp_path: Path, url: str, reason: str) -> None:
    (problem,) = problems(tmp_path, f'database.url = "{url}"')
    assert problem.startswith(f"config.toml: database.url: {reason}")


def test_two_problems_are_told_at_once_on_two_lines(tmp_path: Path) -> None:
    told = problems(tmp_path, "log.level = 'LOUD'\nforum.tags_max = 9\n")
    assert [line.split(": ")[1] for line in told] == ["log.level", "forum.tags_max"]


def test_a_title_cannot_have_to_be_longer_than_it_may(tmp_path: Path) -> None:
    text = "forum.question_title_min = 50\nforum.question_title_max = 40"
    (problem,) = problems(tmp_path, text)
    assert "question_title_max: must not be less than question_title_min" in problem


def test_both_arrows_cannot_be_the_same_emoji_in_two_spellings(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, 'forum.up_arrow = "⬇"\nforum.down_arrow = "⬇\ufe0f"')
    assert "down_arrow: must differ from up_arrow" in problem


def test_a_missing_file_is_told_with_the_way_to_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"No such file .*copy config\.example\.toml"):
        load(tmp_path / "config.toml", {})


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="file: Is a directory"):
        load(tmp_path, {})


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "[log]\nlevel = INFO\n")
    assert problem.startswith("config.toml: file: is not TOML: ")
    assert "line 2" in problem


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"# caf\xe9\n")
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        load(path, {})


@pytest.mark.parametrize(
    ("text", "key"),
    [("token = 's3cret'", "token"), ("[discord]\ntoken = 's3cret'", "discord.token")],
)
def test_a_token_in_the_file_is_refused_and_never_quoted(
    tmp_path: Path, text: str, key: str
) -> None:
    (problem,) = problems(tmp_path, text, ASKWELL_TOKEN="right")
    assert problem.startswith(f"config.toml: {key}: must not be in the file")
    assert "ASKWELL_TOKEN" in problem
    assert "s3cret" not in problem


def test_the_token_comes_from_the_environment_without_stray_spaces(tmp_path: Path) -> None:
    config = load(written(tmp_path, ""), {"ASKWELL_TOKEN": " abc.def\n"})
    assert config.token is not None
    assert config.token.get_secret_value() == "abc.def"


@pytest.mark.parametrize("environ", [{}, {"ASKWELL_TOKEN": ""}, {"ASKWELL_TOKEN": " "}])
def test_without_a_token_there_is_none(tmp_path: Path, environ: dict[str, str]) -> None:
    assert load(written(tmp_path, ""), environ).token is None


def test_the_environment_decides_the_database(tmp_path: Path) -> None:
    path = written(tmp_path, 'database = { url = "mysql://x", synchronous = "NORMAL" }')
    database = load(path, {"ASKWELL_DATABASE_URL": POSTGRES}).database
    assert database.url.get_secret_value() == POSTGRES
    assert database.synchronous == "NORMAL"


def test_a_bad_database_of_the_environment_is_told_with_its_variable(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "", ASKWELL_DATABASE_URL="mysql://u:pa55word@x/y")
    assert problem.startswith("environment: ASKWELL_DATABASE_URL: must begin with")
    assert "pa55word" not in problem


def test_a_database_that_is_no_table_is_told_whatever_the_environment_says(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "database = 3", ASKWELL_DATABASE_URL=POSTGRES)
    assert problem.startswith("config.toml: database: must be a table")


def test_an_empty_variable_leaves_the_database_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, f'database.url = "{POSTGRES}"')
    config = load(path, {"ASKWELL_DATABASE_URL": ""})
    assert config.database.url.get_secret_value() == POSTGRES


def test_no_secret_shows_in_the_printed_configuration(tmp_path: Path) -> None:
    environ = {"ASKWELL_TOKEN": "s3cret", "ASKWELL_DATABASE_URL": POSTGRES}
    config = load(written(tmp_path, ""), environ)
    shown = f"{config!r} {config} {config.model_dump_json()}"
    assert "s3cret" not in shown
    assert "pa55word" not in shown


@pytest.mark.parametrize("section", [Config(), Config().forum, Config().log])
def test_a_loaded_configuration_cannot_be_changed(section: Section) -> None:
    name = next(iter(type(section).model_fields))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(section, name, getattr(section, name))
