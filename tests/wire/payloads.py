"""What exists, as Discord writes it in JSON."""

from collections.abc import Iterable
from typing import Any

from tests.wire.clock import born
from tests.wire.state import DM, FORUM, THREAD, Channel, Guild, Json, Member, Message, User, World


def user(who: User) -> Json:
    """An account."""
    return {
        "id": str(who.id),
        "username": who.name,
        "global_name": None if who.bot else who.name.title(),
        "discriminator": "0",
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
        "bot": who.bot,
    }


def member(who: Member) -> Json:
    """A member, the account within."""
    return {
        "user": user(who.user),
        "nick": None,
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "premium_since": None,
        "pending": False,
        "flags": 0,
        "roles": [str(role) for role in who.roles],
        "joined_at": who.joined.isoformat(),
        "mute": False,
        "deaf": False,
    }


def guild(world: World, found: Guild) -> Json:
    """A server as GUILD_CREATE tells of it: the bot is the only member in it."""
    places = [c for c in world.channels.values() if c.guild_id == found.id]
    return {
        "id": str(found.id),
        "name": found.name,
        "owner_id": str(found.owner_id),
        "unavailable": False,
        "large": False,
        "member_count": len(found.members),
        "joined_at": found.members[world.bot.id].joined.isoformat(),
        "roles": [
            {"id": str(r.id), "name": r.name, "permissions": str(r.permissions), "position": n}
            | {"color": 0, "hoist": False, "managed": False, "mentionable": False, "flags": 0}
            for n, r in enumerate(found.roles.values())
        ],
        "channels": [channel(world, c) for c in places if c.type != THREAD],
        "threads": [channel(world, c) for c in places if c.type == THREAD and not c.archived],
        "members": [member(found.members[world.bot.id])],
        "system_channel_id": _id(found.system_channel_id),
        **dict.fromkeys(("presences", "voice_states", "emojis", "stickers", "features"), ()),
        **dict.fromkeys(("stage_instances", "guild_scheduled_events", "soundboard_sounds"), ()),
        **dict.fromkeys(("verification_level", "default_message_notifications"), 0),
        **dict.fromkeys(("explicit_content_filter", "mfa_level", "nsfw_level", "premium_tier"), 0),
        **dict.fromkeys(("afk_timeout", "system_channel_flags"), 0),
        "preferred_locale": "en-US",
    }


def channel(world: World, found: Channel) -> Json:
    """A channel of any kind."""
    common: Json = {"id": str(found.id), "type": found.type, "flags": found.flags}
    if found.type == DM:
        others = [user(world.users[found.owner_id])]
        return common | {"recipients": others, "last_message_id": None}
    last = max(world.messages[found.id], default=None)
    common |= {
        "guild_id": str(found.guild_id),
        "name": found.name,
        "parent_id": _id(found.parent_id),
        "last_message_id": _id(last),
        "rate_limit_per_user": found.slow,
    }
    if found.type == THREAD:
        return common | _thread(world, found)
    common |= {"position": 0, "nsfw": False, "topic": found.topic}
    common["permission_overwrites"] = list(found.overwrites.values())
    if found.type == FORUM:
        common |= {"available_tags": found.tags, "default_reaction_emoji": None}
        common |= {"default_sort_order": None, "default_forum_layout": 0, "template": ""}
    return common


def _thread(world: World, found: Channel) -> Json:
    count = sum(1 for _ in world.history(found.id))
    stamp = (found.archived_at or world.clock.now()).isoformat()
    return {
        "owner_id": str(found.owner_id),
        "applied_tags": [str(tag) for tag in found.applied_tags],
        "message_count": max(0, count - 1),
        "total_message_sent": max(0, count - 1),
        "member_count": 1,
        "thread_metadata": {
            "archived": found.archived,
            "archive_timestamp": stamp,
            "auto_archive_duration": found.auto_archive,
            "locked": found.locked,
            "create_timestamp": born(found.id).isoformat(),
        },
    }


def emoji(sign: str) -> Json:
    """An emoji: a plain sign, or `name:id` for a server's own."""
    name, _, number = sign.partition(":")
    return {"id": number or None, "name": name}


def message(world: World, found: Message) -> Json:
    """A message as the bot sees it; others' words are hidden without the intent."""
    body: Json = {
        "id": str(found.id),
        "channel_id": str(found.channel_id),
        "author": user(world.users[found.author_id]),
        "type": found.type,
        "content": found.content,
        "embeds": [{"type": "rich", **embed} for embed in found.embeds],
        "components": numbered(found.components),
        "attachments": found.attachments,
        "timestamp": found.created.isoformat(),
        "edited_timestamp": found.edited.isoformat() if found.edited else None,
        "flags": found.flags,
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "pinned": False,
        "tts": False,
    }
    if found.reactions:
        body["reactions"] = reactions(world, found)
    if found.reference:
        body["message_reference"] = {"type": 0, **found.reference}
    if found.nonce:
        body["nonce"] = found.nonce
    return body if readable(world, found) else redacted(body)


def reactions(world: World, found: Message) -> list[Json]:
    """The emoji under a message and how often each was put there."""
    me = world.bot.id
    return [
        {
            "emoji": emoji(sign),
            "count": len(put.normal) + len(put.burst),
            "count_details": {"normal": len(put.normal), "burst": len(put.burst)},
            "burst_colors": [],
            "me": me in put.normal,
            "me_burst": me in put.burst,
        }
        for sign, put in found.reactions.items()
        if put.users
    ]


def readable(world: World, found: Message) -> bool:
    """Say whether the bot may read a message's words."""
    own = found.author_id == world.bot.id or world.channels[found.channel_id].type == DM
    return own or world.reads_content or f"<@{world.bot.id}>" in found.content


def redacted(body: Json) -> Json:
    """The same message for somebody who may not read it."""
    return body | {"content": "", "embeds": [], "components": [], "attachments": []}


def numbered(components: Iterable[Any], start: int = 1) -> list[Json]:
    """Give each component the number that Discord gives it."""
    found: list[Json] = []
    for component in components:
        made = {**component, "id": component.get("id") or start}
        start += 1
        if "emoji" in made:
            made["emoji"] = {k: v for k, v in made["emoji"].items() if v is not None}
        if "components" in made:
            made["components"] = numbered(made["components"], start)
            start += len(made["components"])
        found.append(made)
    return found


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)
