"""Presses of buttons and submissions of modals: found by their static ids."""

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.services.forum import Forum
from bot.ui import modals
from bot.ui.buttons import Press, row
from bot.ui.errors import answer_error
from bot.ui.patience import Patience
from bot.ui.router import Interaction, Router, Unknown

if TYPE_CHECKING:
    from bot.app import ForumBot

KIND = "question"
AnyCommand = app_commands.Command[Any, ..., Any] | app_commands.ContextMenu


class Interactions(commands.Cog):
    """Hands presses and submissions to whom they belong."""

    def __init__(self, forum: Forum, router: Router, patience: Patience) -> None:
        self._forum = forum
        self._router = router
        self._patience = patience

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer a press or a submission; commands go their own way."""
        if interaction.type is discord.InteractionType.application_command:
            return
        self._patience.begin(interaction)
        try:
            await self._answer(interaction)
        except Exception as error:  # noqa: BLE001 - the one place where a press must end in words
            await answer_error(interaction, error)
        finally:
            self._patience.end(interaction)

    @commands.Cog.listener()
    async def on_app_command_completion(
        self, interaction: Interaction, _command: AnyCommand
    ) -> None:
        """A command has answered."""
        self._patience.end(interaction)

    async def _answer(self, interaction: Interaction) -> None:
        try:
            answer = self._router.find(interaction)
        except Unknown as unknown:
            await answer_error(interaction, unknown, await self._kept(interaction))
            return
        if answer is not None:
            await answer()

    async def _kept(self, interaction: Interaction) -> discord.ui.View | None:
        """Keep what was typed into a form that nobody knows, as a draft of a question."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return None
        typed = {name: text for name, text in modals.submission(interaction).fields.items() if text}
        if not typed or interaction.guild_id is None:
            return None
        draft_id = await self._forum.drafts.keep(
            interaction.guild_id, interaction.user.id, KIND, typed
        )
        primary = discord.ButtonStyle.primary
        return row(Press("Open my draft again", "draft", (draft_id,), primary))


async def setup(bot: "ForumBot") -> None:
    """Load."""
    await bot.add_cog(Interactions(bot.forum, bot.router, bot.patience))
