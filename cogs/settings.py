"""`/settings` and `/category`: what a server chooses."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.text import count_text
from bot.services.forum import Forum
from bot.ui import modals
from bot.ui.choices import read
from bot.ui.ids import custom_id
from bot.ui.installer import Installation, Installer
from bot.ui.people import guild_of
from bot.ui.replies import say, think
from bot.ui.router import Interaction, Router
from bot.ui.tables import RULES, SETTINGS, categories_text, category_choices, settings_text

if TYPE_CHECKING:
    from bot.app import ForumBot


async def _may_manage(_cog: commands.Cog, interaction: Interaction) -> bool:
    """Refuse those whom a server's integration settings let through by mistake."""
    if not interaction.permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])
    return True


def _guild(interaction: Interaction) -> discord.Guild:
    if interaction.guild is None:
        raise NotAllowed("This works on a server, not in private messages.")
    return interaction.guild


class SettingsCog(
    commands.GroupCog, group_name="settings", group_description="What this server has chosen"
):
    """Reading and changing settings."""

    interaction_check = _may_manage

    def __init__(self, forum: Forum, installer: Installer, router: Router) -> None:
        self._forum = forum
        self._installer = installer
        router.add("welcome", self.welcome_sent, 0)

    @app_commands.command(description="Show every setting of this server")
    async def show(self, interaction: Interaction) -> None:
        """Show all settings with what they mean."""
        settings = await self._forum.settings.of(guild_of(interaction))
        await say(interaction, settings_text(settings))

    @app_commands.command(name="set", description="Change a setting")
    @app_commands.rename(setting="name")
    @app_commands.describe(setting="Which one", value="Its new value, such as yes, no, 5 or 👍")
    async def change(self, interaction: Interaction, setting: str, value: str) -> None:
        """Change one setting; a value that does not fit changes nothing."""
        await think(interaction)
        guild = _guild(interaction)
        before = await self._forum.settings.of(guild.id)
        wanted = await read(guild, before, setting, value)
        await self._forum.settings.change(guild.id, **{setting: wanted})
        await say(interaction, f"**{setting}** is **{value}** now.")

    @change.autocomplete("setting")
    async def suggest_settings(
        self, _interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Show the settings' names with what they mean."""
        return [
            app_commands.Choice(name=f"{name}: {meaning}"[:100], value=name)
            for name, meaning in SETTINGS.items()
            if current.casefold() in f"{name} {meaning}".casefold()
        ][:25]

    @app_commands.command(description="Change what something is worth in points")
    @app_commands.rename(rule="name")
    @app_commands.describe(rule="Which rule", worth="Points; leave empty for the preset's number")
    async def rule(self, interaction: Interaction, rule: str, worth: int | None = None) -> None:
        """Change one point rule; everybody's points are counted again."""
        await think(interaction)
        guild_id = guild_of(interaction)
        if rule not in RULES:
            raise NotFound(f"There is no point rule called “{rule}”.")
        rules = dict((await self._forum.settings.of(guild_id)).point_rules)
        rules.pop(rule, None)
        if worth is not None:
            rules[rule] = worth
        after = await self._forum.settings.change(guild_id, point_rules=rules)
        await say(interaction, f"**{rule}** is worth **{getattr(after.rules, rule)}** now.")

    @rule.autocomplete("rule")
    async def suggest_rules(
        self, _interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Show the point rules."""
        names = [name for name in RULES if current.casefold() in name]
        return [app_commands.Choice(name=name, value=name) for name in names][:25]

    @app_commands.command(description="Take no more questions in a forum; those in it stay")
    @app_commands.describe(forum="Which one")
    async def forget(self, interaction: Interaction, forum: discord.ForumChannel) -> None:
        """Stop treating a channel as a question forum."""
        await self._forum.settings.drop_forum(guild_of(interaction), forum.id)
        await say(interaction, f"{forum.mention} takes no more questions. `/setup` brings it back.")

    @app_commands.command(description="Write the welcome message anew")
    async def welcome(self, interaction: Interaction) -> None:
        """Open the form of the welcome text."""
        settings = await self._forum.settings.of(guild_of(interaction))
        form = modals.welcome(custom_id("welcome"), settings.welcome)
        await interaction.response.send_modal(form)

    async def welcome_sent(self, interaction: Interaction, _numbers: tuple[int, ...]) -> None:
        """Take the new welcome text."""
        await think(interaction)
        await _may_manage(self, interaction)
        guild = _guild(interaction)
        text = modals.submission(interaction).fields.get("welcome", "")
        await self._forum.settings.change(guild.id, welcome=text)
        did = Installation()
        await self._installer.panel(guild, None, did)
        await say(interaction, str(did) if did.done else "The welcome text is kept.")


class CategoryCog(
    commands.GroupCog, group_name="category", group_description="What questions can be about"
):
    """Categories of questions."""

    interaction_check = _may_manage

    def __init__(self, forum: Forum, installer: Installer) -> None:
        self._forum = forum
        self._installer = installer

    @app_commands.command(name="list", description="Show the categories of this server")
    async def show(self, interaction: Interaction) -> None:
        """Show the categories."""
        server = await self._forum.settings.server(guild_of(interaction))
        await say(interaction, categories_text(server.categories))

    @app_commands.command(description="Add a category, with a tag in each question forum")
    @app_commands.describe(name="Up to 20 characters")
    async def add(self, interaction: Interaction, name: str) -> None:
        """Add a category and its forum tags."""
        await think(interaction)
        guild_id = guild_of(interaction)
        category = await self._forum.settings.add_category(guild_id, name)
        did = Installation([f"**{category.name}** is a category."])
        await self._mend(interaction.guild, did)
        await say(interaction, str(did))

    @app_commands.command(description="Remove a category; its questions stay, without one")
    @app_commands.describe(name="Which one")
    async def remove(self, interaction: Interaction, name: str) -> None:
        """Remove a category; its forum tags stay for whoever used them otherwise."""
        await think(interaction)
        changed = await self._forum.settings.remove_category(guild_of(interaction), name)
        questions = count_text(changed, "question", "questions")
        did = Installation([f"The category is removed from {questions}."])
        await self._mend(interaction.guild, did)
        await say(interaction, str(did))

    @remove.autocomplete("name")
    async def suggest(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Show the categories."""
        server = await self._forum.settings.server(guild_of(interaction))
        return category_choices(server.categories, current)

    async def _mend(self, guild: discord.Guild | None, did: Installation) -> None:
        if guild is None:
            return
        for row in (await self._forum.settings.server(guild.id)).open_forums:
            channel = guild.get_channel(row.channel_id)
            if isinstance(channel, discord.ForumChannel):
                await self._installer.mend(channel, did)


async def setup(bot: "ForumBot") -> None:
    """Load."""
    for cog in (
        SettingsCog(bot.forum, bot.installer, bot.router),
        CategoryCog(bot.forum, bot.installer),
    ):
        group = cog.app_command
        if group is not None:
            group.guild_only = True
            group.default_permissions = discord.Permissions(manage_guild=True)
        await bot.add_cog(cog)
