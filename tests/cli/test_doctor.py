"""The doctor: what it finds on a double of Discord, permission by permission."""

from pathlib import Path

import discord
import pytest
from discord.http import Route

from bot.cli.findings import Finding, Verdict
from bot.cli.servers import look_online
from bot.doctor import look_at_database
from bot.domain.forum_tags import ForumTags
from bot.ui.permissions import NEEDED, integer, title
from db.engine import Database
from db.queries import guilds
from db.queries.guilds import ForumRow
from tests.cli.loopback import APPLICATION, FORUM, GRANTED, LIMITED, SERVER, Double
from tests.cli.shell import TOKEN, bot, configure, files, online

KNOWN = [ForumRow(FORUM, SERVER, ForumTags(), missing=False)]
SURE = "view_channel", "send_messages"  # Without these, Discord takes others away as well.


@pytest.fixture(autouse=True)
def _here(double: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Route, "BASE", double.address)


async def look(
    forums: list[ForumRow] | None = KNOWN, *, token: str = TOKEN, message_content: bool = True
) -> list[Finding]:
    return await look_online(token, forums, message_content=message_content)


def bad(findings: list[Finding]) -> list[str]:
    return [item.what for item in findings if item.verdict is not Verdict.OK]


async def test_nothing_is_wrong_where_everything_is_granted(double: Double) -> None:
    findings = await look()
    assert bad(findings) == []
    said = [item.what for item in findings]
    assert "Log-in: as askwell" in said
    assert "#questions on Bramble 900: every permission is there" in said


async def test_the_invite_link_asks_for_exactly_what_is_used(double: Double) -> None:
    link = (await look())[-1].what
    assert f"client_id={APPLICATION}" in link
    assert f"permissions={integer()}" in link


@pytest.mark.parametrize("name", [name for name in NEEDED if name not in SURE])
async def test_a_permission_that_the_role_lacks_is_named_with_what_it_stops(
    double: Double, name: str
) -> None:
    double.granted = integer() & ~discord.Permissions(**{name: True}).value
    (finding,) = [item for item in await look() if item.verdict is Verdict.FAILED]
    missing = f"#questions on Bramble 900: {title(name)} is missing; without it, {NEEDED[name]}"
    assert finding.what == missing
    assert "Server Settings → Roles" in finding.todo


@pytest.mark.parametrize("name", SURE)
async def test_a_permission_that_carries_others_is_named_too(double: Double, name: str) -> None:
    double.granted = integer() & ~discord.Permissions(**{name: True}).value
    named = "\n".join(bad(await look()))
    assert f"{title(name)} is missing; without it, {NEEDED[name]}" in named


async def test_what_the_channel_denies_counts_and_what_everybody_has_counts(
    double: Double,
) -> None:
    double.everyone, double.granted = integer(), 0
    assert bad(await look()) == []
    double.overwrite(deny=discord.Permissions(manage_threads=True).value, role=SERVER)
    (what,) = bad(await look())
    assert "Manage Threads is missing" in what


async def test_an_administrator_lacks_nothing(double: Double) -> None:
    double.granted = discord.Permissions(administrator=True).value
    double.overwrite(deny=integer())
    assert bad(await look()) == []


@pytest.mark.parametrize(
    ("flags", "wanted", "wrong"),
    [(GRANTED, True, False), (LIMITED, True, False), (0, True, True), (0, False, False)],
)
async def test_the_privileged_intent_is_needed_only_if_it_is_used(
    double: Double, flags: int, wanted: bool, wrong: bool
) -> None:
    double.flags = flags
    findings = await look(message_content=wanted)
    assert bool(bad(findings)) is wrong
    if wrong:
        (finding,) = (item for item in findings if item.verdict is Verdict.FAILED)
        assert "message_content = false" in finding.todo


async def test_a_forum_that_was_deleted_is_told(double: Double) -> None:
    double.channels = False
    assert bad(await look()) == [f"Bramble 900: the question forum {FORUM} was deleted"]


async def test_servers_without_a_forum_or_without_the_bot_are_told(double: Double) -> None:
    double.servers = (SERVER, 950)
    gone = ForumRow(5, 6, ForumTags(), missing=False)
    noted = ForumRow(7, 8, ForumTags(), missing=True)
    findings = await look([*KNOWN, gone, noted])
    assert bad(findings) == [
        "Bramble 950: no question forum yet",
        "Server 6: the bot is not on it any more",
    ]
    assert Verdict.FAILED not in {item.verdict for item in findings}


async def test_a_bot_on_no_server_is_told_to_use_the_link(double: Double) -> None:
    double.servers = ()
    assert bad(await look()) == ["Servers: the bot is on none"]


async def test_an_address_that_takes_the_commands_away_is_told(double: Double) -> None:
    double.endpoint = "https://example.org/commands"
    assert bad(await look()) == ["Interactions Endpoint URL is set, so no command arrives"]


async def test_a_token_that_discord_refuses_is_one_finding(double: Double) -> None:
    (finding,) = await look(token="wrong")
    assert finding.verdict is Verdict.FAILED
    assert "does not accept the token" in finding.what
    assert "Reset Token" in finding.todo


async def test_forums_of_a_database_that_cannot_be_asked_are_not_guessed(double: Double) -> None:
    (finding,) = (item for item in await look(None) if item.verdict is not Verdict.OK)
    assert finding.verdict is Verdict.WARNING
    assert "not looked at" in finding.what


async def test_the_forums_to_look_at_come_from_the_database(database: Database) -> None:
    async with database.write() as tx:
        await guilds.save_forum(tx, SERVER, FORUM, ForumTags())
    finding, forums = await look_at_database(database)
    assert (finding.verdict, forums) == (Verdict.OK, KNOWN)


def test_without_a_token_the_rest_is_checked_and_nothing_is_made(tmp_path: Path) -> None:
    configure(tmp_path)
    said = bot(tmp_path, "check")
    assert said.code == 1
    lines = said.out.splitlines()
    assert lines[0].startswith("✓ ok")
    assert lines[1].startswith("! warning")
    assert "python -m bot db upgrade" in lines[1]
    assert lines[2].startswith("✗ failed")
    assert "export ASKWELL_TOKEN=" in lines[2]
    assert lines[3:] == ["1 failed."]
    assert files(tmp_path) == ["config.toml"]


async def test_a_whole_check_ends_well_when_nothing_failed(tmp_path: Path, double: Double) -> None:
    configure(tmp_path)
    said = await online(tmp_path, double.address, "check", ASKWELL_TOKEN=TOKEN)
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-1] == "Nothing failed."
    assert TOKEN not in said.out


async def test_a_whole_check_ends_with_1_when_something_failed(
    tmp_path: Path, double: Double
) -> None:
    configure(tmp_path)
    double.flags = 0
    said = await online(tmp_path, double.address, "check", ASKWELL_TOKEN=TOKEN)
    assert (said.code, said.err) == (1, "")
    assert "✗ failed  Message Content Intent: switched off" in said.out
    assert said.out.splitlines()[-1] == "1 failed."
