"""Routes of interactions: the first answer within 3 s, the rest within 15 minutes."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from tests.wire import payloads, rules
from tests.wire.calls import Answer, Call, route
from tests.wire.limits import UNLIMITED
from tests.wire.messages import fill
from tests.wire.refusals import Refused
from tests.wire.state import Json, Message

FIRST: Final = timedelta(seconds=3)
LATER: Final = timedelta(minutes=15)
EPHEMERAL: Final = 64
SAY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
_MAY: Final = {
    COMMAND: {SAY, DEFER, MODAL},
    COMPONENT: {SAY, DEFER, DEFER_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    SUBMIT: {SAY, DEFER, DEFER_UPDATE, UPDATE},
}


@dataclass
class Interaction:
    """Something that a person did, and what the bot answered."""

    id: int
    token: str
    type: int
    user_id: int
    channel_id: int
    begun: datetime
    source: Message | None = None
    answered: int | None = None
    waiting: bool = False
    modal: Json | None = None
    choices: list[Json] | None = None
    messages: list[Message] = field(default_factory=list)
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    def text(self) -> str:
        """Everything the person was told."""
        return "\n".join(message.content for message in self.messages)


@route("POST", UNLIMITED)
def answer(call: Call) -> Answer:
    """The first answer; only one, and not too late."""
    found = call.discord.interactions.get(call.params["interaction_token"])
    if found is None or found.id != call.id("interaction_id"):
        raise Refused(10062)
    if call.world.clock.now() - found.begun > FIRST:
        raise Refused(10062)
    if found.answered is not None:
        raise Refused(40060)
    kind = call.body["type"]
    if kind not in _MAY[found.type]:
        raise Refused(50035, f"type: {kind} does not answer an interaction of type {found.type}")
    message = _take(call, found, kind, call.body.get("data") or {})
    found.answered = kind
    return _told(call, found, kind, message)


def _take(call: Call, found: Interaction, kind: int, data: Json) -> Message | None:
    match kind:
        case 9:
            rules.check_modal(data)
            found.modal = data
        case 8:
            rules.check_choices(data["choices"])
            found.choices = data["choices"]
        case 5:
            found.waiting = True
            return _create(call, found, {"content": "…", "flags": data.get("flags", 0)})
        case 4:
            rules.check_message(data)
            rules.check_not_empty(data, files=bool(call.files))
            return _create(call, found, data)
        case 7 if found.source is not None:
            rules.check_message(data)
            fill(found.source, data, call.files)
    found.settled.set()
    return None


def _told(call: Call, found: Interaction, kind: int, message: Message | None) -> Json:
    interaction: Json = {"id": str(found.id), "type": found.type}
    body: Json = {"interaction": interaction}
    if message is None:
        return body
    interaction |= {"response_message_id": str(message.id)}
    interaction |= {"response_message_loading": found.waiting}
    interaction |= {"response_message_ephemeral": bool(message.flags & EPHEMERAL)}
    if kind == SAY:
        said = payloads.message(call.world, message)
        body["resource"] = {"type": kind, "message": said}
    return body


def _create(call: Call, found: Interaction, said: Json) -> Message:
    message = Message(call.world.clock.snowflake(), found.channel_id, call.world.bot.id)
    fill(message, said, call.files)
    message.shown_to = found.user_id if message.flags & EPHEMERAL else None
    found.messages.append(message)
    call.discord.place(message)
    if not found.waiting:
        found.settled.set()
    return message


def _by_token(call: Call) -> Interaction:
    found = call.discord.interactions.get(call.params["webhook_token"])
    if found is None or found.answered is None:
        raise Refused(10015)
    if call.world.clock.now() - found.begun > LATER:
        raise Refused(50027)
    return found


@route("POST", "/webhooks/{webhook_id}/{webhook_token}")
def follow_up(call: Call) -> Answer:
    """A further message; the first after a deferral takes its place."""
    found = _by_token(call)
    rules.check_message(call.body)
    rules.check_not_empty(call.body, files=bool(call.files))
    if not found.waiting:
        return payloads.message(call.world, _create(call, found, call.body))
    return _end_wait(call, found)


def _end_wait(call: Call, found: Interaction) -> Json:
    found.waiting = False
    first = found.messages[0]
    first.content = ""
    ephemeral = first.flags & EPHEMERAL
    fill(first, call.body, call.files)
    first.flags = first.flags & ~EPHEMERAL | ephemeral
    found.settled.set()
    return payloads.message(call.world, first)


@route("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
def edit_original(call: Call) -> Answer:
    """Edit the first answer, or put it where a deferral stands."""
    found = _by_token(call)
    rules.check_message(call.body)
    if found.waiting:
        return _end_wait(call, found)
    if not found.messages:
        raise Refused(10008)
    fill(found.messages[0], call.body, call.files)
    return payloads.message(call.world, found.messages[0])
