"""The SQLite file is locked, read-only, full or broken for a while: nothing is lost."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from bot.domain.errors import Unavailable
from bot.ui.errors import KEPT, worded
from tests.wire.double import opened
from tests.wire.host import POLL, configuration, online
from tests.wire.interactions import DEFER
from tests.wire.outages import Outage, full, locked, read_only, unwritable
from tests.wire.soundness import rows, unsound
from tests.wire.state import Channel
from tests.wire.town import ANSWER, BODY, DOWN, UP, Town, labels, score, settled

SORRY: Final = worded(Unavailable()) or "nothing"
TITLE: Final = "Why does my radio only hum?"
OTHER: Final = "Which glue holds on oiled teak?"
THREADS: Final = ("POST", "/channels/{channel_id}/threads")
SEND: Final = ("POST", "/channels/{channel_id}/messages")
HISTORY: Final = ("GET", "/channels/{channel_id}/messages")
OUTAGES: Final = [locked, read_only, unwritable]


@pytest.fixture
async def place(file: Path) -> AsyncIterator[Town]:
    """A server whose bot does not wait long for its database."""
    config = configuration(file)
    hasty = config.database.model_copy(update={"busy_timeout_seconds": 0.05})
    async with opened() as discord:
        discord.limits.pace = 1000
        guild = discord.found_guild("Mindful")
        async with online(discord, config.model_copy(update={"database": hasty})) as bot:
            yield await settled(discord, guild, bot)
    assert discord.surprises == [], "\n".join(discord.surprises[:5])


async def debate(place: Town) -> Channel:
    """A question with an answer, votes and a comment."""
    thread = await place.ask(place.member("ada"), TITLE)
    answer = await place.answer(place.member("ben"), thread)
    place.member("cy").react(answer, UP)
    place.member("cy").say(thread, "Mine hums too.")
    await place.quiet()
    return thread


async def bodies(place: Town, kind: str) -> list[str]:
    """What is stored and visible of a kind of post."""
    stored = await rows(
        place, f"SELECT body FROM posts WHERE kind = '{kind}' AND state = 'open' ORDER BY id"
    )
    return [row.body for row in stored]


@pytest.mark.parametrize("outage", OUTAGES)
async def test_all_that_people_do_meanwhile_counts_afterwards_and_the_log_is_told_once(
    place: Town, outage: Outage, caplog: pytest.LogCaptureFixture
) -> None:
    thread = await debate(place)
    question, answer = place.cards(thread)
    hums = next(m for m in place.discord.world.history(thread.id) if "hums too" in m.content)
    gone = place.member("dee").say(thread, "Is it old?")
    own = place.member("eve").post(place.forum, "Where do the swifts sleep?", BODY)
    await place.quiet()

    with caplog.at_level(logging.INFO), outage(place.bot.database):
        for number in range(30):
            place.member(f"member{number}").react(question, DOWN if number % 3 else UP)
        place.member("cy").unreact(answer, UP)
        place.member("ada").react(answer, "✅")
        place.member("dee").say(thread, "Try another plug.")
        hums.content = "Mine hums too, at night."
        place.discord.tell_of(hums, "MESSAGE_UPDATE")
        place.discord.erase(gone)
        place.discord.remove(own)
        place.member("fay").post(place.forum, OTHER, BODY)
        await place.quiet()
        await place.minute()
    with caplog.at_level(logging.INFO):
        await place.minute()

    assert (score(question), score(answer)) == ("–10 votes", "0 votes")
    assert await bodies(place, "comment") == ["Mine hums too, at night.", "Try another plug."]
    assert len(place.threads) == len(await bodies(place, "question")) == 2
    accepted = await rows(place, "SELECT accepted_id FROM posts WHERE accepted_id IS NOT NULL")
    assert len(accepted) == 1
    assert await unsound(place) == []
    told = [record for record in caplog.records if record.name == "db.failures"]
    assert [record.levelname for record in told] == ["ERROR", "WARNING"]
    assert [r.getMessage() for r in caplog.records if r.exc_info] == []


@pytest.mark.parametrize("outage", [*OUTAGES, full])
async def test_what_was_typed_is_given_back_where_it_cannot_be_kept(
    place: Town, outage: Outage
) -> None:
    thread = await debate(place)
    ada, story = place.member("ada"), "It hums from dusk till dawn. " * 120
    ask = await ada.slash(place.welcome, "ask")
    reply = await ada.click(place.cards(thread)[0], "Answer")
    edit = await ada.click(place.cards(thread)[0], "Edit")

    with outage(place.bot.database):
        asked = await ada.submit(ask, title=OTHER, body=story)
        answered = await ada.submit(reply, body=story)
        edited = await ada.submit(edit, title=OTHER, body=story)
        told = await ada.slash(place.welcome, "ask", title=OTHER + "x" * 4000)
        await place.quiet()

    kept = " ".join(row.fields for row in await rows(place, "SELECT fields FROM drafts"))
    for done in (asked, answered, edited):
        assert SORRY in done.text()
        said = kept if KEPT in done.text() else done.text()
        assert said.count("It hums from dusk till dawn.") >= 120
    assert (OTHER in asked.text()) or (KEPT in asked.text())
    assert told.text() == SORRY
    await place.minute()
    assert len(place.threads) == 1
    assert await unsound(place) == []
    again = await ada.submit(ask, title=OTHER, body=story)
    assert "Your question" in again.text()


async def test_one_who_would_wait_too_long_for_the_database_is_asked_to_wait(place: Town) -> None:
    ada = place.member("ada")
    place.bot.patience._seconds = 0.02
    with locked(place.bot.database):
        asking = asyncio.create_task(ada.slash(place.welcome, "ask", title=OTHER))
        begun = place.discord.interactions.values()
        while not any(done.answered for done in begun if done.user_id == ada.id):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(POLL)
        place.discord.world.clock.skip(seconds=5)
        done = await asking

    assert (done.answered, done.text()) == (DEFER, SORRY)


@pytest.mark.parametrize("outage", OUTAGES)
async def test_a_question_that_could_not_be_noted_is_there_once_and_its_draft_leads_to_it(
    place: Town, outage: Outage
) -> None:
    ada = place.member("ada")
    form = await ada.slash(place.welcome, "ask")
    with ExitStack() as lasting:
        place.discord.faults.plan(
            *THREADS, lambda: lasting.enter_context(outage(place.bot.database))
        )
        done = await ada.submit(form, title=TITLE, body=BODY)
        await place.minute()
    assert SORRY in done.text()
    assert KEPT in done.text()
    assert labels(done) == ["Open my draft again"]

    again = await ada.click(done.messages[-1], "Open my draft again")
    said = await ada.submit(again) if again.modal else again
    await place.minute()

    assert "is here" in said.text() or "no draft of yours" in said.text()
    assert len(place.threads) == len(place.cards(place.threads[0])) == 1
    assert await unsound(place) == []


class Relief(logging.Handler):
    """Ends an outage once the log is told of it."""

    def __init__(self) -> None:
        super().__init__()
        self.lasting = ExitStack()

    def emit(self, _record: logging.LogRecord) -> None:
        """End it."""
        self.lasting.close()


async def test_an_outage_of_a_moment_while_a_question_is_noted_makes_no_second_thread(
    place: Town,
) -> None:
    ada, relief = place.member("ada"), Relief()
    form = await ada.slash(place.welcome, "ask")
    logging.getLogger("db.failures").addHandler(relief)
    place.discord.faults.plan(
        *THREADS, lambda: relief.lasting.enter_context(locked(place.bot.database))
    )
    done = await ada.submit(form, title=TITLE, body=BODY)
    logging.getLogger("db.failures").removeHandler(relief)
    first = place.threads[0]
    await place.minute()

    assert SORRY in done.text()
    assert place.threads == [first]
    assert len(await bodies(place, "question")) == 1
    assert await unsound(place) == []


async def test_an_answer_that_could_not_be_noted_stands_within_a_minute_and_once(
    place: Town,
) -> None:
    thread = await debate(place)
    dee = place.member("dee")
    form = await dee.click(place.cards(thread)[0], "Answer")
    with ExitStack() as lasting:
        place.discord.faults.plan(*SEND, lambda: lasting.enter_context(locked(place.bot.database)))
        done = await dee.submit(form, body=ANSWER + " Then sing.")
        await place.minute()
    assert SORRY in done.text()

    await place.minute()

    assert len(place.cards(thread)) == 3
    assert len(await bodies(place, "answer")) == 2
    assert await unsound(place) == []


async def test_an_outage_while_catching_up_with_another_is_caught_up_with_too(place: Town) -> None:
    thread = await debate(place)
    question = place.cards(thread)[0]
    with locked(place.bot.database):
        place.member("dee").react(question, UP)
        await place.quiet()
    with ExitStack() as lasting:
        place.discord.faults.plan(
            *HISTORY, lambda: lasting.enter_context(locked(place.bot.database))
        )
        await place.minute()
        place.member("eve").react(question, UP)
        await place.quiet()
        assert score(question) == "0 votes"

    await place.minute()

    assert score(question) == "+2 votes"
    assert await unsound(place) == []


async def test_a_bot_that_cannot_use_its_database_at_a_new_session_catches_up_later(
    place: Town,
) -> None:
    thread = await debate(place)
    question = place.cards(thread)[0]
    with locked(place.bot.database):
        place.discord.gateway.forget()
        place.member("dee").react(question, UP)
        await place.quiet()

    await place.minute()

    assert score(question) == "+1 vote"
    assert await unsound(place) == []


async def test_until_when_all_is_known_is_not_noted_for_a_server_that_missed_something(
    place: Town,
) -> None:
    thread = await debate(place)
    await place.minute()
    before = await place.bot.forum.repairs.seen_at(place.guild.id)
    with locked(place.bot.database):
        place.member("dee").react(place.cards(thread)[0], UP)
        await place.quiet()
    place.discord.faults.plan(*HISTORY, "cut", "cut")

    await place.minute()
    assert await place.bot.forum.repairs.seen_at(place.guild.id) == before

    await place.minute()
    after = await place.bot.forum.repairs.seen_at(place.guild.id)
    assert before is not None
    assert after is not None
    assert after > before
