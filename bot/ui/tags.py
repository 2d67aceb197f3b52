"""A forum's tags for states and categories: adopted by their names, or created."""

from collections.abc import Sequence

import discord

from bot.domain.drafts import Category
from bot.domain.forum_tags import FORUM_LIMIT, Applied, ForumTags, choose
from bot.domain.posts import Stage, State
from bot.domain.views import PostView

STAGE_EMOJI = {
    Stage.UNANSWERED: "❔",
    Stage.ANSWERED: "💬",
    Stage.SOLVED: "✅",
    Stage.CLOSED: "🔒",
}


async def create_missing(
    channel: discord.ForumChannel, categories: Sequence[Category]
) -> tuple[ForumTags, list[str], list[str]]:
    """Return the forum's tags, the names that were created, and those without room.

    All are created with one request: a second one, sent before Discord has told of the
    first, would take its tags away again.
    """
    wanted = [_state_tag(stage) for stage in Stage]
    wanted += [discord.ForumTag(name=category.name) for category in categories]
    there = {tag.name.casefold() for tag in channel.available_tags}
    new = {tag.name.casefold(): tag for tag in wanted}
    lacking = [tag for name, tag in new.items() if name not in there]
    room = max(0, FORUM_LIMIT - len(channel.available_tags))
    if lacking[:room]:
        channel = await channel.edit(available_tags=[*channel.available_tags, *lacking[:room]])
    tags = _found(channel, categories)
    return tags, [tag.name for tag in lacking[:room]], [tag.name for tag in lacking[room:]]


def _state_tag(stage: Stage) -> discord.ForumTag:
    emoji = discord.PartialEmoji(name=STAGE_EMOJI[stage])
    return discord.ForumTag(name=stage.value, emoji=emoji, moderated=True)


def _found(channel: discord.ForumChannel, categories: Sequence[Category]) -> ForumTags:
    there = {tag.name.casefold(): tag.id for tag in channel.available_tags}
    stages = {stage: there.get(stage.value.casefold()) for stage in Stage}
    topics = {category.id: there.get(category.name.casefold()) for category in categories}
    return ForumTags(
        {stage: tag for stage, tag in stages.items() if tag is not None},
        {category: tag for category, tag in topics.items() if tag is not None},
    )


def due(thread: discord.Thread, tags: ForumTags, view: PostView) -> Applied | None:
    """Choose what a question's thread should carry; None when it does, or the bot may not.

    Tags that a moderator has deleted from the forum are left out.
    """
    if not isinstance(thread.parent, discord.ForumChannel) or view.state is not State.OPEN:
        return None
    if not thread.permissions_for(thread.guild.me).manage_threads:
        return None
    there = {tag.id for tag in thread.parent.available_tags}
    current = [tag.id for tag in thread.applied_tags]
    present = ForumTags(
        {stage: tag for stage, tag in tags.stages.items() if tag in there},
        {category: tag for category, tag in tags.categories.items() if tag in there},
    )
    wanted = choose(current, present, view.stage, view.category_id)
    return None if set(wanted.tags) == set(current) else wanted
