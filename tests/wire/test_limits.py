"""Rate limits of the double: its headers keep discord.py within them, its 429 slow it down."""

import asyncio
import time

import aiohttp
import discord
import pytest

from tests.wire.limits import REACTION, UNLIMITED, Limits
from tests.wire.plain import Plain
from tests.wire.refusals import Limited

EDIT = "/channels/{channel_id}/messages/{message_id}"
REACT = EDIT + "/reactions/{emoji}/@me"


async def test_a_client_that_reads_the_headers_is_never_refused(plain: Plain) -> None:
    plain.discord.limits.pace = 100

    await asyncio.gather(*(plain.send(plain.place, content=str(n)) for n in range(23)))

    assert plain.discord.limits.exceeded == []
    assert len(plain.discord.world.messages[plain.place.id]) == 23


async def test_reactions_pass_one_in_250_milliseconds(plain: Plain) -> None:
    thread, message = plain.thread()
    where = {"channel_id": thread.id, "message_id": message.id}
    start = time.monotonic()

    for sign in ("⬆️", "⬇️"):
        await plain.request("PUT", REACT, emoji=sign, **where)

    assert 0.25 <= time.monotonic() - start < 1
    assert plain.discord.limits.exceeded == []


async def test_a_429_makes_the_client_wait_as_told(plain: Plain) -> None:
    plain.discord.limits.first_refused_for = 0.05
    start = time.monotonic()

    await plain.send(plain.place, content="hello")

    assert time.monotonic() - start >= 0.05
    assert plain.discord.limits.too_early == []
    assert plain.discord.limited == ["POST /channels/{channel_id}/messages"]


async def test_a_third_rename_in_ten_minutes_is_refused_for_minutes(plain: Plain) -> None:
    thread, _ = plain.thread()
    path = "/channels/{channel_id}"
    for name in ("one", "two"):
        await plain.request("PATCH", path, {"name": name}, channel_id=thread.id)

    with pytest.raises(discord.RateLimited) as refused:
        await plain.request("PATCH", path, {"name": "three"}, channel_id=thread.id)
    await plain.request("PATCH", path, {"locked": True}, channel_id=thread.id)

    assert 590 < refused.value.retry_after <= 600
    assert (thread.name, thread.locked) == ("two", True)


async def test_old_messages_take_three_edits_in_six_seconds(plain: Plain) -> None:
    thread, message = plain.thread()
    plain.discord.limits.pace = 50
    plain.discord.world.clock.skip(hours=2)
    where = {"channel_id": thread.id, "message_id": message.id}
    start = time.monotonic()

    for number in range(4):
        await plain.request("PATCH", EDIT, {"content": str(number)}, **where)

    assert time.monotonic() - start >= 6 / 50
    assert plain.discord.limited == [f"PATCH {EDIT}"]
    assert message.content == "3"


async def test_a_500_is_tried_again(plain: Plain) -> None:
    plain.discord.faults.plan("POST", "/channels/{channel_id}/messages", 500)

    await plain.send(plain.place, content="hello")

    assert len(plain.discord.world.messages[plain.place.id]) == 1
    assert plain.discord.counted()["POST /channels/{channel_id}/messages"] == 2


async def test_a_cut_request_fails(plain: Plain) -> None:
    plain.discord.faults.plan("POST", "/channels/{channel_id}/messages", "cut")

    with pytest.raises((aiohttp.ClientError, OSError)):
        await plain.send(plain.place, content="hello")


def test_fifty_requests_a_second_are_allowed_whatever_they_are_for() -> None:
    now = [0.0]
    limits = Limits(clock=lambda: now[0])
    for number in range(50):
        limits.take("GET", "/channels/{channel_id}", {"channel_id": str(number)})

    with pytest.raises(Limited) as refused:
        limits.take("GET", "/channels/{channel_id}", {"channel_id": "50"})
    now[0] = 1.0
    limits.take("GET", "/channels/{channel_id}", {"channel_id": "50"})

    assert refused.value.body() | {"retry_after": 0} == {
        "message": "You are being rate limited.",
        "retry_after": 0,
        "global": True,
        "code": 0,
    }


def test_answers_to_interactions_have_no_limit() -> None:
    limits = Limits(clock=lambda: 0.0)
    for _ in range(500):
        limits.take("POST", UNLIMITED, {})
    assert limits.exceeded == []


def test_each_answer_tells_what_is_left_of_its_bucket() -> None:
    limits = Limits(clock=lambda: 0.0)
    told = [limits.take("PUT", REACTION + "/@me", {"channel_id": "1"})]
    told += [limits.take("POST", "/channels/{channel_id}/messages", {"channel_id": "1"})]

    left = [(one["X-RateLimit-Limit"], one["X-RateLimit-Remaining"]) for one in told]
    assert left == [("1", "0"), ("5", "4")]
    assert [one["X-RateLimit-Reset-After"] for one in told] == ["0.250", "5.000"]
    assert told[0]["X-RateLimit-Bucket"] != told[1]["X-RateLimit-Bucket"]
