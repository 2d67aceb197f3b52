"""Interactions on the double: answered once, within 3 s, and for 15 minutes after that."""

import asyncio
from typing import Any

import discord
import pytest

from tests.wire.interactions import COMMAND, Interaction
from tests.wire.plain import Plain

COMMANDS = "/applications/{application_id}/commands"


async def typed(plain: Plain) -> tuple[Interaction, Any]:
    """A command that a member has typed, and what the client makes of it."""
    ask = [{"name": "ask", "description": "d", "type": 1}]
    await plain.request("PUT", COMMANDS, ask, application_id=plain.discord.world.bot.id)
    data = {"id": plain.discord.world.commands[0]["id"], "name": "ask", "type": 1}
    done = plain.ada.begin(plain.place, COMMAND, data)
    news = await plain.client.until(len(plain.client.told) + 1)
    return done, news[-1]


async def test_an_answer_within_three_seconds_is_seen_by_one_person(plain: Plain) -> None:
    done, interaction = await typed(plain)

    await interaction.response.send_message("hello", ephemeral=True)

    assert done.text() == "hello"
    assert done.messages[0].shown_to == plain.ada.id


async def test_an_answer_after_three_seconds_is_too_late(plain: Plain) -> None:
    _, interaction = await typed(plain)
    plain.discord.world.clock.skip(seconds=3.1)

    with pytest.raises(discord.NotFound) as refused:
        await interaction.response.send_message("hello")

    assert refused.value.code == 10062


async def test_a_second_answer_is_refused(plain: Plain) -> None:
    _, interaction = await typed(plain)
    await interaction.response.defer()
    interaction.response._response_type = None

    with pytest.raises(discord.HTTPException) as refused:
        await interaction.response.send_message("hello")

    assert refused.value.code == 40060


async def test_a_deferral_gains_fifteen_minutes(plain: Plain) -> None:
    done, interaction = await typed(plain)
    await interaction.response.defer(ephemeral=True, thinking=True)
    plain.discord.world.clock.skip(minutes=14)
    await interaction.followup.send("in time", ephemeral=True)
    plain.discord.world.clock.skip(minutes=2)

    with pytest.raises(discord.HTTPException) as refused:
        await interaction.followup.send("too late")

    assert refused.value.code == 50027
    assert done.text() == "in time"


async def test_a_form_of_six_fields_is_refused(plain: Plain) -> None:
    _, interaction = await typed(plain)
    fields = [{"type": 1, "components": [text_input(str(n))]} for n in range(6)]
    body = {"type": 9, "data": {"custom_id": "form", "title": "Form", "components": fields}}
    path = "/interactions/{webhook_id}/{webhook_token}/callback"
    where = {"webhook_id": interaction.id, "webhook_token": interaction.token}

    with pytest.raises(discord.HTTPException) as refused:
        await plain.request("POST", path, body, **where)
    body["data"]["components"] = fields[:5]  # type: ignore[index]
    await plain.request("POST", path, body, **where)

    assert refused.value.code == 50035


async def test_more_than_25_suggestions_are_refused(plain: Plain) -> None:
    _, interaction = await typed(plain)
    plain.discord.interactions[interaction.token].type = 4
    choices = [{"name": str(n), "value": str(n)} for n in range(26)]
    path = "/interactions/{webhook_id}/{webhook_token}/callback"
    where = {"webhook_id": interaction.id, "webhook_token": interaction.token}

    with pytest.raises(discord.HTTPException) as refused:
        await plain.request("POST", path, {"type": 8, "data": {"choices": choices}}, **where)
    await plain.request("POST", path, {"type": 8, "data": {"choices": choices[:25]}}, **where)

    assert refused.value.code == 50035


def text_input(name: str) -> dict[str, Any]:
    return {"type": 4, "custom_id": name, "label": name, "style": 1}


async def test_a_person_waits_for_the_answer(plain: Plain) -> None:
    done, interaction = await typed(plain)
    waiting = asyncio.create_task(done.settled.wait())

    await interaction.response.defer(thinking=True)
    assert not waiting.done()
    await interaction.edit_original_response(content="done")

    assert await waiting
    assert done.text() == "done"
