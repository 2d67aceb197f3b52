"""The unmodified bot over the wire, from log-in to the accepted answer."""

from tests.wire.town import DOWN, UP, Town, score


async def test_a_question_is_asked_answered_voted_on_and_accepted(place: Town) -> None:
    ada, ben, cy = place.member("ada"), place.member("ben"), place.member("cy")
    thread = await place.ask(ada, "Why does my radio only hum?")
    answer = await place.answer(ben, thread)
    cy.react(answer, UP)
    ada.react(answer, UP)
    cy.react(place.cards(thread)[0], DOWN)
    await place.quiet()

    done = await ada.click(answer, "Accept")
    await place.quiet()

    assert done.text() == "This is the accepted answer now."
    assert score(answer) == "+2 votes"
    assert score(place.cards(thread)[0]) == "–1 vote"
    assert place.discord.refused == []
    assert await place.ballots() == place.shown()
