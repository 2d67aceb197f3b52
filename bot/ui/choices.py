"""A setting's new value as a person typed it, checked against what their server has."""

import re

import discord

from bot.domain.errors import Invalid
from bot.domain.settings import GuildSettings, from_text
from bot.ui.tables import SETTINGS

_CHANNEL = re.compile(r"^<#(\d{15,20})>$")
_OWN_EMOJI = re.compile(r"^<?a?:\w{2,32}:(\d{15,20})>?$")


async def read(guild: discord.Guild, before: GuildSettings, name: str, typed: str) -> object:
    """Read the value; raises Invalid for what does not fit, or is not on this server."""
    if name not in SETTINGS:
        raise Invalid([f"There is no setting called “{name}”. `/settings show` lists them."])
    mentioned = _CHANNEL.match(typed.strip())
    value = from_text(before, name, mentioned[1] if mentioned else typed)
    if name == "reports_channel" and value:
        _check_channel(guild, value)
    if name in {"up_arrow", "down_arrow"} and isinstance(value, str):
        await _check_emoji(guild, value)
    return value


def _check_channel(guild: discord.Guild, value: object) -> None:
    channel = guild.get_channel(value) if isinstance(value, int) else None
    if not isinstance(channel, discord.TextChannel):
        raise Invalid(["“reports_channel” needs a text channel of this server, or 0 for none."])


async def _check_emoji(guild: discord.Guild, value: str) -> None:
    """Refuse another server's emoji: the bot could not react with it."""
    own = _OWN_EMOJI.match(value)
    if own is None:
        return
    try:
        await guild.fetch_emoji(int(own[1]))
    except discord.NotFound:
        raise Invalid([f"{value} is no emoji of this server, so I cannot react with it."]) from None
