"""Votes while the connection is cut or the session is lost: ballots equal reactions."""

import random
import time

import pytest

from tests.wire.mischief import Mischief
from tests.wire.people import Person
from tests.wire.state import Channel, Message
from tests.wire.town import DOWN, UP, Town, score

SIGNS = (UP, DOWN)


async def debate(place: Town) -> tuple[Channel, list[Message]]:
    """A question with an answer, and their cards."""
    thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
    await place.answer(place.member("ben"), thread)
    return thread, place.cards(thread)


def switch(who: Person, card: Message, sign: str) -> None:
    """Take the other arrow off and put this one on, as a person does it."""
    for other in SIGNS:
        who.unreact(card, other)
    who.react(card, sign)


async def test_votes_during_a_cut_are_told_by_the_replay(place: Town) -> None:
    _, (question, answer) = await debate(place)
    cy, dee = place.member("cy"), place.member("dee")
    cy.react(question, UP)
    await place.quiet()
    place.discord.gateway.cut()

    switch(cy, question, DOWN)
    dee.react(answer, UP)
    await place.quiet()

    assert place.discord.gateway.resumed == 1
    assert await place.ballots() == place.shown()
    assert (score(question), score(answer)) == ("–1 vote", "+1 vote")


async def test_votes_while_the_session_is_lost_are_counted_after_the_next_one(
    place: Town,
) -> None:
    _, (question, answer) = await debate(place)
    cy, dee, eve = place.member("cy"), place.member("dee"), place.member("eve")
    cy.react(question, UP)
    eve.react(answer, UP)
    await place.quiet()
    place.discord.gateway.forget()

    switch(cy, question, DOWN)
    dee.react(answer, UP)
    await place.quiet()

    assert (place.discord.gateway.resumed, place.discord.gateway.identified) == (0, 2)
    assert await place.ballots() == place.shown()
    assert (score(question), score(answer)) == ("–1 vote", "+2 votes")


async def test_voters_who_changed_places_during_a_lost_session_are_found_within_a_minute(
    place: Town,
) -> None:
    _, (question, _) = await debate(place)
    cy, dee = place.member("cy"), place.member("dee")
    cy.react(question, UP)
    await place.quiet()
    place.discord.gateway.forget()

    cy.unreact(question, UP)
    dee.react(question, UP)
    await place.quiet()
    await place.minute()

    assert await place.ballots() == place.shown()


async def test_super_reactions_made_while_the_session_is_lost_count_once(place: Town) -> None:
    _, (question, _) = await debate(place)
    cy, dee = place.member("cy"), place.member("dee")
    cy.react(question, UP, burst=True)
    await place.quiet()
    place.discord.gateway.forget()

    dee.react(question, UP, burst=True)
    dee.react(question, UP)
    await place.quiet()

    assert await place.ballots() == place.shown()
    assert score(question) == "+2 votes"


async def test_a_vote_stands_as_long_as_one_of_its_two_reactions(place: Town) -> None:
    _, (question, _) = await debate(place)
    cy = place.member("cy")
    cy.react(question, UP, burst=True)
    cy.react(question, UP)
    await place.quiet()

    cy.unreact(question, UP, burst=True)
    await place.quiet()

    assert await place.ballots() == place.shown()


async def test_both_arrows_put_on_while_the_session_is_lost_leave_one(place: Town) -> None:
    _, (question, _) = await debate(place)
    cy, dee = place.member("cy"), place.member("dee")
    cy.react(question, DOWN)
    await place.quiet()
    place.discord.gateway.forget()

    for who in (cy, dee):
        who.react(question, UP)
        who.react(question, DOWN)
    await place.quiet()

    assert await place.ballots() == place.shown()


async def test_a_vote_told_in_the_wrong_order_is_put_right(place: Town) -> None:
    _, (question, _) = await debate(place)
    cy = place.member("cy")
    place.discord.gateway.mischief = Mischief(window=2, chance=random.Random(1))

    cy.react(question, UP)
    cy.unreact(question, UP)
    await place.quiet()

    assert await place.ballots() == place.shown()
    assert score(question) == "0 votes"


async def test_10_000_votes_by_500_members_survive_it_all(
    place: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    place.discord.limits.pace = 1e6
    _, cards = await debate(place)
    for title in ("Where do the swifts sleep?", "Which glue holds on oiled teak?"):
        cards += place.cards(await place.ask(place.member("ada"), title))
    crowd = [place.member(f"member{n}") for n in range(500)]
    chance = random.Random(7)
    place.discord.gateway.mischief = Mischief(twice=0.3, window=40)
    start = time.perf_counter()
    for number in range(10_000):
        act(chance, chance.choice(crowd), chance.choice(cards))
        if number == 3_333:
            place.discord.gateway.cut()
        if number == 6_666:
            place.discord.gateway.forget()
        if number % 500 == 0:
            await place.quiet()
    place.discord.gateway.calm()
    await place.quiet()
    await place.minute()

    with capsys.disabled():
        spent = time.perf_counter() - start
        asked = place.discord.counted().most_common(4)
        print(f"\n10,000 votes in {spent:.1f} s; most asked: {asked}")  # noqa: T201
    assert await place.ballots() == place.shown()
    assert (await place.bot.forum.recount.guild(place.guild.id)).none


def act(chance: random.Random, who: Person, card: Message) -> None:
    """Vote, switch, or take a vote back."""
    if chance.random() < 0.2:
        for sign in SIGNS:
            who.unreact(card, sign)
    else:
        switch(who, card, chance.choice(SIGNS))
