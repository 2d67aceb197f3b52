"""What Discord does to the bot on a bad day, and what people notice of it."""

from pathlib import Path

from tests.wire.limits import MESSAGE
from tests.wire.town import BODY, UP, Town, score, town

SEND = ("POST", "/channels/{channel_id}/messages")
HISTORY = ("GET", "/channels/{channel_id}/messages")
THREADS = ("POST", "/channels/{channel_id}/threads")


async def test_a_members_own_post_is_adopted_once_its_first_message_is_there(place: Town) -> None:
    ada = place.member("ada")
    thread = ada.begin_post(place.forum, "Why does my radio only hum?")
    await place.quiet()
    assert place.cards(thread) == []

    ada.finish_post(thread, BODY)
    await place.quiet()

    assert len(place.cards(thread)) == 1
    assert place.discord.refused == []


async def test_without_the_content_intent_the_forum_works_by_command(file: Path) -> None:
    async with town(file, message_content=False) as place:
        place.discord.world.reads_content = False
        thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
        answer = await place.answer(place.member("ben"), thread)
        place.member("cy").react(answer, UP)
        await place.quiet()

        assert score(answer) == "+1 vote"
        assert place.discord.refused == []


async def test_an_answer_stands_although_its_asker_cannot_be_told(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, "Why does my radio only hum?")
    ada.user.takes_letters = False
    form = await ben.click(place.cards(thread)[0], "Answer")
    place.discord.faults.plan(*SEND, None, None, 403)

    done = await ben.submit(form, body="Turn the left knob until it clicks.")
    await place.quiet()

    assert "Your answer is here" in done.text()
    assert len(place.cards(thread)) == 2


async def test_a_500_while_asking_makes_one_question(place: Town) -> None:
    place.discord.faults.plan(*THREADS, 500)

    await place.ask(place.member("ada"), "Why does my radio only hum?")

    assert len(place.threads) == 1


async def test_catching_up_that_was_cut_off_is_done_within_a_minute(place: Town) -> None:
    thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
    card = place.cards(thread)[0]
    place.discord.gateway.forget()
    place.member("cy").react(card, UP)
    place.discord.faults.plan(*HISTORY, "cut", "cut")
    await place.quiet()
    assert score(card) == "0 votes"

    await place.minute()

    assert score(card) == "+1 vote"
    assert await place.ballots() == place.shown()


async def test_a_drawing_that_was_cut_off_is_done_within_a_minute(place: Town) -> None:
    thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
    place.discord.faults.plan("PATCH", MESSAGE, "cut")
    place.member("cy").react(place.cards(thread)[0], UP)
    await place.quiet()

    await place.minute()

    assert score(place.cards(thread)[0]) == "+1 vote"


async def test_a_vote_on_ones_own_post_is_taken_off_and_explained_once(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, "Why does my radio only hum?")
    for _ in range(2):
        ada.react(place.cards(thread)[0], UP)
        await place.quiet()

    letters = [m for c in place.discord.world.messages.values() for m in c.values()]
    told = [m.content for m in letters if "was not counted" in m.content]
    assert len(told) == 1
    assert await place.ballots() == place.shown()
