"""PostgreSQL is stopped for a while under the running bot: nothing is lost, nobody restarts it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

import pytest

from bot.domain.errors import Unavailable
from bot.ui.errors import worded
from db import migrate
from db.engine import Database
from tests.postgres import Server
from tests.wire.interactions import Interaction
from tests.wire.soundness import rows, unsound
from tests.wire.state import Channel
from tests.wire.town import ANSWER, BODY, DOWN, UP, Town, score, town

SORRY: Final = worded(Unavailable()) or "nothing"
TITLE: Final = "Why does my radio only hum?"
OTHER: Final = "How do I mend a broken knob?"
Act = Callable[[Town, Channel], Awaitable[Interaction]]


@pytest.fixture
async def place(own_postgres: Server) -> AsyncIterator[Town]:
    """A server with the bot on PostgreSQL."""
    async with own_postgres.fresh_database(empty=True) as url:
        database = Database(url)
        await migrate.upgrade(database)
        await database.close()
        async with town(url) as opened:
            yield opened


async def stop(server: Server) -> None:
    await asyncio.to_thread(server.stop)


async def start(server: Server) -> None:
    await asyncio.to_thread(server.start)


async def test_votes_that_come_while_it_is_away_are_counted_once_it_is_back(
    place: Town, own_postgres: Server
) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    question = place.cards(thread)[0]
    place.member("cy").react(question, UP)
    await place.quiet()

    await stop(own_postgres)
    place.member("cy").unreact(question, UP)
    for name in ("dee", "eve", "fay"):
        place.member(name).react(question, UP)
        place.member(name).react(answer, DOWN)
    ben.react(answer, UP)
    await place.quiet()
    await start(own_postgres)
    await place.minute()

    assert (score(question), score(answer)) == ("+3 votes", "–3 votes")
    assert await unsound(place) == []


async def test_what_is_said_and_taken_away_meanwhile_is_found_once_it_is_back(
    place: Town, own_postgres: Server
) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    before = ben.say(thread, "Is it old?")
    await place.quiet()

    await stop(own_postgres)
    ben.say(thread, "Mine hums too.")
    place.discord.erase(before)
    ben.post(place.forum, OTHER, BODY)
    await place.quiet()
    await start(own_postgres)
    await place.minute()

    kept = await rows(place, "SELECT body FROM posts WHERE kind = 'comment' AND state = 'open'")
    assert [row.body for row in kept] == ["Mine hums too."]
    assert len(place.threads) == 2
    assert await unsound(place) == []


async def ask(place: Town, thread: Channel) -> Interaction:
    form = await place.member("ben").slash(place.welcome, "ask")
    return form if form.modal is None else await type_in(place, form)


async def type_in(place: Town, form: Interaction) -> Interaction:
    return await place.member("ben").submit(form, title=OTHER, body=BODY)


async def give_answer(place: Town, thread: Channel) -> Interaction:
    return await place.member("dee").click(place.cards(thread)[0], "Answer")


async def edit(place: Town, thread: Channel) -> Interaction:
    return await place.member("ada").click(place.cards(thread)[0], "Edit")


async def accept(place: Town, thread: Channel) -> Interaction:
    return await place.member("ada").click(place.cards(thread)[1], "Accept")


async def look(place: Town, thread: Channel) -> Interaction:
    return await place.member("ada").slash(place.welcome, "profile")


@pytest.mark.parametrize("act", [ask, give_answer, edit, accept, look])
async def test_who_does_something_meanwhile_is_told_plainly_and_may_do_it_later(
    place: Town, own_postgres: Server, act: Act
) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    await place.answer(place.member("ben"), thread)
    before = [list(await rows(place, f"SELECT * FROM {table}")) for table in ("posts", "members")]

    await stop(own_postgres)
    told = await act(place, thread)
    assert SORRY in told.text()
    await place.quiet()
    await start(own_postgres)
    await place.minute()

    after = [list(await rows(place, f"SELECT * FROM {table}")) for table in ("posts", "members")]
    assert after == before
    assert await unsound(place) == []
    again = await act(place, thread)
    assert SORRY not in again.text()


async def test_what_was_typed_into_a_form_meanwhile_is_handed_back(
    place: Town, own_postgres: Server
) -> None:
    ada, dee = place.member("ada"), place.member("dee")
    thread = await place.ask(ada, TITLE)
    form = await dee.click(place.cards(thread)[0], "Answer")

    await stop(own_postgres)
    told = await dee.submit(form, body=ANSWER)
    await start(own_postgres)
    await place.minute()

    assert SORRY in told.text()
    assert ANSWER in told.text()
    assert len(place.cards(thread)) == 1
    assert await unsound(place) == []
    await place.answer(dee, thread)
    assert len(place.cards(thread)) == 2


async def test_it_may_go_away_in_the_middle_of_a_burst(place: Town, own_postgres: Server) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    answer = await place.answer(place.member("ben"), thread)
    voters = [place.member(f"voter {number}") for number in range(40)]
    stopping = asyncio.create_task(stop(own_postgres))
    for voter in voters:
        voter.react(answer, UP)
        await asyncio.sleep(0)
    await stopping
    await place.quiet()
    await start(own_postgres)
    await place.minute()

    assert score(answer) == "+40 votes"
    assert await unsound(place) == []
