"""Who may do what with a post: decided in the forum it stands in, whatever channel one is in.

Permissions are asked for at each step: what a form allowed when it was opened counts no more.
"""

from collections.abc import Iterable

import discord

from bot.domain.errors import NotFound
from bot.services.forum import Forum
from bot.services.questions import Place
from bot.services.settings import ForumRow
from bot.ui.people import guild_of
from bot.ui.router import Interaction


def is_moderator(interaction: Interaction, forum_id: int) -> bool:
    """Moderators of a forum's questions are those who may manage its threads."""
    return _in_forum(interaction, forum_id).manage_threads


def seen(interaction: Interaction, forums: Iterable[ForumRow]) -> tuple[ForumRow, ...]:
    """Choose the forums that a person can see."""
    return tuple(row for row in forums if _in_forum(interaction, row.channel_id).view_channel)


async def reach(forum: Forum, interaction: Interaction, post_id: int) -> Place:
    """Find a visible post in a forum that the person can see; raises NotFound."""
    place = await forum.questions.find(guild_of(interaction), post_id)
    if not _in_forum(interaction, place.forum_id).view_channel:
        raise NotFound("That post is not here any more.")
    return place


def _in_forum(interaction: Interaction, forum_id: int) -> discord.Permissions:
    """What a person may do in a forum; one that is gone is seen by the server's moderators."""
    channel = interaction.channel
    if isinstance(channel, discord.Thread) and channel.parent_id == forum_id:
        return interaction.permissions
    person = interaction.user
    if interaction.guild is None or not isinstance(person, discord.Member):
        return discord.Permissions.none()
    forum = interaction.guild.get_channel(forum_id)
    if forum is not None:
        return forum.permissions_for(person)
    everywhere = person.guild_permissions
    return everywhere if everywhere.manage_threads else discord.Permissions.none()
