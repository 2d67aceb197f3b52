"""Editing posts, and reading how they were before."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.drafts import parse_answer, parse_question
from bot.domain.errors import NotFound, Outdated, Unavailable, UserError
from bot.domain.posts import Kind
from bot.services.edits import NewText
from bot.services.forum import Forum
from bot.services.questions import Place
from bot.ui import modals
from bot.ui.buttons import Press, row
from bot.ui.editing import open_form
from bot.ui.errors import answer_error
from bot.ui.history import as_text
from bot.ui.keeping import keep
from bot.ui.people import asker, guild_of
from bot.ui.replies import say, think
from bot.ui.rights import is_moderator, reach
from bot.ui.router import Interaction, Router

if TYPE_CHECKING:
    from bot.app import ForumBot

KIND = "edit"


class Edit(commands.Cog):
    """Changes of texts, none of which is ever lost."""

    def __init__(
        self, forum: Forum, router: Router, tree: app_commands.CommandTree[commands.Bot]
    ) -> None:
        self._forum = forum
        router.add("edit", self.pressed, 1)
        router.add("edited", self.submitted, 3)
        router.add("history", self.history, 1)
        self._menu = app_commands.ContextMenu(name="Edit post", callback=self.edit_message)
        self._menu.guild_only = True
        tree.add_command(self._menu)

    @app_commands.command(description="Edit a question or an answer of yours")
    @app_commands.guild_only()
    @app_commands.describe(number="The number on its card, such as 12")
    async def edit(
        self, interaction: Interaction, number: app_commands.Range[int, 1, 2**53 - 1]
    ) -> None:
        """Open the form of a post by its number."""
        await open_form(self._forum, interaction, number, {})

    async def pressed(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Open the form with the post's present text."""
        await open_form(self._forum, interaction, numbers[0], {})

    async def edit_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Open the form of the post that a message shows."""
        place = await self._forum.questions.at_message(guild_of(interaction), message.id)
        if place is None:
            raise NotFound("That message is no question or answer of this forum.")
        await open_form(self._forum, interaction, place.id, {})

    async def submitted(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Take the new text: keep it as a draft first, then check it, then apply it."""
        post_id, revision, before = numbers
        who = asker(interaction)
        typed = {**modals.submission(interaction).fields, "post": str(post_id)}
        draft = await keep(interaction, self._forum.drafts, KIND, typed, before or None)
        try:
            place = await reach(self._forum, interaction, post_id)
            changed = await self._forum.edits.apply(
                who,
                post_id,
                revision,
                await self._new_text(place, typed),
                is_moderator=is_moderator(interaction, place.forum_id),
            )
        except (UserError, Unavailable) as error:
            label = (
                "Open my version again" if isinstance(error, Outdated) else "Open my draft again"
            )
            again = Press(label, "draft", (draft.id,), discord.ButtonStyle.primary)
            await answer_error(interaction, error, row(again))
            return
        await self._forum.drafts.drop(who.guild_id, who.user_id, draft.id)
        told = "Your edit is saved; the card follows." if changed else "Nothing was changed."
        await say(interaction, told)

    async def _new_text(self, place: Place, typed: Mapping[str, str]) -> NewText:
        server = await self._forum.settings.server(place.guild_id)
        if place.kind is not Kind.QUESTION:
            return NewText(parse_answer(server.settings, body=typed.get("body", "")).body)
        draft = parse_question(
            server.settings,
            server.categories,
            title=typed.get("title", ""),
            body=typed.get("body", ""),
            category=typed.get("category", ""),
            tags=typed.get("tags", ""),
        )
        return NewText.of(draft)

    async def history(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Show every text that a post has had, as differences."""
        await think(interaction)
        place = await reach(self._forum, interaction, numbers[0])
        versions = await self._forum.edits.history(place.guild_id, place.id)
        for page in as_text(versions):
            await say(interaction, page)


async def setup(bot: "ForumBot") -> None:
    """Load."""
    await bot.add_cog(Edit(bot.forum, bot.router, bot.tree))
