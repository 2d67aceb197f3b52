"""What the offline Discord holds, as plain values for the page; and a member's own post in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from simcord import ChannelHandle, Env, GuildHandle, MemberActor
from simcord.backend.access import can_access_channel
from simcord.enums import ChannelType

Json = dict[str, Any]

_KINDS = {ChannelType.TEXT: "text", ChannelType.NEWS: "news", ChannelType.FORUM: "forum"}
_TITLE_LIMIT = 100
_TEXT_LIMIT = 2000
_TAG_LIMIT = 5


class Refused(Exception):
    """Something that cannot be done, said for the person at the page."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


@dataclass(frozen=True, slots=True)
class World:
    """The guild and those members that a person at the page may be."""

    env: Env
    guild: GuildHandle
    members: Sequence[MemberActor]

    def member(self, member_id: int) -> MemberActor:
        """Find a member by id; refuse strangers."""
        for member in self.members:
            if member.id == member_id:
                return member
        raise Refused("There is no such member in this demo.", 404)

    def channel(self, channel_id: int) -> ChannelHandle:
        """Find a channel or thread of the guild by id; refuse others."""
        found = self.env.backend.channels.get(channel_id)
        if found is None or found.guild_id != self.guild.id:
            raise Refused("There is no such channel in this demo.", 404)
        return ChannelHandle(self.env, self.guild, found)

    def readers(self, channel: ChannelHandle) -> list[MemberActor]:
        """List the members who may read a channel."""
        return [
            member
            for member in self.members
            if can_access_channel(self.env, channel.id, member, history=True)
        ]

    def describe(self) -> Json:
        """Tell everything that the page lists."""
        return {
            "guild": self.guild.name,
            "channels": self._channels(),
            "threads": self._threads(),
            "members": [self._member(member) for member in self.members],
            "letters": self._letters(),
        }

    def post(
        self, author: MemberActor, forum_id: int, title: str, text: str, tags: Iterable[int] = ()
    ) -> int:
        """Post in a forum as a member, with the events and ids that Discord would send."""
        chosen = list(tags)
        forum = self._forum(forum_id, chosen)
        title, text = _checked(title, text)
        backend = self.env.backend
        backend.require_permissions(self.guild.id, author.id, forum.id, "send_messages")
        thread = backend.create_thread(
            forum.id,
            title,
            author.id,
            applied_tags=chosen,
            broadcast=False,
        )
        backend.announce_thread_create(thread)
        starter = backend.prepare_message(thread.id, author.id, text)
        starter.id = thread.id  # As on Discord: the first message carries the thread's id.
        backend.commit_message(starter)
        return thread.id

    def _forum(self, forum_id: int, tags: Sequence[int]) -> ChannelHandle:
        forum = self.channel(forum_id)
        stored = self.env.backend.get_channel(forum_id)
        if stored.type != ChannelType.FORUM:
            raise Refused("That channel is not a forum.")
        known = {int(tag["id"]) for tag in stored.available_tags}
        if len(tags) > _TAG_LIMIT or not known.issuperset(tags):
            raise Refused(f"Choose up to {_TAG_LIMIT} tags that the forum has.")
        return forum

    def _channels(self) -> list[Json]:
        backend = self.env.backend
        stored = [backend.channels[key] for key in backend.get_guild(self.guild.id).channel_ids]
        return [
            {
                "id": str(channel.id),
                "name": channel.name,
                "kind": _KINDS[ChannelType(channel.type)],
                "topic": channel.topic or "",
                "messages": len(backend.messages.get(channel.id, {})),
                "tags": [
                    {"id": str(tag["id"]), "name": tag["name"]} for tag in channel.available_tags
                ],
                "readers": self._reader_ids(channel.id),
            }
            for channel in stored
            if channel.type in _KINDS
        ]

    def _threads(self) -> list[Json]:
        backend = self.env.backend
        found = [
            channel
            for channel in backend.channels.values()
            if channel.is_thread and channel.guild_id == self.guild.id
        ]
        return [
            {
                "id": str(thread.id),
                "title": thread.name,
                "parent": str(thread.parent_id),
                "messages": len(backend.messages.get(thread.id, {})),
                "closed": bool(thread.thread_metadata and thread.thread_metadata.archived),
                "readers": self._reader_ids(thread.id),
            }
            for thread in sorted(found, key=lambda thread: thread.id, reverse=True)
        ]

    def _reader_ids(self, channel_id: int) -> list[str]:
        return [str(member.id) for member in self.readers(self.channel(channel_id))]

    def _member(self, member: MemberActor) -> Json:
        guild = self.env.backend.get_guild(self.guild.id)
        stored = guild.members[member.id]
        roles = [guild.roles[key].name for key in stored.role_ids if key in guild.roles]
        if guild.owner_id == member.id:
            roles.insert(0, "owner")
        return {
            "id": str(member.id),
            "name": stored.nick or member.user.global_name or member.name,
            "roles": roles,
        }

    def _letters(self) -> list[Json]:
        """List the members who were written to in private, with how many messages."""
        backend = self.env.backend
        return [
            {"member": str(member.id), "messages": len(backend.messages[backend.dm_channels[key]])}
            for member in self.members
            if (key := member.id) in backend.dm_channels
        ]


def _checked(title: str, text: str) -> tuple[str, str]:
    title, text = title.strip(), text.strip()
    if not 1 <= len(title) <= _TITLE_LIMIT:
        raise Refused(f"A title has 1 to {_TITLE_LIMIT} characters.")
    if not 1 <= len(text) <= _TEXT_LIMIT:
        raise Refused(f"A message has 1 to {_TEXT_LIMIT} characters.")
    return title, text
