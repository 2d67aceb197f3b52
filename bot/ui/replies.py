"""Answering an interaction: privately, once, and in its present state."""

from typing import Any

import discord

from bot.domain.pages import split
from bot.ui.router import Interaction

TEXT_LIMIT = 2000
NO_MENTIONS = discord.AllowedMentions.none()


async def say(
    interaction: Interaction,
    text: str = "",
    view: discord.ui.View | None = None,
    embed: discord.Embed | None = None,
) -> None:
    """Tell the person something only they can see; works before and after a defer.

    A long text goes on in further messages; buttons stand under the last one.
    """
    *before, last = split(text, TEXT_LIMIT, TEXT_LIMIT)
    for page in before:
        await _send(interaction, {"content": page})
    parts: dict[str, Any] = {"content": last, "view": view, "embed": embed}
    await _send(interaction, {name: part for name, part in parts.items() if part})


async def _send(interaction: Interaction, given: dict[str, Any]) -> None:
    if interaction.response.is_done():
        await interaction.followup.send(ephemeral=True, allowed_mentions=NO_MENTIONS, **given)
    else:
        await interaction.response.send_message(
            ephemeral=True, allowed_mentions=NO_MENTIONS, **given
        )


async def think(interaction: Interaction) -> None:
    """Gain fifteen minutes; the answer stays private."""
    if not interaction.response.is_done():
        await interaction.response.defer(ephemeral=True, thinking=True)
