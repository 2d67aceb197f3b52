"""Memory after a start with 100,000 questions and 1,000 servers, against discord.py alone.

Both are processes of their own on one double: `python -m bot run`, and a client that does nothing.
Each server has a question forum with 100 questions, one of them in an active thread.
"""

import asyncio
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from tempfile import TemporaryDirectory

from db import migrate
from db.engine import Database
from tests.benchmarks.measures import Measured
from tests.cli.shell import configure, started
from tests.wire.double import TOKEN, Discord, opened
from tests.wire.state import FORUM, THREAD, Channel, Message, Reaction
from tests.wire.town import DOWN, UP

SERVERS = 1_000
QUESTIONS = 100_000
PATIENCE = 300.0
_FORUM = "INSERT INTO forums (channel_id, guild_id, tags, missing) VALUES (?, ?, '{}', 0)"
_GUILD = "INSERT INTO guilds (id, name, settings) VALUES (?, 'Server', '{}')"
_POST = """
    INSERT INTO posts (id, guild_id, kind, state, author_id, origin, forum_id, thread_id,
        message_id, title, body, notify, created_at, active_at, revision, ups, downs, version,
        drawn_version)
    VALUES (?1, ?2, 'question', 'open', 42, 'written:' || ?1, ?3, ?4, ?4, 'Question ' || ?1,
        'What I mean by number ' || ?1 || ' is not told in few words, but these.', 0,
        ?5, ?5, 1, 0, 0, 1, 1)
"""


def run() -> Measured:
    """Say how many megabytes the bot takes more."""
    return asyncio.run(measure(SERVERS, QUESTIONS))


async def measure(servers: int, questions: int) -> Measured:
    """Start both, one after the other."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        async with opened() as double:
            double.limits.pace = 1e6
            for number in range(servers):
                _found(double, number)
            await _write(folder / "askwell.db", double, questions)
            async with _bare(double, servers) as bare:
                theirs = _megabytes(bare)
            ours = await _ours(folder, double, servers)
            assert double.refused == [], double.refused[:3]
    return Measured(
        ours - theirs,
        f"ours {ours:.0f} MB, discord.py alone {theirs:.0f} MB, with {servers:,} servers and "
        f"{questions:,} questions",
    )


def _found(double: Discord, number: int) -> None:
    """A server with a question forum and one active thread in it."""
    world = double.world
    guild = double.found_guild(f"Server {number}")
    forum = world.add(Channel(world.clock.snowflake(), FORUM, "questions", guild.id))
    thread = Channel(world.clock.snowflake(), THREAD, "A question", guild.id, forum.id)
    thread.owner_id = world.bot.id
    world.add(thread)
    card = Message(thread.id, thread.id, world.bot.id)
    card.reactions = {sign: Reaction({world.bot.id: None}) for sign in (UP, DOWN)}
    world.messages[thread.id][card.id] = card


async def _write(file: Path, double: Discord, questions: int) -> None:
    """Store all questions, the active ones in their threads."""
    database = Database(f"sqlite+aiosqlite:///{file}")
    await migrate.upgrade(database)
    await database.close()
    channels = double.world.channels.values()
    forums = [(channel.id, channel.guild_id) for channel in channels if channel.type == FORUM]
    threads = {channel.guild_id: channel.id for channel in channels if channel.type == THREAD}
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(_GUILD, [(guild,) for _, guild in forums])
        connection.executemany(_FORUM, forums)
        connection.executemany(_POST, _posts(forums, threads, questions))


def _posts(
    forums: list[tuple[int, int]], threads: dict[int, int], questions: int
) -> Iterator[tuple[int, ...]]:
    for number in range(questions):
        forum, guild = forums[number % len(forums)]
        thread = threads[guild] if number < len(forums) else number + 1
        yield number + 1, guild, forum, thread, number


@asynccontextmanager
async def _bare(double: Discord, servers: int) -> AsyncIterator[int]:
    """discord.py alone, once it is ready; the number of its process."""
    command = ["-m", "tests.benchmarks.bare", double.address, double.gateway.url, TOKEN]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdin=PIPE, stdout=PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
        assert line.decode().strip() == f"ready on {servers} servers", line
        yield process.pid
    finally:
        process.stdin.close()
        await process.wait()


async def _ours(folder: Path, double: Discord, servers: int) -> float:
    """The bot, once it has looked at all servers; its megabytes."""
    configure(folder)
    async with started(folder, double.address, "run", ASKWELL_TOKEN=TOKEN) as running:
        await running.wait_for(f"ready on {servers} servers", PATIENCE)
        return _megabytes(running._process.pid)


def _megabytes(process: int) -> float:
    """What a process holds of the machine's memory now."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024
