"""Routes of channels and threads."""

from datetime import datetime

from tests.wire import payloads, rules
from tests.wire.calls import Answer, Call, route
from tests.wire.limits import RENAME
from tests.wire.messages import create
from tests.wire.permissions import granted, need
from tests.wire.refusals import Refused
from tests.wire.state import FORUM, THREAD, Channel, Json, World

TAGS, APPLIED = 20, 5


@route("GET", "/channels/{channel_id}")
def read(call: Call) -> Answer:
    """A channel; 50001 where the bot cannot see it."""
    channel = call.world.channel(call.id("channel_id"))
    need(call.world, channel)
    return payloads.channel(call.world, channel)


@route("POST", "/guilds/{guild_id}/channels", 201)
def create_channel(call: Call) -> Answer:
    """A new channel of a server."""
    world, guild_id = call.world, call.id("guild_id")
    own = world.guilds[guild_id].members[world.bot.id]
    place = Channel(world.clock.snowflake(), call.body["type"], call.body["name"], guild_id)
    if not granted(world, own.user.id, place).manage_channels:
        raise Refused(50013)
    place.topic = call.body.get("topic")
    place.tags = _tags(world, call.body.get("available_tags", ()))
    world.add(place)
    body = payloads.channel(world, place)
    call.discord.gateway.emit("CHANNEL_CREATE", body, guild_id)
    return body


@route("PATCH", "/channels/{channel_id}")
def edit(call: Call) -> Answer:
    """Change a channel or a thread."""
    channel = call.world.channel(call.id("channel_id"))
    if channel.type == THREAD:
        return _edit_thread(call, channel)
    need(call.world, channel, "manage_channels")
    _rename(call, channel)
    if "available_tags" in call.body:
        channel.tags = _tags(call.world, call.body["available_tags"])
    channel.topic = call.body.get("topic", channel.topic)
    body = payloads.channel(call.world, channel)
    call.discord.gateway.emit("CHANNEL_UPDATE", body, channel.guild_id)
    return body


def _tags(world: World, given: list[Json]) -> list[Json]:
    """Number new tags; refuse too many, and two of one name."""
    names = {tag["name"].casefold() for tag in given}
    if len(given) > TAGS or len(names) < len(given):
        raise Refused(50035, "available_tags: Must be 20 or fewer in length, names unique.")
    return [
        {
            "id": str(tag.get("id") or world.clock.snowflake()),
            "name": tag["name"],
            "moderated": bool(tag.get("moderated")),
            "emoji_id": tag.get("emoji_id"),
            "emoji_name": tag.get("emoji_name"),
        }
        for tag in given
    ]


def _rename(call: Call, channel: Channel) -> None:
    name = call.body.get("name", channel.name)
    if name != channel.name:
        call.discord.limits.take_part(RENAME, str(channel.id))
        channel.name = name


def _edit_thread(call: Call, thread: Channel) -> Answer:
    """Locked threads and others' threads need Manage Threads; archived ones wake first."""
    only_wakes = not thread.locked and call.body.keys() <= {"archived"}
    own = thread.owner_id == call.world.bot.id and not thread.locked
    rights = () if only_wakes or (own and "locked" not in call.body) else ("manage_threads",)
    need(call.world, thread, *rights)
    if thread.archived and call.body.get("archived") is not False:
        raise Refused(50083)
    _rename(call, thread)
    if "applied_tags" in call.body:
        forum = call.world.channels[thread.parent_id or 0]
        thread.applied_tags = applied(call.world, forum, call.body["applied_tags"])
    if "archived" in call.body and call.body["archived"] is not thread.archived:
        thread.archived, thread.archived_at = call.body["archived"], call.world.clock.now()
    thread.locked = call.body.get("locked", thread.locked)
    thread.auto_archive = call.body.get("auto_archive_duration", thread.auto_archive)
    body = payloads.channel(call.world, thread)
    call.discord.gateway.emit("THREAD_UPDATE", body, thread.guild_id)
    return body


def applied(world: World, forum: Channel, given: list[str]) -> list[int]:
    """Refuse more than five tags, unknown ones, and moderated ones without Manage Threads."""
    there = {tag["id"]: tag for tag in forum.tags}
    wanted = [str(tag) for tag in given]
    if len(wanted) > APPLIED or len(set(wanted)) < len(wanted) or not there.keys() >= {*wanted}:
        raise Refused(50035, "applied_tags: Must be 5 or fewer in length, and this forum's.")
    if any(there[tag]["moderated"] for tag in wanted):
        need(world, forum, "manage_threads")
    return [int(tag) for tag in wanted]


@route("POST", "/channels/{channel_id}/threads", 201)
def create_thread(call: Call) -> Answer:
    """A new post of a forum: the thread, and the first message under the same id."""
    world, forum = call.world, call.world.channel(call.id("channel_id"))
    if forum.type != FORUM:
        raise Refused(50024)
    need(world, forum, "send_messages")
    said: Json = call.body["message"]
    rules.check_message(said)
    rules.check_not_empty(said, files=bool(call.files))
    tags = applied(world, forum, call.body.get("applied_tags", []))
    thread = Channel(
        world.clock.snowflake(), THREAD, call.body["name"], forum.guild_id, forum.id, world.bot.id
    )
    thread.applied_tags = tags
    call.discord.open_thread(thread)
    message = create(call, thread, said, message_id=thread.id)
    return payloads.channel(world, thread) | {"message": payloads.message(world, message)}


@route("GET", "/channels/{channel_id}/threads/archived/public")
def archived(call: Call) -> Answer:
    """Archived threads, those archived last first."""
    world, forum = call.world, call.world.channel(call.id("channel_id"))
    need(world, forum, "read_message_history")
    found = world.threads(forum.id, archived=True)
    before = call.query.get("before")
    if before:
        limit = datetime.fromisoformat(before)
        found = [thread for thread in found if _stamp(thread) < limit]
    found.sort(key=_stamp, reverse=True)
    page = found[: call.page()]
    threads = [payloads.channel(world, thread) for thread in page]
    return {"threads": threads, "members": [], "has_more": len(found) > len(page)}


def _stamp(thread: Channel) -> datetime:
    assert thread.archived_at is not None
    return thread.archived_at


@route("DELETE", "/channels/{channel_id}")
def delete(call: Call) -> Answer:
    """Delete a channel or a thread."""
    channel = call.world.channel(call.id("channel_id"))
    need(call.world, channel, "manage_threads" if channel.type == THREAD else "manage_channels")
    body = payloads.channel(call.world, channel)
    call.discord.remove(channel)
    return body
