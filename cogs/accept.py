"""Accepting the best answer: the button, ✅, and the message menu."""

from typing import TYPE_CHECKING, Protocol

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import NotFound, UserError
from bot.domain.posts import Kind, State
from bot.services.acceptance import Accepted, TakenBack
from bot.services.forum import Forum
from bot.services.questions import Place
from bot.ui.marks import ACCEPT, Marks
from bot.ui.people import guild_of
from bot.ui.reactions import take_off
from bot.ui.replies import say, think
from bot.ui.rights import is_moderator, reach
from bot.ui.router import Interaction, Router

if TYPE_CHECKING:
    from bot.app import ForumBot


class Choice(Protocol):
    """One of the three ways to choose an answer."""

    async def __call__(
        self, guild_id: int, answer_id: int, by: int, *, is_moderator: bool
    ) -> Accepted | TakenBack:
        """Choose, or stop choosing; raises NotAllowed, NotFound."""


class Accept(commands.Cog):
    """The asker's choice of an answer."""

    def __init__(
        self,
        client: discord.Client,
        forum: Forum,
        marks: Marks,
        router: Router,
        tree: app_commands.CommandTree[commands.Bot],
    ) -> None:
        self._client = client
        self._forum = forum
        self._marks = marks
        router.add("accept", self.pressed, 1)
        router.add("take-back", self.pressed_again, 1)
        self._menu = app_commands.ContextMenu(name="Accept answer", callback=self.accept_message)
        self._menu.guild_only = True
        tree.add_command(self._menu)

    async def pressed(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Accept an answer; a double press does no more."""
        await think(interaction)
        await self._choose(interaction, numbers[0], self._forum.acceptance.accept)

    async def pressed_again(self, interaction: Interaction, numbers: tuple[int, ...]) -> None:
        """Take an acceptance back."""
        await think(interaction)
        await self._choose(interaction, numbers[0], self._forum.acceptance.take_back)

    async def accept_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Accept the answer that a message shows, or take that back."""
        await think(interaction)
        place = await self._answer(guild_of(interaction), message.id)
        if place is None:
            raise NotFound("That message is no answer. Use **Turn into answer** on it first.")
        await self._choose(interaction, place.id, self._forum.acceptance.toggle)

    async def _choose(self, interaction: Interaction, answer_id: int, choose: Choice) -> None:
        guild_id = guild_of(interaction)
        place = await reach(self._forum, interaction, answer_id)
        moderates = is_moderator(interaction, place.forum_id)
        outcome = await choose(guild_id, answer_id, interaction.user.id, is_moderator=moderates)
        await say(interaction, _told(outcome))
        await self._marks.take_off_former(guild_id, outcome)

    async def _answer(self, guild_id: int, message_id: int) -> Place | None:
        place = await self._forum.questions.at_message(guild_id, message_id)
        return place if place is not None and place.kind is Kind.ANSWER else None

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """Accept an answer by ✅; where that is not allowed, the mark is taken off.

        So is the mark of one who asked under a name to display: it shows who they are.
        """
        place = await self._marked(payload)
        if place is None or payload.member is None or payload.member.bot:
            return
        channel = await self._channel(payload.channel_id)
        moderates = channel is not None and channel.permissions_for(payload.member).manage_threads
        try:
            outcome = await self._forum.acceptance.mark(
                place.guild_id, place.id, payload.user_id, is_moderator=moderates
            )
        except UserError:
            await self._take_off(payload)
            return
        if (await self._forum.questions.find(place.guild_id, place.question_id)).anonymous:
            await self._take_off(payload)
        await self._marks.take_off_former(place.guild_id, outcome)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """Take an acceptance back when the one who gave it takes their ✅ off."""
        place = await self._marked(payload)
        if place is not None:
            await self._forum.acceptance.unmark(place.guild_id, place.id, payload.user_id)

    async def _marked(self, payload: discord.RawReactionActionEvent) -> Place | None:
        own = self._client.user is not None and payload.user_id == self._client.user.id
        if payload.guild_id is None or own or str(payload.emoji) != ACCEPT:
            return None
        place = await self._answer(payload.guild_id, payload.message_id)
        if place is None or place.state is not State.OPEN:
            return None
        return place if place.message_id == payload.message_id else None

    async def _take_off(self, payload: discord.RawReactionActionEvent) -> None:
        channel = self._client.get_partial_messageable(
            payload.channel_id, guild_id=payload.guild_id
        )
        await take_off(channel.get_partial_message(payload.message_id), ACCEPT, payload.user_id)

    async def _channel(self, channel_id: int) -> discord.Thread | None:
        channel = self._client.get_channel(channel_id)
        return channel if isinstance(channel, discord.Thread) else None


def _told(outcome: Accepted | TakenBack) -> str:
    match outcome:
        case Accepted(instead_of=int() as before):
            return f"This is the accepted answer now, instead of #{before}."
        case Accepted():
            return "This is the accepted answer now."
        case TakenBack():
            return "No answer is accepted now."


async def setup(bot: "ForumBot") -> None:
    """Load."""
    await bot.add_cog(Accept(bot, bot.forum, bot.marks, bot.router, bot.tree))
