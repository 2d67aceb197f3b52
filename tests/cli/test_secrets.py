"""Planted secrets and texts turn up nowhere: neither in what a real bot writes nor in metrics."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
import pytest
from sqlalchemy import make_url, text

from db.engine import Database
from tests.cli.shell import TOKEN, Running, Said, configure, started
from tests.postgres import Server
from tests.wire.double import Discord, opened
from tests.wire.interactions import Interaction
from tests.wire.limits import MESSAGE
from tests.wire.people import Person
from tests.wire.state import FORUM, THREAD, Channel, Message
from tests.wire.town import UP

PASSWORD: Final = "plant-password"
TITLE: Final = "Why does the plant-title only hum?"
BODY: Final = "It is a plant-body, and\nplant-second line of it (so).\n\nplant-third, on its own"
ANSWER: Final = "Turn the plant-answer until it clicks.\nplant-below, then wait a minute."
REMARK: Final = "A plant-remark\nwith plant-more of it"
PLANT: Final = re.compile(r"plant-\w+")
CHANGES: Final = (
    ('level = "INFO"', 'level = "DEBUG"'),
    ('listen = ""', 'listen = "127.0.0.1:0"'),
    ("redraw_seconds = 2.0", "redraw_seconds = 0.0"),
)
END: Final = {"text": "bot.cli.run: stopped", "json": '"message": "stopped"'}
SEND: Final = ("POST", "/channels/{channel_id}/messages")
PATIENCE: Final = 60.0


@dataclass
class Planted:
    """A town full of plants, and the process of its bot."""

    discord: Discord
    owner: Person
    running: Running
    database: Database
    server: Server
    address: str
    reading: asyncio.Task[None]

    @property
    def welcome(self) -> Channel:
        return self.discord.world.channels[self.owner.guild.system_channel_id or 0]

    def channels(self, kind: int) -> list[Channel]:
        return [c for c in self.discord.world.channels.values() if c.type == kind]

    def cards(self) -> list[Message]:
        """All that the bot has sent into threads."""
        own = self.discord.world.bot.id
        there = [m for c in self.channels(THREAD) for m in self.discord.world.history(c.id)]
        return [message for message in there if message.author_id == own]

    async def ask(self, title: str) -> Interaction:
        form = await self.owner.slash(self.welcome, "ask")
        done = await self.owner.submit(form, title=title, body=BODY, tags="plant-tag")
        again = "Post anyway" in str(done.messages[-1].components)
        return await self.owner.click(done.messages[-1], "Post anyway") if again else done

    async def do(self, statement: str) -> None:
        async with self.database.write() as tx:
            await tx.execute(text(statement))

    async def get(self, path: str) -> str:
        async with aiohttp.ClientSession() as session, session.get(self.address + path) as answer:
            return await answer.text()

    async def until(self, path: str, words: str) -> str:
        """Ask until the answer holds these words."""
        async with asyncio.timeout(PATIENCE):
            while words not in (found := await self.get(path)):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return found

    async def end(self) -> Said:
        """Stop the bot, and read what it has written to the last line."""
        self.running._process.send_signal(signal.SIGTERM)
        await self.reading
        return await self.running.end()


@asynccontextmanager
async def planted(where: Path, server: Server, form: str) -> AsyncIterator[Planted]:
    """Start a bot whose token, password and texts are planted."""
    configure(where, *CHANGES, ('format = "text"', f'format = "{form}"'))
    async with server.fresh_database(empty=True) as url, opened() as discord:
        discord.limits.pace = 1000
        discord.api._token = discord.gateway._token = TOKEN
        guild = discord.found_guild("plant-server")
        owner = Person(discord, guild, discord.world.users[guild.owner_id])
        secret = make_url(url).set(password=PASSWORD).render_as_string(hide_password=False)
        variables = {"ASKWELL_TOKEN": TOKEN, "ASKWELL_DATABASE_URL": secret}
        async with started(where, discord.address, "run", **variables) as running:
            await running.wait_for("metrics are at")
            (address,) = re.findall(r"metrics are at (\S+)/metrics", running._lines[-1])
            await running.wait_for("ready on 1 servers")
            database = Database(url)
            # Read all the time: a full pipe would hold the bot up.
            reading = asyncio.create_task(running.wait_for(END[form]))
            try:
                yield Planted(discord, owner, running, database, server, address, reading)
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
                await database.close()


async def live(place: Planted) -> None:
    """What goes well: a question, an answer, a remark, a vote, an edit."""
    assert "I created" in (await place.owner.slash(place.welcome, "setup")).text()
    assert "Your question" in (await place.ask(TITLE)).text()
    form = await place.owner.click(place.cards()[0], "Answer")
    assert "Your answer" in (await place.owner.submit(form, body=ANSWER)).text()
    ben = place.discord.world.user("plant-name")
    place.discord.world.join(place.owner.guild, ben)
    person = Person(place.discord, place.owner.guild, ben)
    person.say(place.channels(THREAD)[0], REMARK)
    person.react(place.cards()[0], UP)
    await place.until("/metrics", "askwell_votes_total 1.0")


async def suffer(place: Planted) -> None:
    """What goes wrong: on Discord, in a handler, in the database; each with texts at hand."""
    place.discord.faults.plan(*SEND, 401)
    form = await place.owner.click(place.cards()[0], "Answer")
    assert "Something went wrong" in (await place.owner.submit(form, body=BODY)).text()
    for status in (401, 500, 503):
        place.discord.faults.plan("PATCH", MESSAGE, status)
    place.discord.unreact(place.cards()[0], UP, place.discord.world.user("nobody").id)
    for name in ("first", "second"):
        who = place.discord.world.user(name)
        place.discord.world.join(place.owner.guild, who)
        place.discord.react(place.cards()[0], UP, who.id)
        await place.until("/metrics", 'errors_total{kind="HTTPException",place="bot.ui.refresher"')
    place.discord.limits.first_refused_for = 0.05
    place.discord.limits._met.clear()
    await place.ask("What about plant-other things, and do they hum?")
    await fail_in_the_database(place)


async def fail_in_the_database(place: Planted) -> None:
    """Errors that quote the row; errors without a connection."""
    await place.do("ALTER TABLE posts ADD CONSTRAINT no_more CHECK (version < 0) NOT VALID")
    assert "Something went wrong" in (await place.ask("Which plant-third thing hums?")).text()
    place.owner.say(place.channels(THREAD)[0], REMARK)
    place.owner.post(place.channels(FORUM)[0], TITLE + "?", BODY)
    await place.until("/metrics", 'errors_total{kind="IntegrityError",place="discord.client"} 2.0')
    await place.do("ALTER TABLE drafts RENAME TO elsewhere")
    assert "Something went wrong" in (await place.owner.slash(place.welcome, "draft")).text()
    place.server.stop()
    try:
        await place.until("/health", "the database does not answer")
        await place.owner.slash(place.welcome, "profile")
    finally:
        place.server.start()
    await place.until("/health", "well")


@pytest.mark.parametrize("form", ["text", "json"])
async def test_no_token_password_or_text_is_ever_written_or_measured(
    tmp_path: Path, postgres: Server, form: str
) -> None:
    async with planted(tmp_path, postgres, form) as place:
        await live(place)
        await suffer(place)
        measured = await place.get("/metrics") + await place.get("/health")
        said = await place.end()
    written = said.out + said.err
    for trouble in ("Traceback", "401", "429", "503", "IntegrityError", "unexpected error"):
        assert trouble in written, f"the test has not provoked {trouble}"
    assert TOKEN not in written + measured
    assert PLANT.findall(written + measured) == []
    tokens = place.discord.interactions.keys()
    assert [token for token in tokens if token in written + measured] == []
