"""Who may do what where, by roles and overwrites, with the code of the refusal."""

import discord

from tests.wire.refusals import Refused
from tests.wire.state import DM, THREAD, Channel, World


def granted(world: World, user_id: int, channel: Channel) -> discord.Permissions:
    """What somebody may do in a channel; a thread has its forum's rules."""
    guild = world.guilds[channel.guild_id]
    member = guild.members.get(user_id)
    if member is None:
        return discord.Permissions.none()
    if guild.owner_id == user_id:
        return discord.Permissions.all()
    value = guild.roles[guild.id].permissions
    for role in member.roles:
        value |= guild.roles[role].permissions
    if discord.Permissions(value).administrator:
        return discord.Permissions.all()
    place = world.channels[channel.parent_id] if channel.parent_id else channel
    for target in (guild.id, *member.roles, user_id):
        rule = place.overwrites.get(target)
        if rule is not None:
            value = value & ~int(rule["deny"]) | int(rule["allow"])
    return discord.Permissions(value)


def need(world: World, channel: Channel, *names: str, user_id: int | None = None) -> None:
    """Refuse with 50001 who cannot see the channel, with 50013 who lacks a permission."""
    if channel.type == DM:
        return
    may = granted(world, user_id or world.bot.id, channel)
    if not may.view_channel:
        raise Refused(50001)
    lacking = [name for name in names if not getattr(may, name)]
    if lacking:
        raise Refused(50013, *lacking)


def need_open(world: World, channel: Channel) -> None:
    """Refuse what an archived thread does not take, and a locked one from a plain member."""
    if channel.type != THREAD:
        return
    if channel.archived:
        raise Refused(50083)
    if channel.locked:
        need(world, channel, "manage_threads")
