"""The index page, asked over real HTTP, with a tiny bot in a real SimCord behind it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import discord
import pytest
import simcord

from bot.demo.index import ForumPage
from tests.demo.tiny import TinyBot, Welcome

Json = dict[str, Any]


@dataclass
class Place:
    """A started page, its world and a browser-like client."""

    page: ForumPage
    address: str
    bot: TinyBot
    env: simcord.Env
    client: aiohttp.ClientSession
    members: list[simcord.MemberActor]
    channels: dict[str, simcord.ChannelHandle]
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with self.client.get(self.address + path, headers=headers) as answer:
            return answer.status, await answer.text()

    async def state(self) -> Json:
        async with self.client.get(self.address + "state") as answer:
            return dict(await answer.json())

    async def send(self, path: str, body: Any, **headers: str) -> tuple[int, Json]:
        async with self.client.post(self.address + path, json=body, headers=headers) as answer:
            if answer.content_type == "application/json":
                return answer.status, dict(await answer.json())
            return answer.status, {"error": await answer.text()}

    async def shown(self, state: Json) -> Json:
        """Open the framed page as a browser would, under our own address."""
        capability = urlsplit(state["open"]["address"]).fragment
        async with self.client.post(
            self.origin + "/api/pages",
            json={},
            headers={"X-Simcord-Capability": capability, "Origin": self.origin},
        ) as answer:
            assert answer.status == 200
            return dict(await answer.json())


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    bot = TinyBot()
    env = simcord.Env(bot)
    await env.start()
    guild = env.create_guild(name="Askwell demo")
    welcome = guild.create_text_channel("welcome", topic="Start here")
    hidden = discord.PermissionOverwrite(view_channel=False)
    staff_room = guild.create_text_channel("staff", overwrites={guild.default_role: hidden})
    forum = guild.create_forum_channel("questions")
    staff = guild.create_role("staff", permissions=discord.Permissions(administrator=True))
    members = [guild.add_member(env.create_user(name)) for name in ("ada", "ben")]
    members.append(guild.add_member(env.create_user("mia"), roles=[staff]))
    await env.settle()
    greeted = bot.get_channel(welcome.id)
    assert isinstance(greeted, discord.TextChannel)
    await greeted.send("Welcome", view=Welcome())
    page = ForumPage(env, guild, members)
    address = await page.start()
    channels = {"welcome": welcome, "staff": staff_room, "questions": forum}
    async with aiohttp.ClientSession() as client:
        yield Place(page, address, bot, env, client, members, channels)
    await page.close()
    await env.shutdown()
    env.raise_errors()


async def test_the_state_lists_channels_and_members(place: Place) -> None:
    state = await place.state()
    assert [(item["name"], item["kind"]) for item in state["channels"]] == [
        ("welcome", "text"),
        ("staff", "text"),
        ("questions", "forum"),
    ]
    assert [(item["name"], item["roles"]) for item in state["members"]] == [
        ("ada", []),
        ("ben", []),
        ("mia", ["staff"]),
    ]
    assert state["threads"] == []
    assert state["open"] is None


async def test_the_page_needs_nothing_from_elsewhere(place: Place) -> None:
    status, text = await place.get("")
    assert status == 200
    assert "Try this first" in text
    assert "//" not in text.replace("\n  // ", "")
    assert "@nonce@" not in text


async def test_opening_shows_a_channel_and_opening_another_switches(place: Place) -> None:
    ada, ben, _ = place.members
    welcome, staff = place.channels["welcome"], place.channels["staff"]
    status, first = await place.send("open", {"channel_id": str(welcome.id)})
    assert (status, first["open"]["member"]) == (200, str(ada.id))
    assert (await place.shown(first))["channel"]["name"] == "welcome"

    status, second = await place.send(
        "open", {"channel_id": str(welcome.id), "member_id": str(ben.id)}
    )
    assert (status, (await place.shown(second))["viewerId"]) == (200, str(ben.id))

    status, third = await place.send("open", {"channel_id": str(staff.id)})
    snapshot = await place.shown(third)
    assert snapshot["channel"]["name"] == "staff"
    assert [viewer["name"] for viewer in snapshot["viewers"]] == ["mia"]


async def test_every_reader_can_be_chosen_in_the_shown_page(place: Place) -> None:
    await place.page.open(place.channels["welcome"])
    snapshot = await place.shown(await place.state())
    assert [viewer["name"] for viewer in snapshot["viewers"]] == ["ada", "ben", "mia"]


async def test_our_pages_alone_may_frame_the_shown_page(place: Place) -> None:
    await place.page.open(place.channels["welcome"])
    async with place.client.get(place.origin + "/") as answer:
        assert "X-Frame-Options" not in answer.headers
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    async with place.client.get(place.address) as answer:
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


async def test_a_thread_that_is_opened_meanwhile_is_listed_first(place: Place) -> None:
    forum = place.bot.get_channel(place.channels["questions"].id)
    assert isinstance(forum, discord.ForumChannel)
    await forum.create_thread(name="First?", content="One")
    await forum.create_thread(name="Second?", content="Two")
    state = await place.state()
    assert [thread["title"] for thread in state["threads"]] == ["Second?", "First?"]
    status, opened = await place.send("open", {"channel_id": state["threads"][0]["id"]})
    assert (status, (await place.shown(opened))["channel"]["name"]) == (200, "Second?")


async def test_a_members_own_post_reaches_the_bot_as_from_discord(place: Place) -> None:
    _, ben, _ = place.members
    status, state = await place.send(
        "post",
        {
            "member_id": str(ben.id),
            "forum_id": str(place.channels["questions"].id),
            "title": "Mine?",
            "text": "Yes",
        },
    )
    thread_id = int(state["open"]["channel"])
    assert (status, state["threads"][0]["title"]) == (200, "Mine?")
    assert place.bot.heard == [("thread", thread_id), ("message", thread_id)]
    assert state["open"]["member"] == str(ben.id)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": " "}, "A title has 1 to 100 characters."),
        ({"text": "x" * 2001}, "A message has 1 to 2000 characters."),
        ({"tags": ["5"]}, "Choose up to 5 tags that the forum has."),
    ],
)
async def test_a_post_that_discord_would_refuse_is_refused(
    place: Place, change: Json, words: str
) -> None:
    body = {
        "member_id": str(place.members[0].id),
        "forum_id": str(place.channels["questions"].id),
        "title": "Mine?",
        "text": "Yes",
    }
    assert await place.send("post", body | change) == (400, {"error": words})
    assert (await place.state())["threads"] == []


async def test_a_message_menu_answers_in_the_channel(place: Place) -> None:
    ada = place.members[0]
    welcome = place.channels["welcome"]
    target = welcome.last_message
    assert target is not None
    body = {"member_id": str(ada.id), "channel_id": str(welcome.id), "target_id": str(target.id)}
    status, _ = await place.send("menu", {**body, "command": "Shout"})
    assert status == 200
    assert welcome.history()[-1].content == "WELCOME"


async def test_a_form_that_a_menu_opens_is_shown(place: Place) -> None:
    ada = place.members[0]
    welcome = place.channels["welcome"]
    target = welcome.last_message
    assert target is not None
    body = {"member_id": str(ada.id), "channel_id": str(welcome.id), "target_id": str(target.id)}
    _, state = await place.send("menu", {**body, "command": "Ask back"})
    assert (await place.shown(state))["modal"] is not None


async def test_a_private_message_of_the_bot_can_be_opened(place: Place) -> None:
    ada = place.members[0]
    assert ada.member is not None
    await ada.member.send("Somebody answered you.")
    state = await place.state()
    assert state["letters"] == [{"member": str(ada.id), "messages": 1}]
    status, opened = await place.send("letters", {"member_id": str(ada.id)})
    assert status == 200
    snapshot = await place.shown(opened)
    assert [item["content"] for item in snapshot["messages"].values()] == ["Somebody answered you."]


async def test_an_unknown_channel_gives_a_clear_error(place: Place) -> None:
    refused = await place.send("open", {"channel_id": "12345"})
    assert refused == (404, {"error": "There is no such channel in this demo."})


async def test_a_channel_that_a_member_may_not_read_is_refused(place: Place) -> None:
    body = {
        "channel_id": str(place.channels["staff"].id),
        "member_id": str(place.members[0].id),
    }
    assert await place.send("open", body) == (403, {"error": "ada may not read that channel."})


@pytest.mark.parametrize("body", [{}, {"channel_id": "x"}, {"channel_id": None}, [], "open"])
async def test_a_body_without_an_id_is_refused(place: Place, body: Any) -> None:
    status, answer = await place.send("open", body)
    assert status == 400
    assert answer["error"]


async def test_a_wrong_host_is_refused_everywhere(place: Place) -> None:
    await place.page.open(place.channels["welcome"])
    for address in (place.address, place.address + "state", place.origin + "/"):
        async with place.client.get(address, headers={"Host": "evil.example"}) as answer:
            assert answer.status == 403


async def test_another_origin_cannot_drive_the_page(place: Place) -> None:
    body = {"channel_id": str(place.channels["welcome"].id)}
    status, _ = await place.send("open", body, Origin="https://evil.example")
    assert status == 403
    assert (await place.state())["open"] is None


async def test_a_wrong_token_finds_nothing(place: Place) -> None:
    async with place.client.get(place.origin + "/forum/guessed/state") as answer:
        assert answer.status == 404


async def test_closing_twice_is_harmless_and_frees_the_port(place: Place) -> None:
    await place.page.open(place.channels["welcome"])
    await place.page.close()
    await place.page.close()
    with pytest.raises(aiohttp.ClientConnectionError):
        await place.get("state")
