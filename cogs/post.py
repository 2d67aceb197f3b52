"""What one may do with a post besides voting and editing, and one's own drafts."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.posts import Kind
from bot.domain.votes import REASONS, Vote
from bot.services.forum import Forum
from bot.services.questions import Place
from bot.services.votes import Explanation
from bot.ui import modals
from bot.ui.asking import Asking
from bot.ui.buttons import Press, row
from bot.ui.editing import open_form
from bot.ui.ids import custom_id
from bot.ui.people import guild_of
from bot.ui.replies import say, think
from bot.ui.rights import is_moderator, reach
from bot.ui.router import Interaction, Router

if TYPE_CHECKING:
    from bot.app import ForumBot


class Post(commands.Cog):
    """The "More" panel, "Did my vote count?", and drafts."""

    def __init__(
        self,
        forum: Forum,
        asking: Asking,
        router: Router,
        tree: app_commands.CommandTree[commands.Bot],
    ) -> None:
        self._forum = forum
        self._asking = asking
        router.add("more", self.more, 1)
        router.add("delete", self.delete, 1)
        router.add("delete-sure", self.delete_surely, 1)
        router.add("draft", self.open_draft, 1)
        self._menu = app_commands.ContextMenu(
            name="Did my vote count?", callback=self.explain_message
        )
        self._menu.guild_only = True
        tree.add_command(self._menu)

    async def more(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Show what else can be done with a post."""
        place = await reach(self._forum, interaction, numbers[0])
        buttons = [Press("History", "history", (place.id,), emoji="🕘")]
        if _may_delete(interaction, place):
            danger = discord.ButtonStyle.danger
            buttons.append(Press("Delete", "delete", (place.id,), danger, "🗑️"))
        text = await self._vote_text(interaction, place.id)
        await say(interaction, f"**#{place.id}**\n{text}", row(*buttons))

    async def explain_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Say what became of one's vote on a message."""
        place = await self._forum.questions.at_message(guild_of(interaction), message.id)
        if place is None:
            raise NotFound("That message is no question or answer of this forum.")
        await say(interaction, await self._vote_text(interaction, place.id))

    @app_commands.command(description="Say whether your vote on a question or an answer counts")
    @app_commands.guild_only()
    @app_commands.describe(number="The number on its card, such as 12")
    async def why(
        self, interaction: Interaction, number: app_commands.Range[int, 1, 2**53 - 1]
    ) -> None:
        """Say what became of one's vote on a post."""
        await say(interaction, await self._vote_text(interaction, number))

    async def _vote_text(self, interaction: Interaction, post_id: int) -> str:
        guild_id = guild_of(interaction)
        found = await self._forum.votes.explain(guild_id, post_id, interaction.user.id)
        if found is None:
            raise NotFound(f"There is no post #{post_id} on this server.")
        settings = await self._forum.settings.of(guild_id)
        return _explained(found, settings.up_arrow, settings.down_arrow)

    @app_commands.command(description="Open what you typed last and did not post")
    @app_commands.guild_only()
    async def draft(self, interaction: Interaction) -> None:
        """Open one's newest draft."""
        await self._open(interaction, None)

    async def open_draft(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Open one of one's own drafts."""
        await self._open(interaction, numbers[0])

    async def _open(self, interaction: Interaction, draft_id: int | None) -> None:
        guild_id = guild_of(interaction)
        draft = await self._forum.drafts.find(guild_id, interaction.user.id, draft_id)
        match draft.kind:
            case "question":
                await self._asking.reopen(interaction, draft.id, draft.fields)
            case "answer":
                settings = await self._forum.settings.of(guild_id)
                where = custom_id("answered-again", draft.id, int(draft.fields["question"]))
                form = modals.answer(where, settings, draft.fields)
                await interaction.response.send_modal(form)
            case _:
                await open_form(
                    self._forum, interaction, int(draft.fields["post"]), draft.fields, draft.id
                )

    async def delete(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Ask once more before a post is deleted."""
        place = await reach(self._forum, interaction, numbers[0])
        if not _may_delete(interaction, place):
            raise NotAllowed("Only its author or a moderator can delete this.")
        what = "question with all its answers" if place.kind is Kind.QUESTION else str(place.kind)
        sure = Press("Yes, delete it", "delete-sure", (place.id,), discord.ButtonStyle.danger)
        text = f"Delete this {what}? Its votes and points are taken back."
        await say(interaction, text, row(sure))

    async def delete_surely(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Delete a post."""
        await think(interaction)
        place = await reach(self._forum, interaction, numbers[0])
        moderates = is_moderator(interaction, place.forum_id)
        await self._forum.removal.delete(
            place.guild_id, place.id, interaction.user.id, is_moderator=moderates
        )
        await say(interaction, f"The {place.kind} #{place.id} is deleted.")


def _may_delete(interaction: Interaction, place: Place) -> bool:
    own = place.author_id == interaction.user.id
    return own or is_moderator(interaction, place.forum_id)


def _explained(found: Explanation, up: str, down: str) -> str:
    if found.vote is not None:
        arrow = up if found.vote is Vote.UP else down
        return f"Your {arrow} counts. Take the reaction away to take the vote back."
    if found.refusal is not None:
        return f"Your vote was not counted. {REASONS[found.refusal]}"
    return f"You have not voted on this. React with {up} or {down} on its card."


async def setup(bot: "ForumBot") -> None:
    """Load."""
    await bot.add_cog(Post(bot.forum, bot.asking, bot.router, bot.tree))
