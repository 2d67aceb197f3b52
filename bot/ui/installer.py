"""Setting a server up: forums, their tags, the welcome message. Twice changes nothing."""

from dataclasses import dataclass, field

import discord

from bot.domain.errors import UserError
from bot.domain.forum_tags import FORUM_LIMIT, ForumTags
from bot.domain.pages import fitting
from bot.domain.text import escape
from bot.services.forum import Forum
from bot.services.settings import Panel
from bot.ui import buttons
from bot.ui.cards import DESCRIPTION_LIMIT
from bot.ui.permissions import HOW_TO_GRANT, PANEL_NEEDS, explain, missing
from bot.ui.replies import NO_MENTIONS
from bot.ui.tags import create_missing

FORUM_NAME = "questions"
GUIDELINES = "Ask with /ask, or post here. Vote with the arrows. Accept the answer that helped."


@dataclass(slots=True)
class Installation:
    """What a run of the set-up did, and what it could not do."""

    done: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Write it for the one who ran it."""
        lines = [f"- {line}" for line in self.done] or ["Everything was set up already."]
        if self.problems:
            lines += ["", "**Still to do**", *self.problems]
        return "\n".join(lines)


class Installer:
    """Brings a server's channels to what the forum needs."""

    def __init__(self, forum: Forum) -> None:
        self._forum = forum

    async def run(
        self,
        guild: discord.Guild,
        chosen: discord.ForumChannel | None,
        welcome_in: discord.TextChannel | None,
    ) -> Installation:
        """Set a server up, as far as permissions allow; says what it did."""
        did = Installation()
        await self._forum.settings.register(guild.id, guild.name)
        channels = await self._forums(guild, chosen, did)
        for channel in channels:
            await self.mend(channel, did)
        await self.panel(guild, welcome_in, did)
        return did

    async def _forums(
        self, guild: discord.Guild, chosen: discord.ForumChannel | None, did: Installation
    ) -> list[discord.ForumChannel]:
        """The chosen forum and those set up before; a new one where there is none."""
        rows = (await self._forum.settings.server(guild.id)).forums
        found = [guild.get_channel(row.channel_id) for row in rows]
        for row, channel in zip(rows, found, strict=True):
            if channel is None and not row.missing:
                await self._forum.settings.forum_missing(guild.id, row.channel_id)
        channels = [item for item in found if isinstance(item, discord.ForumChannel)]
        if chosen is not None and chosen not in channels:
            await self._forum.settings.save_forum(guild.id, chosen.id, ForumTags())
            did.done.append(f"{chosen.mention} is a forum for questions now.")
            channels.append(chosen)
        if not channels:
            channels.append(await self._create(guild, did))
        return channels

    async def _create(self, guild: discord.Guild, did: Installation) -> discord.ForumChannel:
        if not guild.me.guild_permissions.manage_channels:
            raise UserError(
                "There is no forum channel yet, and I may not create one. Create one and run "
                "`/setup forum:`, or grant me this:\n"
                f"{explain(['manage_channels'])}\n{HOW_TO_GRANT}"
            )
        channel = await guild.create_forum(FORUM_NAME, topic=GUIDELINES)
        await self._forum.settings.save_forum(guild.id, channel.id, ForumTags())
        did.done.append(f"I created {channel.mention} for questions.")
        return channel

    async def mend(self, channel: discord.ForumChannel, did: Installation) -> None:
        """Say what is missing in a forum, and adopt or create its tags."""
        lacking = missing(channel.permissions_for(channel.guild.me))
        if lacking:
            did.problems.append(f"In {channel.mention} I lack:\n{explain(lacking)}\n{HOW_TO_GRANT}")
        if "manage_channels" not in lacking:
            await self._mend_tags(channel, did)

    async def _mend_tags(self, channel: discord.ForumChannel, did: Installation) -> None:
        server = await self._forum.settings.server(channel.guild.id)
        tags, created, left_out = await create_missing(channel, server.categories)
        if created:
            names = ", ".join(f"**{name}**" for name in created)
            did.done.append(f"I created tags in {channel.mention}: {names}.")
        if left_out:
            names = ", ".join(f"**{name}**" for name in left_out)
            did.problems.append(
                f"{channel.mention} has {FORUM_LIMIT} tags, as many as Discord allows, so there "
                f"is no tag {names}. Delete others and run `/setup` again."
            )
        row = await self._forum.settings.forum(channel.guild.id, channel.id)
        if row is None or row.tags != tags or row.missing:
            await self._forum.settings.save_forum(channel.guild.id, channel.id, tags)

    async def panel(
        self, guild: discord.Guild, place: discord.TextChannel | None, did: Installation
    ) -> None:
        """Post the welcome message, or bring the one that stands to the present text."""
        server = await self._forum.settings.server(guild.id)
        embed = welcome(guild, server.settings.welcome)
        standing = await _standing(guild, server.panel)
        if standing is not None and place in {None, standing.channel}:
            if standing.embeds and standing.embeds[0].description == embed.description:
                return
            await standing.edit(embed=embed, allowed_mentions=NO_MENTIONS)
            did.done.append(f"The welcome message is up to date: {standing.jump_url}")
            return
        place = place or _place_before(guild, server.panel)
        if place is None:
            did.problems.append("There is no channel for the welcome message: `/setup welcome:`.")
        elif await self._post_panel(place, embed, did) and standing is not None:
            await standing.delete()

    async def _post_panel(
        self, place: discord.TextChannel, embed: discord.Embed, did: Installation
    ) -> bool:
        """Post a new welcome message; False when the bot may not."""
        guild = place.guild
        lacking = missing(place.permissions_for(guild.me), PANEL_NEEDS)
        if lacking:
            did.problems.append(
                f"In {place.mention} there is no welcome message, because I lack:\n"
                f"{explain(lacking, PANEL_NEEDS)}\n{HOW_TO_GRANT}"
            )
            return False
        message = await place.send(embed=embed, view=buttons.panel(), allowed_mentions=NO_MENTIONS)
        await self._forum.settings.save_panel(guild.id, Panel(place.id, message.id))
        did.done.append(f"The welcome message is here: {message.jump_url}")
        return True


def welcome(guild: discord.Guild, text: str) -> discord.Embed:
    """Draw the welcome message."""
    shown = text.replace("{server}", escape(guild.name))
    shown = shown[: fitting(shown, DESCRIPTION_LIMIT)]
    return discord.Embed(description=shown, colour=discord.Colour.blurple())


def _place_before(guild: discord.Guild, panel: Panel | None) -> discord.TextChannel | None:
    """Where a welcome message stood that is gone now, or else the usual place."""
    channel = guild.get_channel(panel.channel_id) if panel else None
    return channel if isinstance(channel, discord.TextChannel) else _default_place(guild)


def _default_place(guild: discord.Guild) -> discord.TextChannel | None:
    """Where a welcome message goes when nobody says: the system channel, or the first one."""
    if guild.system_channel is not None:
        return guild.system_channel
    return guild.text_channels[0] if guild.text_channels else None


async def _standing(guild: discord.Guild, panel: Panel | None) -> discord.Message | None:
    """Find the welcome message, unless it was deleted."""
    channel = guild.get_channel(panel.channel_id) if panel else None
    if panel is None or not isinstance(channel, discord.TextChannel):
        return None
    try:
        return await channel.fetch_message(panel.message_id)
    except (discord.NotFound, discord.Forbidden):
        return None
