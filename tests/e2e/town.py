"""A small offline server with the real bot in it, and words for what people do there."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
import simcord
from discord import app_commands
from simcord import ChannelHandle, Env, GuildHandle, InteractionResult, MemberActor, ResponseMessage
from simcord.backend.models import Overwrite
from simcord.backend.serializers import message_payload
from simcord.enums import ChannelType, InteractionType, OverwriteType
from simcord.interactions import base_payload

from bot.app import ForumBot, open_database
from bot.config import Config, load
from bot.domain.errors import UserError
from db import migrate

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
UP, DOWN = "⬆️", "⬇️"
BODY = "I looked in the manual and found nothing about it."
ANSWER = "Turn the left knob until it clicks, then wait a minute."


def configuration(database: Path, **discord_changes: object) -> Config:
    """The example configuration, on a database of its own and without pauses."""
    url = f"sqlite+aiosqlite:///{database}"
    config = load(EXAMPLE, {"ASKWELL_DATABASE_URL": url})
    changes = {"redraw_seconds": 0.0, **discord_changes}
    return config.model_copy(update={"discord": config.discord.model_copy(update=changes)})


async def new_bot(config: Config) -> ForumBot:
    """A bot on a migrated database."""
    database = open_database(config)
    await migrate.upgrade(database)
    return ForumBot(config, database)


@dataclass
class Town:
    """One server: a welcome channel, a question forum, an admin and members by name."""

    env: Env
    bot: ForumBot
    config: Config
    guild: GuildHandle
    welcome: ChannelHandle
    admin: MemberActor
    members: dict[str, MemberActor] = field(default_factory=dict)

    def member(self, name: str) -> MemberActor:
        """A member of this name; joins when new."""
        if name not in self.members:
            self.members[name] = self.guild.add_member(self.env.create_user(name))
        return self.members[name]

    @property
    def forum(self) -> ChannelHandle:
        """The first forum channel; `/setup` made it, unless a test did."""
        kinds = self.env.backend.channels
        channels = self.guild.channels.values()
        return next(item for item in channels if kinds[item.id].type == ChannelType.FORUM)

    @property
    def threads(self) -> list[ChannelHandle]:
        """All question threads of all forums, oldest first."""
        found = [thread for item in self.guild.channels.values() for thread in item.threads]
        return sorted(found, key=lambda thread: thread.id)

    async def set_up(self, *categories: str) -> None:
        """Run `/setup` and add categories."""
        await self.admin.slash(self.welcome, "setup")
        for name in categories:
            await self.admin.slash(self.welcome, "category add", name=name)

    async def choose(self, name: str, value: str) -> str:
        """Change a setting as the admin; returns what they were told."""
        return told(await self.admin.slash(self.welcome, "settings set", name=name, value=value))

    async def fill(
        self, member: MemberActor, shown: InteractionResult, **typed: Any
    ) -> InteractionResult:
        """Fill the fields that the modal has and submit it; `category` goes by its name."""
        there = {part["custom_id"]: part for part in _parts(shown)}
        values: dict[str, Any] = {}
        for name, part in there.items():
            if name == "category":
                kept = [o["label"] for o in part["options"] if o.get("default")]
                wanted = typed.get("category") or (kept or [part["options"][0]["label"]])[0]
                values[name] = [o["value"] for o in part["options"] if o["label"] == wanted]
            else:
                values[name] = typed.get(name, part.get("value") or "")
        return await member.submit_modal(shown, values)

    async def ask(
        self, member: MemberActor, title: str, body: str = BODY, **typed: Any
    ) -> ChannelHandle:
        """Ask by `/ask`, past any similar ones; returns the new thread."""
        before = {thread.id for thread in self.threads}
        shown = await member.slash(self.welcome, "ask")
        result = await self.fill(member, shown, title=title, body=body, **typed)
        if "Post anyway" in str(result.response and result.response.components):
            assert result.response is not None
            result = await member.click(result.response, label="Post anyway")
        new = [thread for thread in self.threads if thread.id not in before]
        assert new, f"no thread was made: {told(result)}"
        return new[0]

    async def answer(
        self, member: MemberActor, thread: ChannelHandle, body: str = ANSWER, **typed: Any
    ) -> discord.Message:
        """Answer by the card's button; returns the answer's card."""
        shown = await member.click(self.card(thread), label="Answer")
        result = await self.fill(member, shown, body=body, **typed)
        assert "Your answer is here" in told(result), told(result)
        return self.cards(thread)[-1]

    def cards(self, thread: ChannelHandle) -> list[discord.Message]:
        """The bot's cards of posts in a thread, oldest first, as Discord shows them now."""
        return [item for item in thread.history() if item.embeds and item.embeds[0].fields]

    def card(self, thread: ChannelHandle, number: int = 0) -> discord.Message:
        """One card of a thread; number 0 is the question's, unless it was adopted."""
        return self.cards(thread)[number]

    async def post(
        self,
        member: MemberActor,
        title: str,
        body: str,
        files: tuple[tuple[str, bytes], ...] = (),
        tags: Sequence[int] = (),
    ) -> ChannelHandle:
        """Have a member open a forum post of their own, as Discord does it."""
        backend = self.env.backend
        thread = backend.create_thread(
            self.forum.id, title, member.id, applied_tags=tags, broadcast=False
        )
        backend.announce_thread_create(thread)
        starter = backend.prepare_message(
            thread.id, member.id, body, attachments=backend.store_attachments(thread.id, files)
        )
        starter.id = thread.id  # As on Discord: the first message carries the thread's id.
        backend.commit_message(starter)
        await self.env.settle()
        return ChannelHandle(self.env, self.guild, thread)

    def forbid(self, channel: ChannelHandle, *permissions: str) -> None:
        """Deny the bot these permissions in a channel, and no others; none gives all back."""
        bot_id, kind = self.env.backend.bot_user.id, OverwriteType.MEMBER
        denied = discord.Permissions(**dict.fromkeys(permissions, True)).value
        overwrite = Overwrite(target_id=bot_id, type=kind, allow=0, deny=denied)
        self.env.backend.set_overwrite(channel.id, overwrite)

    async def at_once(self, member: MemberActor, message: Any, label: str, times: int = 2) -> None:
        """Press a button so quickly that the bot hears of it several times before it answers."""
        backend = self.env.backend
        channel_id = getattr(message, "channel_id", None) or message.channel.id
        stored = backend.get_message(channel_id, message.id)
        button = next(item for item in _buttons(stored.components) if item["label"] == label)
        for _ in range(times):
            _, payload = base_payload(
                backend,
                type=InteractionType.MESSAGE_COMPONENT,
                channel_id=stored.channel_id,
                guild_id=self.guild.id,
                user_id=member.id,
                data={"custom_id": button["custom_id"], "component_type": 2},
            )
            payload["message"] = dict(message_payload(backend, stored))
            backend.emit("INTERACTION_CREATE", payload)
        await self.env.settle()

    def letters(self, member: MemberActor) -> list[str]:
        """What the bot wrote to a member in private, oldest first."""
        backend = self.env.backend
        channel_id = backend.dm_channels.get(member.id)
        found = backend.messages.get(channel_id, {}).values() if channel_id else ()
        return [message.content for message in found]

    async def restart(self, **changes: object) -> None:
        """Stop the bot, and start a new one on the same database."""
        old, self.bot = self.bot, await new_bot(configuration(Path(self.database), **changes))
        await self.env.restart_bot(self.bot)
        await old.database.close()

    async def quiet(self) -> None:
        """Wait until every card is drawn, also after what a test asked of a service itself."""
        await self.env.settle()
        drawing = self.bot.refresher
        while tasks := [
            task
            for task in (drawing._sweep, *drawing._drawing.values())
            if task is not None and not task.done()
        ]:
            await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def database(self) -> str:
        """The database's file."""
        return str(self.bot.database.file)

    async def score(self, thread: ChannelHandle, number: int = 0) -> str:
        """What a card says about its votes, such as "+2 votes"."""
        name = self.card(thread, number).embeds[0].author.name or ""
        return name.split(" · ")[0]

    async def points(self, member: MemberActor) -> int:
        """A member's points as stored."""
        found = await self.bot.forum.members.profile(self.guild.id, member.id, member.name)
        return found.points

    def refused(self, result: InteractionResult) -> str:
        """What a person was told whose command was refused; SimCord noted the refusal."""
        noted = [getattr(error, "original", error) for error in self.env.errors]
        assert noted, f"nothing was refused: {told(result)}"
        for error in noted:
            assert isinstance(error, (UserError, app_commands.CheckFailure)), error
        return told(result)


def told(result: InteractionResult) -> str:
    """Everything a person was told in answer to what they did."""
    said = [result.response] if result.response else []
    texts = [message.content for message in [*said, *result.followups]]
    return "\n".join(text for text in texts if text)


def offer(result: InteractionResult) -> ResponseMessage:
    """The private message with buttons that somebody got."""
    said = [result.response] if result.response else []
    return next(message for message in [*said, *result.followups] if message.components)


def labels(result: InteractionResult) -> list[str]:
    """The buttons that somebody was offered."""
    return [button["label"] for button in _buttons(offer(result).components)]


def filled(shown: InteractionResult) -> dict[str, str]:
    """What the fields of a form hold already; a category by its name."""
    values: dict[str, str] = {}
    for part in _parts(shown):
        chosen = [item["label"] for item in part.get("options", ()) if item.get("default")]
        values[part["custom_id"]] = "".join(chosen) or part.get("value") or ""
    return values


def _parts(shown: InteractionResult) -> list[dict[str, Any]]:
    assert shown.modal is not None, f"no form was shown: {told(shown)}"
    return [row["component"] for row in shown.modal["components"]]


def _buttons(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [part for row in rows for part in row["components"] if "custom_id" in part]


def build(env: Env, bot: ForumBot, config: Config) -> Town:
    """Found a server in an offline Discord; the bot was never set up there."""
    guild = env.create_guild("Mindful")
    everything = guild.create_role("admin", permissions=discord.Permissions.all())
    welcome = guild.create_text_channel("welcome")
    admin = guild.add_member(env.create_user("admin"), roles=[everything])
    return Town(env, bot, config, guild, welcome, admin)


async def found(env: Env, bot: ForumBot, config: Config, *categories: str) -> Town:
    """Found a server in an offline Discord, and set it up."""
    place = build(env, bot, config)
    await place.set_up(*categories)
    return place


@asynccontextmanager
async def town(database: Path, *categories: str, **changes: object) -> AsyncIterator[Town]:
    """Open a server within one test; raises what the bot raised."""
    config = configuration(database, **changes)
    bot = await new_bot(config)
    async with simcord.run(bot) as env:
        place = await found(env, bot, config, *categories)
        yield place
    await place.bot.database.close()
