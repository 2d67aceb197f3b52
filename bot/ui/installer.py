"""Setting a server up: forums, their tags, the welcome message. Twice changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import discord

from bot.domain.drafts import Category
from bot.domain.errors import UserError
from bot.domain.forum_tags import FORUM_LIMIT, ForumTags
from bot.domain.posts import Stage
from bot.domain.text import escape
from bot.services.forum import Forum
from bot.services.settings import Panel
from bot.ui import buttons
from bot.ui.permissions import HOW_TO_GRANT, explain, missing
from bot.ui.replies import NO_MENTIONS

FORUM_NAME = "questions"
GUIDELINES = "Ask with /ask, or post here. Vote with the arrows. Accept the answer that helped."
STAGE_EMOJI = {
    Stage.UNANSWERED: "❔",
    Stage.ANSWERED: "💬",
    Stage.SOLVED: "✅",
    Stage.CLOSED: "🔒",
}


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
            if self._check(channel, did):
                await self.mend_tags(channel, did)
        panel = await self._forum.settings.server(guild.id)
        place = welcome_in or (_default_place(guild) if panel.panel is None else None)
        await self.panel(guild, place, did)
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

    def _check(self, channel: discord.ForumChannel, did: Installation) -> bool:
        """Say what is missing in a forum; False when its tags cannot be made."""
        lacking = missing(channel.permissions_for(channel.guild.me))
        if lacking:
            did.problems.append(f"In {channel.mention} I lack:\n{explain(lacking)}\n{HOW_TO_GRANT}")
        return "manage_channels" not in lacking

    async def mend_tags(self, channel: discord.ForumChannel, did: Installation) -> None:
        """Adopt or create the forum's tags for states and categories."""
        server = await self._forum.settings.server(channel.guild.id)
        stages: dict[Stage, int] = {}
        for stage in Stage:
            tag = await _tag(channel, stage.value, STAGE_EMOJI[stage], did, moderated=True)
            if tag is not None:
                stages[stage] = tag.id
        categories = await self._category_tags(channel, server.categories, did)
        tags = ForumTags(stages, categories)
        row = await self._forum.settings.forum(channel.guild.id, channel.id)
        if row is None or row.tags != tags or row.missing:
            await self._forum.settings.save_forum(channel.guild.id, channel.id, tags)

    async def _category_tags(
        self, channel: discord.ForumChannel, categories: Sequence[Category], did: Installation
    ) -> dict[int, int]:
        found: dict[int, int] = {}
        for category in categories:
            tag = await _tag(channel, category.name, None, did, moderated=False)
            if tag is not None:
                found[category.id] = tag.id
        return found

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
        if place is None:
            did.problems.append("There is no channel for the welcome message: `/setup welcome:`.")
            return
        allowed = place.permissions_for(guild.me)
        if not (allowed.send_messages and allowed.embed_links and allowed.view_channel):
            did.problems.append(
                f"I may not write in {place.mention}, so there is no welcome message. "
                f"{HOW_TO_GRANT}"
            )
            return
        message = await place.send(embed=embed, view=buttons.panel(), allowed_mentions=NO_MENTIONS)
        await self._forum.settings.save_panel(guild.id, Panel(place.id, message.id))
        did.done.append(f"The welcome message is here: {message.jump_url}")


def welcome(guild: discord.Guild, text: str) -> discord.Embed:
    """Draw the welcome message."""
    shown = text.replace("{server}", escape(guild.name))
    return discord.Embed(description=shown, colour=discord.Colour.blurple())


async def _tag(
    channel: discord.ForumChannel,
    name: str,
    emoji: str | None,
    did: Installation,
    *,
    moderated: bool,
) -> discord.ForumTag | None:
    """Find a tag by its name, or create it; None when the forum is full."""
    for tag in channel.available_tags:
        if tag.name.casefold() == name.casefold():
            return tag
    if len(channel.available_tags) >= FORUM_LIMIT:
        did.problems.append(
            f"{channel.mention} has {FORUM_LIMIT} tags, as many as Discord allows, so there is "
            f"no tag **{name}**. Delete one and run `/setup` again."
        )
        return None
    sign = discord.PartialEmoji(name=emoji) if emoji else None
    tag = await channel.create_tag(name=name, emoji=sign, moderated=moderated)
    did.done.append(f"I created the tag **{name}** in {channel.mention}.")
    return tag


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
