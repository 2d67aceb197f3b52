"""Interactions as no client would send them: forged ids, foreign ids, the same one twice."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import discord
from discord.app_commands import CheckFailure, TransformerError
from simcord import ChannelHandle, InteractionResult, MemberActor, UserHandle
from simcord.backend.serializers import channel_payload, message_payload
from simcord.enums import AppCommandType, ComponentType, InteractionType
from simcord.interactions import base_payload

from bot.domain.errors import UserError
from tests.e2e.town import Town, labels, told

Person = MemberActor | UserHandle
EXPECTED = (UserError, CheckFailure, TransformerError, discord.HTTPException)
PATIENCE = 12
"""Seconds. SimCord waits for timers that are due within them: upkeep has one a minute after."""
_TYPES = {str: 3, bool: 5, int: 4, ChannelHandle: 7}


class Hostile:
    """Sends interactions past everything that Discord and its clients check.

    Nothing is waited for before `settled`: many people can act at once.
    """

    def __init__(self, place: Town, who: Person, channel: ChannelHandle | None = None) -> None:
        self._place = place
        self._who = who
        self._channel = channel
        self.times = 1

    def press(self, custom_id: str) -> InteractionResult:
        """Press a button of this id, whether or not any message has one."""
        data = {"custom_id": custom_id, "component_type": ComponentType.BUTTON}
        return self._send(InteractionType.MESSAGE_COMPONENT, data)

    def submit(
        self, custom_id: str, fields: Mapping[str, str | list[str]], **more: object
    ) -> InteractionResult:
        """Submit a form of this id with these fields, whether or not it was ever shown."""
        parts = [
            {"type": 18, "component": {"type": kind, "custom_id": name, holds: value}}
            for name, value in fields.items()
            for kind, holds in [(4, "value") if isinstance(value, str) else (19, "values")]
        ]
        data = {"custom_id": custom_id, "components": parts, **more}
        return self._send(InteractionType.MODAL_SUBMIT, data)

    def command(self, name: str, /, **options: Any) -> InteractionResult:
        """Use a slash command."""
        root, *path = name.split()
        nested: list[dict[str, Any]] = [
            {"name": key, "type": _TYPES[type(value)], "value": _plain(value)}
            for key, value in options.items()
        ]
        for part in reversed(path):
            nested = [{"name": part, "type": 1, "options": nested}]
        data = {"id": "1", "name": root, "type": AppCommandType.CHAT_INPUT, "options": nested}
        return self._send(
            InteractionType.APPLICATION_COMMAND, {**data, "resolved": self._resolved(options)}
        )

    def menu(self, name: str, channel_id: int, message_id: int) -> InteractionResult:
        """Use a message's menu, wherever the message is."""
        stored = self._place.env.backend.get_message(channel_id, message_id)
        shown = dict(message_payload(self._place.env.backend, stored))
        data = {
            "id": "1",
            "name": name,
            "type": AppCommandType.MESSAGE,
            "target_id": str(message_id),
            "resolved": {"messages": {str(message_id): shown}},
        }
        return self._send(InteractionType.APPLICATION_COMMAND, data)

    def _resolved(self, options: Mapping[str, Any]) -> dict[str, Any]:
        backend = self._place.env.backend
        return {
            "channels": {
                str(value.id): {
                    **channel_payload(backend, backend.get_channel(value.id)),
                    "permissions": "0",
                }
                for value in options.values()
                if isinstance(value, ChannelHandle)
            }
        }

    def _send(self, kind: InteractionType, data: dict[str, Any]) -> InteractionResult:
        backend = self._place.env.backend
        if isinstance(self._who, MemberActor):
            guild_id, where = self._who.guild.id, (self._channel or self._place.welcome).id
        else:
            guild_id, where = None, self._who.dm_channel.id
        record, payload = base_payload(
            backend, type=kind, channel_id=where, guild_id=guild_id, user_id=self._who.id, data=data
        )
        if kind is not InteractionType.APPLICATION_COMMAND:
            payload["message"] = self._some_message(where)
        for _ in range(self.times):
            backend.emit("INTERACTION_CREATE", deepcopy(payload))
        return InteractionResult(self._place.env, record)

    def _some_message(self, channel_id: int) -> dict[str, Any]:
        """The message that a forged button is said to be under."""
        backend = self._place.env.backend
        there = list(backend.messages.get(channel_id, {}).values())
        home = backend.messages[self._place.welcome.id]
        stored = there[-1] if there else next(iter(home.values()))
        return {**message_payload(backend, stored), "channel_id": str(channel_id)}


def _plain(value: Any) -> Any:
    return str(value.id) if isinstance(value, ChannelHandle) else value


async def settled(place: Town) -> None:
    """Wait until all is answered; nothing may have gone wrong but what people were told."""
    await place.env.settle(timeout=PATIENCE)
    for error in place.env.errors:
        cause = getattr(error, "original", error)
        assert isinstance(cause, EXPECTED), cause


async def press(place: Town, who: Person, custom_id: str) -> InteractionResult:
    """Press a button of this id, and wait for the answer."""
    result = Hostile(place, who).press(custom_id)
    await settled(place)
    return result


async def submit(
    place: Town, who: Person, custom_id: str, fields: Mapping[str, str]
) -> InteractionResult:
    """Submit a form of this id, and wait for the answer."""
    result = Hostile(place, who).submit(custom_id, fields)
    await settled(place)
    return result


async def command(place: Town, who: Person, name: str, /, **options: Any) -> InteractionResult:
    """Use a slash command, and wait for the answer."""
    result = Hostile(place, who).command(name, **options)
    await settled(place)
    return result


def answered(result: InteractionResult) -> str:
    """What somebody got: which form, or the words with the buttons below them."""
    if result.modal is not None:
        return f"form {result.modal['custom_id']}"
    messages = [*([result.response] if result.response else []), *result.followups]
    words = told(result) + "".join(str(e.description) for m in messages for e in m.embeds)
    return f"{words} {labels(result)}" if any(m.components for m in messages) else words
