"""What exists on the double: people, servers, channels, messages, reactions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import discord

from tests.wire.clock import Clock, born
from tests.wire.refusals import Refused

Json = dict[str, Any]
TEXT, DM, THREAD, FORUM = 0, 1, 11, 15
EVERYONE: Final = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    add_reactions=True,
    read_message_history=True,
    use_application_commands=True,
)


@dataclass
class User:
    """An account."""

    id: int
    name: str
    bot: bool = False
    takes_letters: bool = True


@dataclass
class Role:
    """A role; the one with the server's own id is everyone's."""

    id: int
    name: str
    permissions: int


@dataclass
class Member:
    """An account on a server."""

    user: User
    joined: datetime
    roles: list[int] = field(default_factory=list)


@dataclass
class Guild:
    """A server."""

    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    system_channel_id: int | None = None


@dataclass
class Channel:
    """A channel, a private one, or a thread of a forum."""

    id: int
    type: int
    name: str
    guild_id: int = 0
    parent_id: int | None = None
    owner_id: int = 0
    topic: str | None = None
    tags: list[Json] = field(default_factory=list)
    applied_tags: list[int] = field(default_factory=list)
    overwrites: dict[int, Json] = field(default_factory=dict)
    archived: bool = False
    locked: bool = False
    archived_at: datetime | None = None
    auto_archive: int = 4320
    flags: int = 0
    slow: int = 0


@dataclass
class Reaction:
    """Who put one emoji on a message; a person may do it plainly and as a burst."""

    normal: dict[int, None] = field(default_factory=dict)
    burst: dict[int, None] = field(default_factory=dict)

    @property
    def users(self) -> set[int]:
        """Everybody who reacted with it."""
        return {*self.normal, *self.burst}


@dataclass
class Message:
    """A message; `shown_to` is the only one who sees an ephemeral one."""

    id: int
    channel_id: int
    author_id: int
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    reactions: dict[str, Reaction] = field(default_factory=dict)
    edited: datetime | None = None
    type: int = 0
    flags: int = 0
    reference: Json | None = None
    nonce: str | None = None
    shown_to: int | None = None

    @property
    def created(self) -> datetime:
        """When it was sent."""
        return born(self.id)


class World:
    """All that exists, found by id or refused as Discord refuses it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, dict[int, Message]] = {}
        self.commands: list[Json] = []
        self.bot = self.user("Askwell", bot=True)
        self.reads_content = True

    def user(self, name: str, *, bot: bool = False) -> User:
        """Open an account."""
        made = User(self.clock.snowflake(), name, bot)
        self.users[made.id] = made
        return made

    def guild(
        self, name: str, owner: User, bots: discord.Permissions, shard: tuple[int, int] = (0, 1)
    ) -> Guild:
        """Found a server with the bot in it."""
        guild = Guild(self.clock.snowflake_of(*shard), name, owner.id)
        guild.roles[guild.id] = Role(guild.id, "@everyone", EVERYONE.value)
        own = Role(self.clock.snowflake(), self.bot.name, bots.value)
        guild.roles[own.id] = own
        self.guilds[guild.id] = guild
        self.join(guild, owner)
        self.join(guild, self.bot, own.id)
        return guild

    def join(self, guild: Guild, user: User, *roles: int) -> Member:
        """Make somebody a member."""
        guild.members[user.id] = Member(user, self.clock.now(), list(roles))
        return guild.members[user.id]

    def add(self, channel: Channel) -> Channel:
        """Put a channel or a thread in place."""
        self.channels[channel.id] = channel
        self.messages.setdefault(channel.id, {})
        return channel

    def channel(self, channel_id: int) -> Channel:
        """A channel, or 10003."""
        found = self.channels.get(channel_id)
        if found is None:
            raise Refused(10003)
        return found

    def message(self, channel_id: int, message_id: int) -> Message:
        """A message that everybody sees, or 10008."""
        found = self.messages.get(channel_id, {}).get(message_id)
        if found is None or found.shown_to is not None:
            raise Refused(10008)
        return found

    def threads(self, parent_id: int, *, archived: bool) -> list[Channel]:
        """A forum's threads."""
        there = self.channels.values()
        return [c for c in there if c.parent_id == parent_id and c.archived is archived]

    def history(self, channel_id: int) -> Iterator[Message]:
        """What everybody sees in a channel, oldest first."""
        there = self.messages.get(channel_id, {})
        return (there[key] for key in sorted(there) if there[key].shown_to is None)
