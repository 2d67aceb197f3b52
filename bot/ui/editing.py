"""The form for editing a post, which a button, a menu and a draft share."""

from collections.abc import Mapping

from bot.domain.posts import Kind
from bot.services.edits import Editable
from bot.services.forum import Forum
from bot.ui import modals
from bot.ui.ids import custom_id
from bot.ui.people import guild_of
from bot.ui.rights import is_moderator, reach
from bot.ui.router import Interaction


async def open_form(
    forum: Forum,
    interaction: Interaction,
    post_id: int,
    typed: Mapping[str, str],
    draft_id: int = 0,
) -> None:
    """Show the form; what was typed before stands over the present text.

    Raises NotAllowed or NotFound.
    """
    guild_id = guild_of(interaction)
    place = await reach(forum, interaction, post_id)
    moderates = is_moderator(interaction, place.forum_id)
    post = await forum.edits.begin(guild_id, post_id, interaction.user.id, is_moderator=moderates)
    server = await forum.settings.server(guild_id)
    where = custom_id("edited", post_id, post.revision, draft_id)
    filled = {**_fields(post), **typed}
    form = (
        modals.question(where, server.settings, server.categories, filled, editing=True)
        if post.kind is Kind.QUESTION
        else modals.answer(where, server.settings, filled, editing=True)
    )
    await interaction.response.send_modal(form)


def _fields(post: Editable) -> dict[str, str]:
    return {
        "title": post.title,
        "body": post.body,
        "tags": " ".join(post.tags),
        "category": str(post.category_id or ""),
    }
