"""From Discord's people to what services know of them."""

import discord

from bot.domain.errors import NotAllowed
from bot.services.people import Asker
from bot.ui.router import Interaction


def asker(interaction: Interaction) -> Asker:
    """Who pressed, typed or submitted; raises NotAllowed outside a server."""
    return Asker(guild_of(interaction), interaction.user.id, interaction.user.display_name)


def author(message: discord.Message) -> Asker:
    """Who wrote a message on a server."""
    guild_id = message.guild.id if message.guild else 0
    return Asker(guild_id, message.author.id, message.author.display_name)


def guild_of(interaction: Interaction) -> int:
    """The server an interaction comes from; raises NotAllowed for private messages."""
    if interaction.guild_id is None:
        raise NotAllowed("This works on a server, not in private messages.")
    return interaction.guild_id
