"""Answering: the button, `/answer`, and "Turn into answer"."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.drafts import parse_answer
from bot.domain.errors import NotFound, Unavailable, UserError
from bot.services.drafts import origin
from bot.services.forum import Forum
from bot.ui import modals
from bot.ui.buttons import Press, row
from bot.ui.errors import answer_error
from bot.ui.ids import custom_id
from bot.ui.keeping import keep
from bot.ui.people import asker, author, guild_of
from bot.ui.publisher import Publisher
from bot.ui.reconciler import plain
from bot.ui.replies import say, think
from bot.ui.rights import is_moderator, reach
from bot.ui.router import Interaction, Router

if TYPE_CHECKING:
    from bot.app import ForumBot

KIND = "answer"


class Answer(commands.Cog):
    """Answers, from the button to the card."""

    def __init__(
        self,
        forum: Forum,
        publisher: Publisher,
        router: Router,
        tree: app_commands.CommandTree[commands.Bot],
    ) -> None:
        self._forum = forum
        self._publisher = publisher
        router.add("answer", self.pressed, 1)
        router.add("answered", self.submitted, 1)
        router.add("answered-again", self.submitted_again, 2)
        self._menu = app_commands.ContextMenu(name="Turn into answer", callback=self.promote)
        self._menu.guild_only = True
        tree.add_command(self._menu)

    @app_commands.command(description="Answer the question of this thread")
    @app_commands.guild_only()
    async def answer(self, interaction: Interaction) -> None:
        """Open the form for the thread's question."""
        place = await self._forum.questions.here(guild_of(interaction), interaction.channel_id or 0)
        await self._open(interaction, place.id)

    async def pressed(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Open the form for a question."""
        await self._open(interaction, numbers[0])

    async def _open(self, interaction: Interaction, question_id: int) -> None:
        guild_id = guild_of(interaction)
        await reach(self._forum, interaction, question_id)
        await self._forum.answers.check(guild_id, question_id, interaction.user.id)
        settings = await self._forum.settings.of(guild_id)
        form = modals.answer(custom_id("answered", question_id), settings, {})
        await interaction.response.send_modal(form)

    async def submitted(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Keep a filled form, then post it."""
        await self._keep(interaction, {"question": str(numbers[0])}, None)

    async def submitted_again(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Post a draft that was opened again."""
        draft_id, question_id = numbers
        await self._keep(interaction, {"question": str(question_id)}, draft_id)

    async def _keep(
        self, interaction: Interaction, about: Mapping[str, str], draft_id: int | None
    ) -> None:
        typed = {**about, **modals.submission(interaction).fields}
        draft = await keep(interaction, self._forum.drafts, KIND, typed, draft_id)
        await self._post(interaction, draft.id, draft.fields)

    async def _post(
        self, interaction: Interaction, draft_id: int, typed: Mapping[str, str]
    ) -> None:
        who = asker(interaction)
        try:
            settings = await self._forum.settings.of(who.guild_id)
            draft = parse_answer(
                settings, body=typed.get("body", ""), display_name=typed.get("name", "")
            )
            question = await reach(self._forum, interaction, int(typed["question"]))
            post_id = await self._forum.answers.answer(
                who, question.id, draft, origin(KIND, draft_id)
            )
            link = await self._publisher.publish_now(who.guild_id, post_id)
        except (UserError, Unavailable, discord.HTTPException) as error:
            again = Press("Open my draft again", "draft", (draft_id,), discord.ButtonStyle.primary)
            await answer_error(interaction, error, row(again))
            return
        await say(interaction, f"Your answer is here: {link}")

    async def promote(self, interaction: Interaction, message: discord.Message) -> None:
        """Make a message an answer; its author and time stay."""
        await think(interaction)
        if message.author.bot:
            raise NotFound("Only a member's own message can become an answer.")
        who = author(message)
        thread = message.channel
        forum_id = thread.parent_id if isinstance(thread, discord.Thread) else 0
        post_id = await self._forum.answers.promote(
            type(who)(guild_of(interaction), who.user_id, who.name),
            plain(message),
            interaction.user.id,
            is_moderator=is_moderator(interaction, forum_id),
        )
        link = await self._publisher.publish_now(guild_of(interaction), post_id)
        await say(interaction, f"That message is an answer now: {link}")


async def setup(bot: "ForumBot") -> None:
    """Load."""
    await bot.add_cog(Answer(bot.forum, bot.publisher, bot.router, bot.tree))
