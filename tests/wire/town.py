"""A server on the double with a question forum, and words for what happens there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from bot.app import ForumBot
from tests.wire.double import Discord, opened
from tests.wire.host import POLL, configuration, online, quiet, sockets
from tests.wire.interactions import Interaction
from tests.wire.people import Person
from tests.wire.state import FORUM, THREAD, Channel, Guild, Message

UP, DOWN = "⬆️", "⬇️"
BODY: Final = "I looked in the manual and found nothing about it."
ANSWER: Final = "Turn the left knob until it clicks, then wait a minute."


@dataclass
class Town:
    """One server: its owner, members by name, a welcome channel, a question forum."""

    discord: Discord
    guild: Guild
    bot: ForumBot
    owner: Person
    members: dict[str, Person] = field(default_factory=dict)

    @property
    def welcome(self) -> Channel:
        """Where people type commands."""
        return self.discord.world.channels[self.guild.system_channel_id or 0]

    @property
    def forum(self) -> Channel:
        """The question forum that `/setup` made."""
        return next(c for c in self._channels if c.type == FORUM)

    @property
    def threads(self) -> list[Channel]:
        """All question threads, oldest first."""
        return [c for c in self._channels if c.type == THREAD]

    @property
    def _channels(self) -> list[Channel]:
        there = self.discord.world.channels.values()
        return [channel for channel in there if channel.guild_id == self.guild.id]

    def member(self, name: str) -> Person:
        """A member of this name; joins when new."""
        if name not in self.members:
            user = self.discord.world.user(name)
            self.discord.world.join(self.guild, user)
            self.members[name] = Person(self.discord, self.guild, user)
        return self.members[name]

    async def ask(self, who: Person, title: str, body: str = BODY, **typed: Any) -> Channel:
        """Ask by `/ask`, past similar ones; the new thread."""
        form = await who.slash(self.welcome, "ask")
        done = await who.submit(form, title=title, body=body, **typed)
        if "Post anyway" in labels(done):
            done = await who.click(done.messages[-1], "Post anyway")
        assert "Your question" in done.text(), done.text()
        await self.quiet()
        return self.threads[-1]

    async def answer(self, who: Person, thread: Channel, body: str = ANSWER) -> Message:
        """Answer by the card's button; the answer's card."""
        form = await who.click(self.cards(thread)[0], "Answer")
        done = await who.submit(form, body=body)
        assert "Your answer is here" in done.text(), done.text()
        await self.quiet()
        return self.cards(thread)[-1]

    def cards(self, thread: Channel) -> list[Message]:
        """The bot's cards of posts in a thread, oldest first."""
        there = self.discord.world.history(thread.id)
        return [m for m in there if m.embeds and m.embeds[0].get("fields")]

    async def quiet(self) -> None:
        """Wait until the bot has nothing left to do."""
        await quiet(self.discord, self.bot)

    async def told(self) -> None:
        """Wait until the bot has heard what happened, whatever it makes of it."""
        for ws in sockets(self.bot):
            session = self.discord.gateway.sessions[ws.session_id or ""]
            while ws.sequence != len(session.sent):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(POLL)

    async def minute(self) -> None:
        """Let the bot do what it does each minute."""
        upkeep: Any = self.bot.get_cog("Upkeep")
        await upkeep.tick()
        await self.quiet()

    async def ballots(self) -> dict[int, dict[int, int]]:
        """What is stored: by message, who votes how."""
        statement = (
            "SELECT posts.message_id, ballots.voter_id, ballots.vote FROM posts "
            "LEFT JOIN ballots ON ballots.post_id = posts.id "
            "WHERE posts.message_id IS NOT NULL AND posts.guild_id = :guild"
        )
        found: dict[int, dict[int, int]] = {}
        async with self.bot.database.read() as tx:
            for message, voter, vote in await tx.execute(text(statement), {"guild": self.guild.id}):
                there = found.setdefault(message, {})
                if voter is not None:
                    there[voter] = vote
        return found

    def shown(self) -> dict[int, dict[int, int]]:
        """What Discord shows: by message, who has which arrow there."""
        found: dict[int, dict[int, int]] = {}
        for thread in self.threads:
            for card in self.cards(thread):
                there = found.setdefault(card.id, {})
                for sign, vote in ((UP, 1), (DOWN, -1)):
                    for voter in placed(card, sign) - {self.discord.world.bot.id}:
                        assert voter not in there, f"{voter} has both arrows on {card.id}"
                        there[voter] = vote
        return found


def placed(card: Message, sign: str) -> set[int]:
    """Who has put this emoji under a card."""
    return card.reactions[sign].users if sign in card.reactions else set()


def labels(done: Interaction) -> list[str]:
    """The buttons under the last thing that a person was told."""
    rows = done.messages[-1].components if done.messages else ()
    return [part["label"] for row in rows for part in row["components"]]


def score(card: Message) -> str:
    """What a card says about its votes, such as "+2 votes"."""
    return str(card.embeds[0]["author"]["name"]).split(" · ", maxsplit=1)[0]


async def settled(discord: Discord, guild: Guild, bot: ForumBot) -> Town:
    """A server on which `/setup` was done."""
    owner = Person(discord, guild, discord.world.users[guild.owner_id])
    place = Town(discord, guild, bot, owner)
    done = await owner.slash(place.welcome, "setup")
    assert "I created" in done.text(), done.text()
    await place.quiet()
    return place


@asynccontextmanager
async def town(
    database: Path | str, *, pace: float = 1000, **changes: object
) -> AsyncIterator[Town]:
    """A server with the bot on it and `/setup` done; fails on what Discord would not like."""
    async with opened() as discord:
        discord.limits.pace = pace
        guild = discord.found_guild("Mindful")
        async with online(discord, configuration(database, **changes)) as bot:
            yield await settled(discord, guild, bot)
    assert discord.surprises == [], "\n".join(discord.surprises[:5])
