"""The bot within Discord's limits: it never asks too often, and every card ends right."""

from pathlib import Path

from tests.wire.limits import MESSAGE
from tests.wire.state import Message
from tests.wire.town import DOWN, UP, Town, score, town

EDIT = f"PATCH {MESSAGE}"
STRAY = "discord.py itself may come a moment early at a window's edge, but not often"


async def morning(place: Town) -> None:
    """A bit of everything: discord.py learns with its first requests which share a limit."""
    thread = await place.ask(place.member("dee"), "Where do the swifts sleep?")
    card, eve = place.cards(thread)[0], place.member("eve")
    for sign in (UP, DOWN):
        eve.react(card, sign)
        await place.quiet()
    place.discord.gateway.forget()
    await place.quiet()
    await place.minute()
    place.discord.limits.exceeded.clear()
    place.discord.limited.clear()


async def evening(place: Town) -> list[Message]:
    """Two questions, three answers, and forty members who vote on everything, some twice."""
    ada, ben = place.member("ada"), place.member("ben")
    radio = await place.ask(ada, "Why does my radio only hum?")
    glue = await place.ask(ben, "Which glue holds on oiled teak?")
    for who, thread in ((ben, radio), (ada, glue), (place.member("cy"), glue)):
        await place.answer(who, thread, f"Ask {who.user.name} about it, they know such things.")
    crowd = [place.member(f"member{n}") for n in range(40)]
    for card in [*place.cards(radio), *place.cards(glue)]:
        for number, who in enumerate(crowd):
            who.react(card, UP)
            if number % 10 == 0:
                who.react(card, DOWN)
    await place.quiet()
    return [*place.cards(radio), *place.cards(glue)]


async def test_the_bot_asks_no_more_often_than_discord_allows(file: Path) -> None:
    async with town(file, pace=20) as place:
        await morning(place)
        cards = await evening(place)

        limits, calls = place.discord.limits, len(place.discord.calls)
        assert len(limits.exceeded) <= calls // 100, STRAY
        assert limits.too_early == []
        assert {score(card) for card in cards} == {"+32 votes"}
        assert await place.ballots() == place.shown()


async def test_a_429_on_every_route_is_waited_out_and_nothing_is_lost(file: Path) -> None:
    async with town(file, pace=1000) as place:
        await morning(place)
        place.discord.limits.first_refused_for = 0.02
        cards = await evening(place)

        limits = place.discord.limits
        assert len(place.discord.limited) > 10
        assert len(limits.exceeded) <= len(place.discord.calls) // 100, STRAY
        assert limits.too_early == []
        assert {score(card) for card in cards} == {"+32 votes"}
        assert await place.ballots() == place.shown()
        assert place.discord.refused == []


async def test_edits_of_old_cards_are_kept_within_their_limit(file: Path) -> None:
    async with town(file, pace=20, redraw_seconds=0.1) as place:
        thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
        place.discord.world.clock.skip(hours=2)
        card = place.cards(thread)[0]

        for number in range(30):
            place.member(f"member{number}").react(card, UP)
            await place.told()
        await place.quiet()

        assert place.discord.counted()[EDIT] < 12
        assert score(card) == "+30 votes"


async def test_a_burst_of_1_000_votes_is_three_edits_at_most(file: Path) -> None:
    async with town(file, redraw_seconds=0.5) as place:
        thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
        card = place.cards(thread)[0]
        crowd = [place.member(f"member{n}") for n in range(1_000)]
        await place.quiet()
        before = place.discord.counted()[EDIT]

        for who in crowd:
            who.react(card, UP)
        await place.quiet()

        assert place.discord.counted()[EDIT] - before <= 3
        assert score(card) == "+1.0k votes"
