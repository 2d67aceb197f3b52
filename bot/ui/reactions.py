"""Reading which votes Discord shows on a message."""

import logging
from collections import defaultdict

import discord

from bot.domain.settings import GuildSettings
from bot.domain.votes import Vote

log = logging.getLogger(__name__)


def counts(message: discord.Message, settings: GuildSettings) -> tuple[int, int]:
    """(ups, downs) as the message shows them, the bot's own arrows left out."""
    found = {Vote.UP: 0, Vote.DOWN: 0}
    for reaction in message.reactions:
        vote = settings.vote_of(str(reaction.emoji))
        if vote is not None:
            found[vote] += reaction.count - reaction.me
    return found[Vote.UP], found[Vote.DOWN]


async def voters(message: discord.Message, settings: GuildSettings) -> dict[int, set[Vote]]:
    """Who voted how, read page by page; a super reaction counts like a plain one."""
    found: defaultdict[int, set[Vote]] = defaultdict(set)
    for reaction in message.reactions:
        vote = settings.vote_of(str(reaction.emoji))
        if vote is None:
            continue
        for user in await _users(reaction):
            if not user.bot:
                found[user.id].add(vote)
    return dict(found)


async def _users(reaction: discord.Reaction) -> list[discord.User | discord.Member]:
    """Who put an emoji there; Discord lists those with a super reaction apart."""
    numbers = {
        discord.ReactionType.normal: reaction.count - reaction.burst_count,
        discord.ReactionType.burst: reaction.burst_count,
    }
    return [
        user
        for kind, number in numbers.items()
        if number > 0
        async for user in reaction.users(limit=number, type=kind)
    ]


def own_arrows(message: discord.Message, settings: GuildSettings) -> set[Vote]:
    """Which arrows of the bot's own show; where any does, what is told of reactions is whole."""
    mine = [settings.vote_of(str(reaction.emoji)) for reaction in message.reactions if reaction.me]
    return {vote for vote in mine if vote is not None}


async def put_on(message: discord.Message, settings: GuildSettings) -> None:
    """Put both arrows under a message."""
    for vote in (Vote.UP, Vote.DOWN):
        await message.add_reaction(_sign(settings.arrow(vote)))


def _sign(emoji: str) -> discord.PartialEmoji:
    """Read an emoji as Discord takes it: a server's own by name and id, without brackets."""
    return discord.PartialEmoji.from_str(emoji)


async def take_off(
    message: discord.PartialMessage | discord.Message, emoji: str, user_id: int
) -> None:
    """Remove somebody's reaction, where the bot may and Discord does."""
    if not may(message.channel, "manage_messages"):
        return
    try:
        await message.remove_reaction(_sign(emoji), discord.Object(user_id))
    except discord.NotFound:
        return
    except discord.HTTPException as error:
        log.info("cannot take %s off message %s: %s", emoji, message.id, error)


def may(channel: object, permission: str) -> bool:
    """Say whether the bot may do something in a thread or channel, as far as it knows.

    Each refusal by Discord counts towards a ban, so what is known to fail is not asked for.
    """
    if isinstance(channel, discord.PartialMessageable) and channel.guild is not None:
        channel = channel.guild.get_channel_or_thread(channel.id)
    if not isinstance(channel, discord.Thread | discord.abc.GuildChannel):
        return True
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return True
    return bool(getattr(channel.permissions_for(channel.guild.me), permission))
