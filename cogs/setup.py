"""`/setup`: making a server ready, as often as one likes."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import NotAllowed
from bot.ui.installer import Installer
from bot.ui.replies import say, think
from bot.ui.router import Interaction

if TYPE_CHECKING:
    from bot.app import ForumBot


class Setup(commands.Cog):
    """Setting the forum up on a server."""

    def __init__(self, installer: Installer) -> None:
        self._installer = installer

    @app_commands.command(description="Make this server ready for questions; safe to run again")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.checks.has_permissions(manage_guild=True)
    @app_commands.describe(
        forum="A forum channel for questions; I create one if there is none",
        welcome="Where the welcome message with the button goes",
    )
    async def setup(
        self,
        interaction: Interaction,
        forum: discord.ForumChannel | None = None,
        welcome: discord.TextChannel | None = None,
    ) -> None:
        """Set the server up and say what was done."""
        await think(interaction)
        if interaction.guild is None:
            raise NotAllowed("This works on a server, not in private messages.")
        did = await self._installer.run(interaction.guild, forum, welcome)
        await say(interaction, str(did))


async def setup(bot: "ForumBot") -> None:
    """Load."""
    await bot.add_cog(Setup(bot.installer))
