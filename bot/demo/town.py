"""The real bot in an offline Discord, with a small living forum in it."""

import re
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import simcord
from pydantic import SecretStr
from simcord import ChannelHandle, Env, GuildHandle, InteractionResult, MemberActor

from bot.app import ForumBot, open_database
from bot.config import Config, Database, Discord
from bot.demo import texts
from db import migrate

UP, DOWN = "⬆️", "⬇️"
NEIGHBOURS = 81
QUESTION_VOTES, ANSWER_VOTES = 81, 73
EARLIER_POINTS = {"Maya": 5_750, "Tomas": 5_120}
"""From before the demo began; with what they get in it, both have 6.0k points."""
A_WHILE = 400
"""Seconds; more than the 300 after which an edit shows (qa A6)."""


@dataclass(frozen=True, slots=True)
class Town:
    """A server: its people, its welcome channel, its forum."""

    env: Env
    bot: ForumBot
    guild: GuildHandle
    welcome: ChannelHandle
    people: dict[str, MemberActor]
    neighbours: Sequence[MemberActor]

    @property
    def forum(self) -> ChannelHandle:
        """The forum that `/setup` made."""
        return self.guild.channels["questions"]

    async def fill(
        self, member: MemberActor, form: InteractionResult, **typed: str
    ) -> InteractionResult:
        """Fill a form's fields and submit it; a category goes by its name."""
        values: dict[str, Any] = {}
        for part in parts(form):
            name = part["custom_id"]
            if name == "category":
                options = part["options"]
                wanted = typed.get(name, options[0]["label"])
                values[name] = [o["value"] for o in options if o["label"] == wanted]
            else:
                values[name] = typed.get(name, part.get("value") or "")
        return await member.submit_modal(form, values)

    async def ask(self, member: MemberActor, title: str, body: str, **typed: str) -> ChannelHandle:
        """Ask by `/ask`; returns the new thread."""
        form = await member.slash(self.welcome, "ask")
        await self.fill(member, form, title=title, body=body, **typed)
        return max(self.forum.threads, key=lambda thread: thread.id)

    async def answer(self, member: MemberActor, thread: ChannelHandle, body: str) -> None:
        """Answer by the button on the question's card."""
        form = await member.click(self.card(thread, "Question"), label="Answer")
        await self.fill(member, form, body=body)

    def card(self, thread: ChannelHandle, kind: str, number: int = 0) -> discord.Message:
        """A card in a thread, by the kind of its post."""
        return self.cards(thread, kind)[number]

    def cards(self, thread: ChannelHandle, kind: str) -> list[discord.Message]:
        """All cards of a kind in a thread, oldest first."""
        wanted = re.compile(rf"{kind} #\d+")
        return [
            message
            for message in thread.history()
            if any(wanted.fullmatch(f.name or "") for e in message.embeds for f in e.fields)
        ]

    async def vote(
        self, message: discord.Message, emoji: str, voters: Sequence[MemberActor]
    ) -> None:
        """Have many people react at once."""
        for voter in voters:
            self.env.backend.set_reaction(message.channel.id, message.id, emoji, voter.id, True)
        await self.env.settle()


def parts(form: InteractionResult) -> list[dict[str, Any]]:
    """The fields of a form that is open."""
    if form.modal is None:
        raise AssertionError("no form was opened")
    return [row["component"] for row in form.modal["components"]]


@asynccontextmanager
async def town(*, strict: bool = True) -> AsyncIterator[Town]:
    """Open a server that is set up, with people in it and nothing asked yet.

    When `strict`, it raises in the end what the bot raised meanwhile.
    """
    with tempfile.TemporaryDirectory(prefix="askwell-demo-") as folder:
        config = _config(Path(folder) / "demo.db")
        database = open_database(config)
        await migrate.upgrade(database)
        bot = ForumBot(config, database)
        async with simcord.run(bot, check_errors=strict, settle_timeout=15) as env:
            env.backend.bot_user.name = "Askwell"
            yield await _found(env, bot)
            await env.settle()
            await bot.drain()
        await database.close()


def _config(database: Path) -> Config:
    return Config(
        database=Database(url=SecretStr(f"sqlite+aiosqlite:///{database}")),
        discord=Discord(redraw_seconds=0),
    )


async def _found(env: Env, bot: ForumBot) -> Town:
    guild = env.create_guild(texts.SERVER)
    welcome = guild.create_text_channel("welcome", topic="Start here")
    guild.create_text_channel("lounge", topic="Anything that is not a question")
    keeper = guild.create_role("Keeper", permissions=discord.Permissions.all())
    people = {
        "Maya": guild.add_member(env.create_user("maya", global_name="Maya")),
        "Tomas": guild.add_member(env.create_user("tomas", global_name="Tomás")),
        "Ines": guild.add_member(env.create_user("ines", global_name="Inès")),
        "Jo": guild.add_member(env.create_user("jo", global_name="Jo")),
        "Robin": guild.add_member(env.create_user("robin", global_name="Robin"), roles=[keeper]),
    }
    neighbours = [
        guild.add_member(env.create_user(f"neighbour{number}")) for number in range(NEIGHBOURS)
    ]
    place = Town(env, bot, guild, welcome, people, neighbours)
    await people["Robin"].slash(welcome, "setup", welcome=welcome)
    for name in texts.CATEGORIES:
        await people["Robin"].slash(welcome, "category add", name=name)
    return place


async def settle_in(place: Town) -> ChannelHandle:
    """Let the forum live for a while: questions, answers, votes; returns the main thread."""
    people = place.people
    await place.ask(people["Jo"], texts.FRIEND_TITLE, texts.FRIEND, category="Relationships")
    habit = await place.ask(
        people["Ines"], texts.HABIT_TITLE, texts.HABIT, category="Daily Habits", tags="sleep"
    )
    await place.answer(people["Tomas"], habit, texts.HABIT_ANSWER)
    await place.vote(place.card(habit, "Question"), UP, place.neighbours[:7])
    await place.vote(place.card(habit, "Answer"), UP, place.neighbours[:12])
    return await _main_thread(place)


async def _main_thread(place: Town) -> ChannelHandle:
    maya, tomas, ines, jo = (place.people[name] for name in ("Maya", "Tomas", "Ines", "Jo"))
    for member, earlier in EARLIER_POINTS.items():
        await place.bot.forum.members.award(place.guild.id, place.people[member].id, earlier)
    thread = await place.ask(
        maya, texts.TITLE, texts.QUESTION, category="Mental Health", tags="therapy first-steps"
    )
    await place.answer(tomas, thread, texts.ANSWER)
    await place.answer(jo, thread, texts.SECOND_ANSWER)
    question, best, other = (
        place.card(thread, "Question"),
        place.card(thread, "Answer"),
        place.card(thread, "Answer", 1),
    )
    await place.vote(question, UP, place.neighbours[:QUESTION_VOTES])
    await place.vote(best, UP, place.neighbours[:ANSWER_VOTES])
    await place.vote(other, UP, place.neighbours[:9])
    await place.vote(other, DOWN, place.neighbours[9:11])
    await ines.send(thread, texts.COMMENT, reply_to=best)
    await jo.send(thread, texts.REPLY)
    await maya.click(place.card(thread, "Answer"), label="Accept")
    await place.env.advance_time(A_WHILE)
    await _edit(place, maya, question, texts.QUESTION + "\n\nThank you all for reading!")
    return thread


async def _edit(place: Town, member: MemberActor, card: discord.Message, body: str) -> None:
    form = await member.click(card, label="Edit")
    category = next(
        option["label"]
        for part in parts(form)
        if part["custom_id"] == "category"
        for option in part["options"]
        if option.get("default")
    )
    await place.fill(member, form, body=body, category=category)
