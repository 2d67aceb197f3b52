"""Profiles, help and privacy."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.services.forum import Forum
from bot.ui.people import guild_of
from bot.ui.profiles import HELP, PRIVACY, profile
from bot.ui.replies import say
from bot.ui.router import Interaction

if TYPE_CHECKING:
    from bot.app import ForumBot


class Profiles(commands.Cog):
    """What people may want to know about members and about the forum."""

    def __init__(self, forum: Forum) -> None:
        self._forum = forum

    @app_commands.command(description="Show points, rank and counts: yours, or a member's")
    @app_commands.guild_only()
    @app_commands.describe(member="Whose; yours if you say nothing")
    async def profile(self, interaction: Interaction, member: discord.Member | None = None) -> None:
        """Show a profile."""
        who = member or interaction.user
        found = await self._forum.members.profile(
            guild_of(interaction), who.id, who.display_name, own=who.id == interaction.user.id
        )
        await say(interaction, embed=profile(found))

    @app_commands.command(description="Say how this forum works, on one page")
    @app_commands.guild_only()
    async def help(self, interaction: Interaction) -> None:
        """Show how to ask, answer, vote and accept."""
        settings = await self._forum.settings.of(guild_of(interaction))
        await say(interaction, HELP.format(up=settings.up_arrow, down=settings.down_arrow))

    @app_commands.command(description="Say what is kept about you, and how to remove it")
    async def privacy(self, interaction: Interaction) -> None:
        """Show what is kept."""
        await say(interaction, PRIVACY)


async def setup(bot: "ForumBot") -> None:
    """Load."""
    await bot.add_cog(Profiles(bot.forum))
