"""The README says what is true: its tables are compared with the code."""

import re
from pathlib import Path

import discord
from discord import app_commands

from bot.app import COGS, ForumBot, open_database
from bot.config import Config, settings_table
from bot.ui.permissions import integer

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def rows(first: str) -> list[list[str]]:
    """The cells of the table whose first heading is this."""
    table = README[README.index(f"| {first} |") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


async def commands() -> tuple[dict[str, str], set[str]]:
    """All slash commands with their descriptions, and the names of all message menus."""
    bot = ForumBot(Config(), open_database(Config()))
    async with bot:
        for name in COGS:
            await bot.load_extension(name)
        slash = {
            f"`/{command.qualified_name}`": command.description
            for command in bot.tree.walk_commands()
            if isinstance(command, app_commands.Command)
        }
        menus = bot.tree.get_commands(type=discord.AppCommandType.message)
        return slash, {f"*{menu.name}*" for menu in menus}


async def test_the_table_of_commands_names_every_command_as_discord_shows_it() -> None:
    slash, menus = await commands()
    told = {cells[0]: cells[1] for cells in rows("command")}
    assert len(slash) > 10
    assert {name: text for name, text in told.items() if name.startswith("`/")} == slash
    assert {name for name in told if name.startswith("*")} == menus


def test_the_table_of_settings_names_every_setting_with_its_default() -> None:
    wanted = [[f"`{key}`", f"`{default}`", meaning] for key, default, meaning in settings_table()]
    assert len(wanted) > 10
    assert rows("key") == wanted


def test_the_invite_link_asks_for_exactly_the_permissions_that_are_used() -> None:
    asked = re.findall(r"permissions=(\d+)", README)
    assert asked == [str(integer())]


def test_every_file_that_is_linked_or_shown_is_there() -> None:
    linked = [name for name in re.findall(r"\]\(([^)]+)\)", README) if "://" not in name]
    assert linked
    for name in linked:
        assert (Path(__file__).parent.parent / name).exists(), name
