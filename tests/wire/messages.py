"""Routes of messages."""

from datetime import timedelta
from typing import Final

from tests.wire import payloads, rules
from tests.wire.calls import Answer, Call, route
from tests.wire.limits import MESSAGE, OLD_EDIT
from tests.wire.permissions import need, need_open
from tests.wire.refusals import Refused
from tests.wire.state import DM, FORUM, THREAD, Channel, Json, Message

OLD: Final = timedelta(hours=1)
KEPT_NONCES: Final = timedelta(minutes=5)


@route("POST", "/channels/{channel_id}/messages")
def send(call: Call) -> Answer:
    """Send a message; the same enforced nonce gives the same message."""
    world, channel = call.world, call.world.channel(call.id("channel_id"))
    _may_send(call, channel)
    rules.check_message(call.body)
    rules.check_not_empty(call.body, files=bool(call.files))
    sent = _sent_before(call, channel) or create(call, channel, call.body)
    return payloads.message(world, sent)


def _may_send(call: Call, channel: Channel) -> None:
    world = call.world
    if channel.type == FORUM:
        raise Refused(50024)
    if channel.type == DM and not world.users[channel.owner_id].takes_letters:
        raise Refused(50007)
    need(world, channel, "send_messages_in_threads" if channel.type == THREAD else "send_messages")
    if call.body.get("embeds"):
        need(world, channel, "embed_links")
    if call.files:
        need(world, channel, "attach_files")
    if channel.type == THREAD and channel.id not in world.messages[channel.id]:
        raise Refused(40058)
    if channel.locked:
        need(world, channel, "manage_threads")
    if channel.archived:
        channel.archived = False
        call.discord.gateway.emit(
            "THREAD_UPDATE", payloads.channel(world, channel), channel.guild_id
        )


def _sent_before(call: Call, channel: Channel) -> Message | None:
    nonce, world = call.body.get("nonce"), call.world
    if not nonce or not call.body.get("enforce_nonce"):
        return None
    since = world.clock.now() - KEPT_NONCES
    same = [
        message
        for message in world.messages[channel.id].values()
        if message.nonce == nonce and message.author_id == world.bot.id
    ]
    return next((message for message in same if message.created > since), None)


def create(call: Call, channel: Channel, said: Json, message_id: int | None = None) -> Message:
    """Keep the bot's message and tell of it."""
    message = Message(message_id or call.world.clock.snowflake(), channel.id, call.world.bot.id)
    fill(message, said, call.files)
    reference = said.get("message_reference")
    if reference:
        message.type = 19
        message.reference = {k: str(reference[k]) for k in ("message_id", "channel_id")}
    message.nonce = said.get("nonce")
    call.discord.place(message)
    return message


def fill(message: Message, said: Json, files: list[Json]) -> None:
    """Make a message say what a request says; what it leaves out stays."""
    message.content = said.get("content", message.content) or ""
    message.embeds = said.get("embeds", message.embeds) or []
    message.components = said.get("components", message.components) or []
    message.flags = said.get("flags", message.flags) or 0
    if "attachments" in said or files:
        kept = {str(given.get("id")) for given in said.get("attachments") or ()}
        message.attachments = [a for a in message.attachments if a["id"] in kept] + files


@route("PATCH", MESSAGE)
def edit(call: Call) -> Answer:
    """Edit one's own message; old ones only now and then, in archived threads never."""
    world, channel = call.world, call.world.channel(call.id("channel_id"))
    message = world.message(channel.id, call.id("message_id"))
    need(world, channel)
    if message.author_id != world.bot.id:
        raise Refused(50005)
    need_open(world, channel)
    rules.check_message(call.body)
    if world.clock.now() - message.created > OLD:
        call.discord.limits.take_part(OLD_EDIT, str(channel.id), code=30046)
    fill(message, call.body, call.files)
    message.edited = world.clock.now()
    call.discord.tell_of(message, "MESSAGE_UPDATE")
    return payloads.message(world, message)


@route("DELETE", MESSAGE, 204)
def delete(call: Call) -> Answer:
    """Delete a message; others' need Manage Messages."""
    world, channel = call.world, call.world.channel(call.id("channel_id"))
    message = world.message(channel.id, call.id("message_id"))
    need(world, channel, *(() if message.author_id == world.bot.id else ("manage_messages",)))
    call.discord.erase(message)


@route("GET", MESSAGE)
def read(call: Call) -> Answer:
    """One message."""
    world, channel = call.world, call.world.channel(call.id("channel_id"))
    need(world, channel, "read_message_history")
    return payloads.message(world, world.message(channel.id, call.id("message_id")))


@route("GET", "/channels/{channel_id}/messages")
def history(call: Call) -> Answer:
    """A page of history, newest first."""
    world, channel = call.world, call.world.channel(call.id("channel_id"))
    need(world, channel, "read_message_history")
    found = list(world.history(channel.id))
    size = call.page()
    if "after" in call.query:
        found = [m for m in found if m.id > int(call.query["after"])][:size]
    elif "before" in call.query:
        found = [m for m in found if m.id < int(call.query["before"])]
    return [payloads.message(world, message) for message in reversed(found[-size:])]
