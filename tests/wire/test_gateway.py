"""The double's gateway: sessions resumed, lost and refused; words hidden without the intent."""

import time

import discord
import pytest

from tests.wire.double import opened
from tests.wire.host import connected
from tests.wire.mischief import Mischief
from tests.wire.plain import Listener, Plain, plain_client


async def test_what_happens_during_a_cut_is_told_after_a_resume(plain: Plain) -> None:
    message = plain.ada.say(plain.place, "hello")
    await plain.client.until(2)
    plain.discord.gateway.cut()

    plain.ada.react(message, "⬆️")
    news = await plain.client.until(4)

    assert {str(getattr(item, "emoji", item)) for item in news[2:]} == {"⬆️", "resumed"}
    assert (plain.discord.gateway.identified, plain.discord.gateway.resumed) == (1, 1)


async def test_what_happens_while_the_session_is_lost_is_never_told(plain: Plain) -> None:
    message = plain.ada.say(plain.place, "hello")
    await plain.client.until(2)
    plain.discord.gateway.forget()

    plain.ada.react(message, "⬆️")
    news = await plain.client.until(3)

    assert news[2:] == ["ready"]
    assert (plain.discord.gateway.identified, plain.discord.gateway.resumed) == (2, 0)


async def test_mischief_tells_twice_and_out_of_order(plain: Plain) -> None:
    message = plain.ada.say(plain.place, "hello")
    await plain.client.until(2)
    signs = ["1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣"]
    plain.discord.gateway.mischief = Mischief(twice=1.0, window=12)

    for sign in signs:
        plain.ada.react(message, sign)
    news = await plain.client.until(14)

    told = [str(item.emoji) for item in news[2:]]
    assert sorted(told) == sorted(signs * 2)
    assert told != [sign for sign in signs for _ in range(2)]


async def test_without_the_intent_words_are_hidden(plain: Plain) -> None:
    plain.ada.say(plain.place, "hello")
    plain.ada.say(plain.place, f"hello <@{plain.discord.world.bot.id}>")

    hidden, mentioned = (await plain.client.until(3))[1:]

    assert hidden.content == ""
    assert mentioned.content.startswith("hello")


async def test_with_the_intent_words_are_told() -> None:
    async with plain_client(message_content=True) as plain:
        plain.ada.say(plain.place, "hello")

        assert (await plain.client.until(2))[1].content == "hello"


async def test_an_intent_that_is_switched_off_ends_the_connection() -> None:
    async with opened() as double:
        double.world.reads_content = False
        client = Listener(discord.Intents(guilds=True, message_content=True))

        with pytest.raises(discord.PrivilegedIntentsRequired):
            async with connected(double, client):
                pass

    assert double.gateway.refused == [4014]


async def test_a_whole_visit_costs_tens_of_milliseconds(capsys: pytest.CaptureFixture[str]) -> None:
    start = time.perf_counter()
    for _ in range(10):
        async with plain_client() as plain:
            await plain.send(plain.place, content="hello")
    spent = (time.perf_counter() - start) / 10

    with capsys.disabled():
        print(f"\na new server, a new client, READY and one message: {spent * 1000:.0f} ms")  # noqa: T201
    assert spent < 1
