"""Interactions as no client would send them: forged ids, foreign ids, the same one twice."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import discord
from discord.app_commands import CheckFailure
from simcord import ChannelHandle, InteractionResult, MemberActor, UserHandle
from simcord.backend.serializers import message_payload
from simcord.enums import AppCommandType, ComponentType, InteractionType
from simcord.interactions import base_payload

from bot.domain.errors import UserError
from tests.e2e.town import Town, told

Person = MemberActor | UserHandle
SLASH, MENU = AppCommandType.CHAT_INPUT, AppCommandType.MESSAGE
_OPTION_TYPES = {str: 3, int: 4, bool: 5}


async def press(
    place: Town,
    who: Person,
    custom_id: str,
    *,
    channel: ChannelHandle | None = None,
    times: int = 1,
) -> InteractionResult:
    """Press a button of this id, whether or not any message has one."""
    data = {"custom_id": custom_id, "component_type": ComponentType.BUTTON}
    return await _send(place, who, InteractionType.MESSAGE_COMPONENT, data, channel, times)


async def submit(
    place: Town,
    who: Person,
    custom_id: str,
    fields: Mapping[str, str],
    *,
    channel: ChannelHandle | None = None,
    times: int = 1,
) -> InteractionResult:
    """Submit a form of this id with these fields, whether or not it was ever shown."""
    parts = [
        {"type": 18, "component": {"type": 4, "custom_id": name, "value": text}}
        for name, text in fields.items()
    ]
    data = {"custom_id": custom_id, "components": parts}
    return await _send(place, who, InteractionType.MODAL_SUBMIT, data, channel, times)


async def command(
    place: Town,
    who: Person,
    name: str,
    /,
    *,
    channel: ChannelHandle | None = None,
    times: int = 1,
    **options: Any,
) -> InteractionResult:
    """Use a slash command past everything that a client checks."""
    root, *path = name.split()
    nested = [
        {"name": key, "type": _OPTION_TYPES[type(value)], "value": value}
        for key, value in options.items()
    ]
    for part in reversed(path):
        nested = [{"name": part, "type": 1, "options": nested}]
    data = {"id": "1", "name": root, "type": SLASH, "options": nested}
    return await _send(place, who, InteractionType.APPLICATION_COMMAND, data, channel, times)


async def menu(
    place: Town,
    who: Person,
    name: str,
    message: Any,
    *,
    channel: ChannelHandle | None = None,
    times: int = 1,
) -> InteractionResult:
    """Use a message's menu past everything that a client checks."""
    stored = place.env.backend.get_message(message.channel.id, message.id)
    shown = dict(message_payload(place.env.backend, stored))
    data = {
        "id": "1",
        "name": name,
        "type": MENU,
        "target_id": str(message.id),
        "resolved": {"messages": {str(message.id): shown}},
    }
    return await _send(place, who, InteractionType.APPLICATION_COMMAND, data, channel, times)


async def _send(
    place: Town,
    who: Person,
    kind: InteractionType,
    data: dict[str, Any],
    channel: ChannelHandle | None,
    times: int,
) -> InteractionResult:
    backend = place.env.backend
    if isinstance(who, MemberActor):
        guild_id, where = who.guild.id, (channel or place.welcome).id
    else:
        guild_id, where = None, who.dm_channel.id
    record, payload = base_payload(
        backend,
        type=kind,
        channel_id=where,
        guild_id=guild_id,
        user_id=who.id,
        data=data,
    )
    if kind is not InteractionType.APPLICATION_COMMAND:
        payload["message"] = _some_message(place, where)
    for _ in range(times):
        backend.emit("INTERACTION_CREATE", deepcopy(payload))
    await place.env.settle()
    for error in place.env.errors:  # SimCord notes refusals too; nothing else may be there.
        cause = getattr(error, "original", error)
        assert isinstance(cause, (UserError, CheckFailure, discord.HTTPException)), cause
    return InteractionResult(place.env, record)


def _some_message(place: Town, channel_id: int) -> dict[str, Any]:
    """The message that a forged button is said to be under."""
    backend = place.env.backend
    there = list(backend.messages.get(channel_id, {}).values())
    stored = there[-1] if there else next(iter(backend.messages[place.welcome.id].values()))
    return {**message_payload(backend, stored), "channel_id": str(channel_id)}


def answered(result: InteractionResult) -> str:
    """What somebody got: the words, or which form."""
    if result.modal is not None:
        return f"form {result.modal['custom_id']}"
    return told(result)
