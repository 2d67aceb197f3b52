"""What Discord would refuse, the double refuses, with Discord's code."""

import asyncio
from typing import Any

import discord
import pytest

from tests.wire.calls import ROUTES
from tests.wire.plain import Plain
from tests.wire.schema import names_route

EDIT = "/channels/{channel_id}/messages/{message_id}"
REACT = EDIT + "/reactions/{emoji}/@me"
COMMANDS = "/applications/{application_id}/commands"


def button(name: str) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": name, "custom_id": name}


def embed(length: int, **more: str) -> dict[str, Any]:
    return {"description": "x" * length, **more}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"content": "x" * 2001}, 50035),
        ({"embeds": [embed(4097)]}, 50035),
        ({"embeds": [embed(4000), embed(2001)]}, 50035),
        ({"embeds": [embed(4000, title="t" * 257)]}, 50035),
        ({"embeds": [embed(1)] * 11}, 50035),
        ({"content": ""}, 50006),
        ({}, 50006),
        ({"content": 5}, 50035),
        ({"content": "x", "nonce": "n" * 26}, 50035),
        ({"content": "x", "components": [{"type": 1, "components": [button("a")] * 2}]}, 50035),
        (
            {"content": "x", "components": [{"type": 1, "components": [button("l" * 81)]}]},
            50035,
        ),
        (
            {
                "content": "x",
                "components": [{"type": 1, "components": [button(c)]} for c in "abcdef"],
            },
            50035,
        ),
    ],
)
async def test_a_message_beyond_the_limits_is_refused(
    plain: Plain, body: dict[str, Any], code: int
) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await plain.send(plain.place, **body)

    assert refused.value.code == code
    assert plain.discord.world.messages[plain.place.id] == {}


async def test_a_message_at_the_limits_is_taken(plain: Plain) -> None:
    rows = [{"type": 1, "components": [button(c)]} for c in "abcde"]

    await plain.send(
        plain.place, content="x" * 2000, embeds=[embed(4000), embed(2000)], components=rows
    )

    assert len(plain.discord.world.messages[plain.place.id]) == 1


@pytest.mark.parametrize(
    ("denied", "code"),
    [("view_channel", 50001), ("send_messages", 50013), ("embed_links", 50013)],
)
async def test_who_lacks_a_permission_is_refused_with_its_code(
    plain: Plain, denied: str, code: int
) -> None:
    plain.deny(denied)

    with pytest.raises(discord.Forbidden) as refused:
        await plain.send(plain.place, embeds=[embed(1)])

    assert refused.value.code == code


async def test_an_archived_thread_takes_no_edit_and_no_reaction_but_a_message_wakes_it(
    plain: Plain,
) -> None:
    thread, message = plain.thread()
    thread.archived = True
    where = {"channel_id": thread.id, "message_id": message.id}

    with pytest.raises(discord.HTTPException) as edited:
        await plain.request("PATCH", EDIT, {"content": "new"}, **where)
    with pytest.raises(discord.HTTPException) as reacted:
        await plain.request("PUT", REACT, emoji="⬆️", **where)
    await plain.send(thread, content="wake up")

    assert (edited.value.code, reacted.value.code) == (50083, 50083)
    assert not thread.archived


async def test_a_locked_thread_takes_edits_and_reactions_from_who_may_manage_threads(
    plain: Plain,
) -> None:
    thread, message = plain.thread()
    thread.locked = True
    where = {"channel_id": thread.id, "message_id": message.id}
    await plain.request("PATCH", EDIT, {"content": "new"}, **where)
    plain.deny("manage_threads")
    forum = plain.discord.world.channels[thread.parent_id or 0]
    forum.overwrites = plain.place.overwrites

    refused = await asyncio.gather(
        plain.request("PATCH", EDIT, {"content": "newer"}, **where),
        plain.request("PUT", REACT, emoji="⬆️", **where),
        plain.send(thread, content="hello"),
        return_exceptions=True,
    )

    assert [getattr(error, "code", error) for error in refused] == [50013] * 3
    assert (message.content, message.reactions) == ("new", {})


async def test_a_new_post_takes_no_message_before_its_first_one(plain: Plain) -> None:
    thread = plain.ada.begin_post(plain.forum(), "A title")

    with pytest.raises(discord.Forbidden) as sent:
        await plain.send(thread, content="too early")
    with pytest.raises(discord.NotFound) as read:
        await plain.request("GET", EDIT, channel_id=thread.id, message_id=thread.id)
    plain.ada.finish_post(thread, "What I wanted to say")
    await plain.send(thread, content="in time")

    assert (sent.value.code, read.value.code) == (40058, 10008)


async def test_a_post_takes_five_tags(plain: Plain) -> None:
    forum = plain.forum(*"abcdef")
    tags = [tag["id"] for tag in forum.tags]
    body = {"name": "post", "message": {"content": "hello"}}
    path = "/channels/{channel_id}/threads"

    with pytest.raises(discord.HTTPException) as refused:
        await plain.request("POST", path, body | {"applied_tags": tags}, channel_id=forum.id)
    made = await plain.request("POST", path, body | {"applied_tags": tags[:5]}, channel_id=forum.id)

    assert refused.value.code == 50035
    assert made["id"] == made["message"]["id"]


async def test_the_same_enforced_nonce_sends_one_message(plain: Plain) -> None:
    first = await plain.send(plain.place, content="once", nonce="n", enforce_nonce=True)
    again = await plain.send(plain.place, content="once", nonce="n", enforce_nonce=True)
    plain.discord.world.clock.skip(minutes=6)
    later = await plain.send(plain.place, content="once", nonce="n", enforce_nonce=True)

    assert first["id"] == again["id"] != later["id"]


@pytest.mark.parametrize(
    "commands",
    [
        [{"name": "Ask", "description": "d"}],
        [{"name": "a b", "description": "d"}],
        [{"name": "ask", "description": ""}],
        [{"name": "ask", "description": "d"}] * 2,
        [{"name": f"c{n}", "description": "d"} for n in range(101)],
        [{"name": f"Menu {n}", "type": 3} for n in range(16)],
        [
            {
                "name": "ask",
                "description": "d",
                "options": [
                    {"type": 3, "name": "a", "description": "d"},
                    {"type": 3, "name": "b", "description": "d", "required": True},
                ],
            }
        ],
        [
            {
                "name": "ask",
                "description": "d",
                "options": [
                    {
                        "type": 3,
                        "name": "a",
                        "description": "d",
                        "choices": [{"name": str(n), "value": str(n)} for n in range(26)],
                    }
                ],
            }
        ],
    ],
)
async def test_commands_that_break_a_rule_are_refused(
    plain: Plain, commands: list[dict[str, Any]]
) -> None:
    with pytest.raises(discord.HTTPException):
        await plain.request("PUT", COMMANDS, commands, application_id=plain.discord.world.bot.id)

    assert plain.discord.world.commands == []


def test_every_route_of_the_double_is_one_of_the_specifications() -> None:
    assert [route for route in ROUTES if not names_route(*route)] == []
    assert len(ROUTES) > 20


async def test_an_unknown_route_is_a_surprise(plain: Plain) -> None:
    with pytest.raises(discord.NotFound):
        await plain.request("GET", "/guilds/{guild_id}/audit-logs", guild_id=plain.guild.id)

    assert plain.discord.surprises == [
        f"unknown route GET /api/v10/guilds/{plain.guild.id}/audit-logs"
    ]


async def test_an_answer_of_the_double_that_breaks_the_specification_is_a_surprise(
    plain: Plain,
) -> None:
    message = plain.ada.say(plain.place, "hello")
    message.flags = "no number"  # type: ignore[assignment]

    await plain.request("GET", EDIT, channel_id=plain.place.id, message_id=message.id)

    assert "flags" in plain.discord.surprises[0]


async def test_a_wrong_token_is_refused(plain: Plain) -> None:
    plain.client.http.token = "wrong"

    with pytest.raises(discord.HTTPException) as refused:
        await plain.send(plain.place, content="hello")

    assert refused.value.status == 401
