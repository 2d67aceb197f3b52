"""A tiny forum bot: a form that opens a forum post, a button, arrows, two menus."""

import discord
from discord import app_commands
from discord.ext import commands


class Ask(discord.ui.Modal, title="Ask a question"):
    headline: discord.ui.TextInput["Ask"] = discord.ui.TextInput(label="Title", custom_id="title")
    text: discord.ui.TextInput["Ask"] = discord.ui.TextInput(
        label="Text", style=discord.TextStyle.paragraph, custom_id="text"
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        assert interaction.guild is not None
        forum = interaction.guild.forums[0]
        opened = await forum.create_thread(
            name=self.headline.value,
            embed=discord.Embed(title=self.headline.value, description=self.text.value),
        )
        for arrow in ("⬆️", "⬇️"):
            await opened.message.add_reaction(arrow)
        await interaction.followup.send(f"Asked: {opened.thread.mention}", ephemeral=True)


class Welcome(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Ask a question", custom_id="tiny:ask")
    async def ask(self, interaction: discord.Interaction, _: discord.ui.Button["Welcome"]) -> None:
        await interaction.response.send_modal(Ask())


@app_commands.command(description="Ask a question")
async def ask(interaction: discord.Interaction) -> None:
    await interaction.response.send_modal(Ask())


@app_commands.command(description="Close the forum for the night")
@app_commands.default_permissions(manage_guild=True)
async def settings(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("Only staff sees this.", ephemeral=True)


@app_commands.context_menu(name="Shout")
async def shout(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(message.content.upper() or "NOTHING")


@app_commands.context_menu(name="Ask back")
async def ask_back(interaction: discord.Interaction, _: discord.Message) -> None:
    await interaction.response.send_modal(Ask())


class TinyBot(commands.Bot):
    """Remembers what reached it, so that a test can look."""

    def __init__(self) -> None:
        super().__init__("!", intents=discord.Intents.all())
        self.heard: list[tuple[str, int]] = []

    async def setup_hook(self) -> None:
        self.tree.add_command(ask)
        self.tree.add_command(settings)
        self.tree.add_command(shout)
        self.tree.add_command(ask_back)
        self.add_view(Welcome())
        await self.tree.sync()

    async def on_thread_create(self, thread: discord.Thread) -> None:
        self.heard.append(("thread", thread.id))

    async def on_message(self, message: discord.Message, /) -> None:
        if message.author != self.user:
            self.heard.append(("message", message.id))

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        self.heard.append(("add", payload.user_id))

    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        self.heard.append(("remove", payload.user_id))
