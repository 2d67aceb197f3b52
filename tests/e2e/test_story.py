"""One question, from the first word to the accepted answer."""

from tests.e2e.town import DOWN, UP, Town, told


async def test_a_question_is_asked_answered_voted_on_and_accepted(place: Town) -> None:
    ada, ben, cy = place.member("ada"), place.member("ben"), place.member("cy")
    thread = await place.ask(ada, "Why does my radio only hum?")
    answer = await place.answer(ben, thread)
    await cy.react(answer, UP)
    await ada.react(answer, UP)
    await cy.react(place.card(thread), DOWN)

    accepted = await ada.click(place.card(thread, 1), label="Accept")

    assert told(accepted) == "This is the accepted answer now."
    assert await place.score(thread, 1) == "+2 votes"
    assert await place.score(thread) == "–1 vote"
    assert await place.points(ben) == 100 + 40 + 2 * 20 + 300
    assert (await place.bot.forum.recount.guild(place.guild.id)).none
