"""Presses of buttons and submissions of modals: found by their static ids."""

from typing import TYPE_CHECKING

from discord.ext import commands

from bot.ui.errors import answer_error
from bot.ui.router import Interaction, Router

if TYPE_CHECKING:
    from bot.app import ForumBot


class Interactions(commands.Cog):
    """Hands presses and submissions to whom they belong."""

    def __init__(self, router: Router) -> None:
        self._router = router

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer a press or a submission; commands go their own way."""
        answer = self._router.find(interaction)
        if answer is None:
            return
        try:
            await answer()
        except Exception as error:  # noqa: BLE001 - the one place where a press must end in words
            await answer_error(interaction, error)


async def setup(bot: "ForumBot") -> None:
    """Load."""
    await bot.add_cog(Interactions(bot.router))
