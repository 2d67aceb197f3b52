"""Discord creates what it says it did not: one of each stands in the end, and none for nothing."""

from tests.wire.soundness import unsound
from tests.wire.town import ANSWER, BODY, Town

TITLE = "Why does my radio only hum?"
SEND = ("POST", "/channels/{channel_id}/messages")
THREADS = ("POST", "/channels/{channel_id}/threads")
DELETE = ("DELETE", "/channels/{channel_id}")


async def ask_in_vain(place: Town) -> None:
    """Ask a question of which Discord does not say that it stands."""
    ada = place.member("ada")
    place.discord.faults.plan(*THREADS, "late cut")
    form = await ada.slash(place.welcome, "ask")
    done = await ada.submit(form, title=TITLE, body=BODY)
    assert "not your fault" in done.text()


async def test_a_thread_created_although_discord_answered_500_does_not_stay(place: Town) -> None:
    place.discord.faults.plan(*THREADS, "late")

    await place.ask(place.member("ada"), TITLE)

    assert len(place.threads) == 1
    assert await unsound(place) == []


async def test_a_question_given_up_leaves_no_thread_and_can_be_asked_again(place: Town) -> None:
    await ask_in_vain(place)
    await place.quiet()
    await place.minute()
    assert place.threads == []

    ada = place.member("ada")
    await ada.submit(await ada.slash(place.welcome, "draft"))
    await place.quiet()

    assert len(place.threads) == 1
    assert await unsound(place) == []


async def test_an_answer_given_up_leaves_no_card(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    ben = place.member("ben")
    form = await ben.click(place.cards(thread)[0], "Answer")
    place.discord.faults.plan(*SEND, "late cut")

    done = await ben.submit(form, body=ANSWER)
    await place.quiet()
    await place.minute()

    assert "not your fault" in done.text()
    assert len(place.cards(thread)) == 1
    assert await unsound(place) == []


async def test_a_stray_that_could_not_be_deleted_is_deleted_after_the_next_session(
    place: Town,
) -> None:
    place.discord.faults.plan(*DELETE, 403)
    await ask_in_vain(place)
    await place.quiet()
    await place.minute()
    assert len(place.threads) == 1

    place.discord.gateway.forget()
    await place.quiet()

    assert place.threads == []


async def test_a_stray_that_somebody_wrote_in_stays(place: Town) -> None:
    place.discord.faults.plan(*DELETE, 403)
    await ask_in_vain(place)
    await place.quiet()
    await place.minute()
    place.member("cy").say(place.threads[0], "Mine does that too.")

    place.discord.gateway.forget()
    await place.quiet()

    assert len(place.threads) == 1
