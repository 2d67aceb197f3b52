"""Routes of reactions."""

from typing import Final

from tests.wire import payloads
from tests.wire.calls import Answer, Call, route
from tests.wire.limits import REACTION
from tests.wire.permissions import need, need_open
from tests.wire.refusals import Refused
from tests.wire.state import Channel, Message

DISTINCT: Final = 20


def _found(call: Call, *permissions: str) -> tuple[Channel, Message]:
    channel = call.world.channel(call.id("channel_id"))
    need(call.world, channel, *permissions)
    return channel, call.world.message(channel.id, call.id("message_id"))


@route("PUT", REACTION + "/@me", 204)
def put(call: Call) -> Answer:
    """Put an emoji under a message; the first of its kind needs Add Reactions."""
    sign = call.params["emoji_name"]
    channel, message = _found(call, "read_message_history")
    need_open(call.world, channel)
    if sign.isascii() and ":" not in sign:
        raise Refused(10014)
    if sign not in message.reactions or not message.reactions[sign].users:
        need(call.world, channel, "add_reactions")
        if len(payloads.reactions(call.world, message)) >= DISTINCT:
            raise Refused(30010)
    call.discord.react(message, sign, call.world.bot.id)


@route("DELETE", REACTION + "/@me", 204)
def take_own_off(call: Call) -> Answer:
    """Take the bot's own emoji off."""
    channel, message = _found(call)
    need_open(call.world, channel)
    call.discord.unreact(message, call.params["emoji_name"], call.world.bot.id)


@route("DELETE", REACTION + "/{user_id}", 204)
def take_off(call: Call) -> Answer:
    """Take somebody's emoji off, plain and burst."""
    channel, message = _found(call, "manage_messages")
    need_open(call.world, channel)
    call.discord.unreact(message, call.params["emoji_name"], call.id("user_id"))
    call.discord.unreact(message, call.params["emoji_name"], call.id("user_id"), burst=True)


@route("GET", REACTION)
def users(call: Call) -> Answer:
    """A page of those who reacted, plainly or (type 1) with a burst, by id."""
    _, message = _found(call, "read_message_history")
    placed = message.reactions.get(call.params["emoji_name"])
    burst = call.query.get("type", "0") == "1"
    who = sorted((placed.burst if burst else placed.normal) if placed else ())
    after = int(call.query.get("after", 0))
    page = [user_id for user_id in who if user_id > after][: call.page()]
    return [payloads.user(call.world.users[user_id]) for user_id in page]
