"""The asker's ✅ under an answer: what it says, and taking it off where it says so no more."""

from collections.abc import Sequence
from typing import Final

import discord

from bot.domain.posts import Kind, State
from bot.services.acceptance import Accepted, TakenBack
from bot.services.forum import Forum
from bot.services.questions import Place
from bot.ui.reactions import take_off

ACCEPT: Final = "✅"


class Marks:
    """Brings acceptances and ✅ together."""

    def __init__(self, client: discord.Client, forum: Forum) -> None:
        self._client = client
        self._forum = forum

    async def take_off_former(self, guild_id: int, outcome: Accepted | TakenBack) -> None:
        """Take the asker's ✅ off what is not accepted any more: it would be taken for new."""
        match outcome:
            case Accepted(instead_of=int() as before) | TakenBack(answer_id=before):
                place = await self._forum.questions.find(guild_id, before)
            case _:
                return
        question = await self._forum.questions.find(guild_id, place.question_id)
        if place.thread_id is not None and place.message_id is not None:
            channel = self._client.get_partial_messageable(place.thread_id, guild_id=guild_id)
            message = channel.get_partial_message(place.message_id)
            await take_off(message, ACCEPT, question.author_id)

    async def follow(self, messages: Sequence[discord.Message], question: Place) -> None:
        """Follow what the asker did with ✅ while the bot was away."""
        known = await self._forum.acceptance.marked(question.id)
        shown = {message.id: mark for message in messages if (mark := _mark(message)) is not None}
        for message in messages:
            if message.id in shown and message.id not in known:
                await self._new(message, shown[message.id], question)
        accepted = (await self._forum.questions.find(question.guild_id, question.id)).accepted_id
        for message in messages:
            answer_id = known.get(message.id)
            if answer_id is None:
                continue
            if message.id not in shown:
                await self._forum.acceptance.unmark(
                    question.guild_id, answer_id, question.author_id
                )
            elif answer_id != accepted:
                await take_off(message, ACCEPT, question.author_id)

    async def _new(self, message: discord.Message, mark: discord.Reaction, question: Place) -> None:
        """Accept an answer that the asker has marked."""
        place = await self._forum.questions.at_message(question.guild_id, message.id)
        if place is None or (place.kind, place.state) != (Kind.ANSWER, State.OPEN):
            return
        if not any([user.id == question.author_id async for user in mark.users()]):
            return
        question = await self._forum.questions.find(question.guild_id, question.id)
        if question.accepted_id is None or not question.anonymous:
            outcome = await self._forum.acceptance.mark(
                place.guild_id, place.id, question.author_id, is_moderator=False
            )
            await self.take_off_former(place.guild_id, outcome)
        if question.anonymous:  # It shows who they are.
            await take_off(message, ACCEPT, question.author_id)


def _mark(message: discord.Message) -> discord.Reaction | None:
    return next((item for item in message.reactions if str(item.emoji) == ACCEPT), None)
