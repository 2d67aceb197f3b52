"""What people do on the double: type commands, press, fill forms, react, post."""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Any, Final

import discord

from tests.wire import payloads
from tests.wire.double import Discord
from tests.wire.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, SUBMIT, Interaction
from tests.wire.permissions import granted, need, need_open
from tests.wire.refusals import Refused
from tests.wire.state import THREAD, Channel, Guild, Json, Message, User

PATIENCE: Final = 15.0
STRING, INTEGER, BOOLEAN, CHANNEL = 3, 4, 5, 7


@dataclass
class Person:
    """A member of a server at the keyboard."""

    discord: Discord
    guild: Guild
    user: User
    slow: bool = field(default=False)

    @property
    def id(self) -> int:
        """Their account's number."""
        return self.user.id

    async def slash(self, channel: Channel, name: str, /, **options: Any) -> Interaction:
        """Type a slash command, with a subcommand after a space; wait for the answer."""
        return await self._do(channel, COMMAND, self._command(name, options))

    async def suggest(self, channel: Channel, name: str, **typed: str) -> list[Json]:
        """Type into an option; its suggestions. The last option is the one typed in."""
        data = self._command(name, typed)
        data["options"][-1]["focused"] = True
        return (await self._do(channel, AUTOCOMPLETE, data)).choices or []

    async def menu(self, name: str, message: Message) -> Interaction:
        """Choose a command from a message's menu."""
        channel = self.discord.world.channels[message.channel_id]
        shown = payloads.message(self.discord.world, message)
        data = {"id": self._known(name, 3)["id"], "type": 3, "name": name}
        data |= {"target_id": str(message.id), "resolved": {"messages": {str(message.id): shown}}}
        return await self._do(channel, COMMAND, data)

    async def click(self, message: Message, label: str) -> Interaction:
        """Press a button by what it says."""
        if message.shown_to not in {None, self.id}:
            raise AssertionError("somebody else's private message")
        parts = [part for row in message.components for part in row["components"]]
        button = next(part for part in parts if part.get("label") == label)
        channel = self.discord.world.channels[message.channel_id]
        data = {"custom_id": button["custom_id"], "component_type": 2}
        return await self._do(channel, COMPONENT, data, message)

    async def submit(self, form: Interaction, **typed: str | list[str]) -> Interaction:
        """Fill a form and send it; a field left out keeps what stood in it."""
        assert form.modal is not None, f"no form, but: {form.text()}"
        parts = [label["component"] for label in form.modal["components"]]
        data = {"custom_id": form.modal["custom_id"], "components": []}
        for number, part in enumerate(parts):
            filled = {"type": 18, "id": number, "component": _filled(part, typed)}
            data["components"].append(filled)
        channel = self.discord.world.channels[form.channel_id]
        return await self._do(channel, SUBMIT, data, form.source)

    def react(self, message: Message, sign: str, *, burst: bool = False) -> None:
        """Put an emoji under a message."""
        channel = self.discord.world.channels[message.channel_id]
        need(self.discord.world, channel, "read_message_history", user_id=self.id)
        if channel.archived:
            raise Refused(50083)
        self.discord.react(message, sign, self.id, burst=burst)

    def unreact(self, message: Message, sign: str, *, burst: bool = False) -> None:
        """Take one's emoji off."""
        need_open(self.discord.world, self.discord.world.channels[message.channel_id])
        self.discord.unreact(message, sign, self.id, burst=burst)

    def say(self, channel: Channel, text: str) -> Message:
        """Write a message."""
        message = Message(self.discord.world.clock.snowflake(), channel.id, self.id, text)
        self.discord.place(message)
        return message

    def begin_post(self, forum: Channel, title: str) -> Channel:
        """Open a forum post whose first message has not arrived yet."""
        number = self.discord.world.clock.snowflake()
        thread = Channel(number, THREAD, title, forum.guild_id, forum.id, self.id)
        self.discord.open_thread(thread)
        return thread

    def post(self, forum: Channel, title: str, text: str) -> Channel:
        """Open a forum post; its first message has the thread's own number."""
        thread = self.begin_post(forum, title)
        self.finish_post(thread, text)
        return thread

    def finish_post(self, thread: Channel, text: str) -> Message:
        """Send a forum post's first message."""
        message = Message(thread.id, thread.id, self.id, text)
        self.discord.place(message)
        return message

    def _known(self, name: str, kind: int) -> Json:
        there = self.discord.world.commands
        found = next((c for c in there if c["name"] == name and c["type"] == kind), None)
        assert found is not None, f"there is no command {name}"
        return found

    def _command(self, name: str, options: dict[str, Any]) -> Json:
        first, *path = name.split(" ")
        command = self._known(first, 1)
        self._may_use(command)
        resolved: Json = {}
        wrapped, part = command, command
        for step in path:
            part = next(option for option in part["options"] if option["name"] == step)
        given = [self._option(part, key, value, resolved) for key, value in options.items()]
        for step in reversed(path):
            given = [{"name": step, "type": 1, "options": given}]
        data = {"id": wrapped["id"], "name": first, "type": 1, "options": given}
        return data | ({"resolved": resolved} if resolved else {})

    def _may_use(self, command: Json) -> None:
        needed = command["default_member_permissions"]
        place = self.discord.world.channels[self.guild.system_channel_id or 0]
        mine = granted(self.discord.world, self.id, place)
        if needed is not None and not mine.is_superset(discord.Permissions(int(needed))):
            raise AssertionError(f"Discord does not offer /{command['name']} to this member")

    def _option(self, part: Json, key: str, value: Any, resolved: Json) -> Json:
        kind = next(o["type"] for o in part.get("options", ()) if o["name"] == key)
        if kind == CHANNEL:
            body = payloads.channel(self.discord.world, value) | {"permissions": "0"}
            resolved.setdefault("channels", {})[str(value.id)] = body
            value = str(value.id)
        return {"name": key, "type": kind, "value": value}

    async def _do(
        self, channel: Channel, kind: int, data: Json, source: Message | None = None
    ) -> Interaction:
        done = self.begin(channel, kind, data, source)
        await asyncio.wait_for(done.settled.wait(), PATIENCE)
        return done

    def begin(
        self, channel: Channel, kind: int, data: Json, source: Message | None = None
    ) -> Interaction:
        """Do something with the bot without waiting for its answer."""
        world = self.discord.world
        if channel.archived:
            raise Refused(50083)
        token, number = secrets.token_urlsafe(16), world.clock.snowflake()
        done = Interaction(number, token, kind, self.id, channel.id, world.clock.now(), source)
        self.discord.interactions[token] = done
        mine = granted(world, self.id, channel).value
        body: Json = {
            "id": str(number),
            "application_id": str(world.bot.id),
            "type": kind,
            "token": token,
            "version": 1,
            "guild_id": str(self.guild.id),
            "guild": {"id": str(self.guild.id), "locale": "en-US", "features": []},
            "channel_id": str(channel.id),
            "channel": payloads.channel(world, channel) | {"permissions": str(mine)},
            "member": payloads.member(self.guild.members[self.id]) | {"permissions": str(mine)},
            "app_permissions": str(granted(world, world.bot.id, channel).value),
            "locale": "en-US",
            "guild_locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(self.guild.id)},
            "context": 0,
            "attachment_size_limit": 10 * 2**20,
            "data": data,
        }
        if source is not None:
            body["message"] = payloads.message(world, source)
        self.discord.gateway.emit("INTERACTION_CREATE", body, self.guild.id)
        return done


def _filled(part: Json, typed: dict[str, Any]) -> Json:
    """What one field of a form holds when it is sent."""
    name, kind = part["custom_id"], part["type"]
    body = {"type": kind, "id": part.get("id", 0), "custom_id": name}
    if kind != 4:
        chosen = [option["value"] for option in part["options"] if option.get("default")]
        return body | {"values": typed.get(name, chosen)}
    text = str(typed.get(name, part.get("value") or ""))
    low, high = part.get("min_length") or 0, part.get("max_length") or 4000
    if (part.get("required", True) and not text) or (text and not low <= len(text) <= high):
        raise AssertionError(f"Discord does not let this form be sent: {name}")
    return body | {"value": text}
