"""Presses of buttons and submissions of modals: found by their static ids."""

from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.services.forum import Forum
from bot.ui import modals
from bot.ui.buttons import Press, row
from bot.ui.errors import answer_error
from bot.ui.router import Interaction, Router, Unknown

if TYPE_CHECKING:
    from bot.app import ForumBot

KIND = "question"


class Interactions(commands.Cog):
    """Hands presses and submissions to whom they belong."""

    def __init__(self, forum: Forum, router: Router) -> None:
        self._forum = forum
        self._router = router

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer a press or a submission; commands go their own way."""
        try:
            await self._answer(interaction)
        except Exception as error:  # noqa: BLE001 - the one place where a press must end in words
            await answer_error(interaction, error)

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
    await bot.add_cog(Interactions(bot.forum, bot.router))
