"""A storm of everything: no more requests than Discord allows, and few that it refuses."""

from pathlib import Path

import discord
import pytest

from tests.wire.limits import MESSAGE, REACTION
from tests.wire.soundness import unsound
from tests.wire.state import Channel, Message
from tests.wire.town import BODY, DOWN, UP, Town, score, town

TAKEN_OFF = f"DELETE {REACTION}/{{user_id}}"
EDIT = f"PATCH {MESSAGE}"
STRAY = "discord.py itself may come a moment early at a window's edge, but not often"


def forbid(place: Town, *names: str) -> None:
    """Deny the bot permissions in the question forum, and tell of it."""
    deny = discord.Permissions(**dict.fromkeys(names, True)).value
    rule = {"id": str(place.discord.world.bot.id), "type": 1, "allow": "0", "deny": str(deny)}
    place.forum.overwrites = {place.discord.world.bot.id: rule} if names else {}
    place.discord.tell_of_channel(place.forum)


def invalid(place: Town) -> int:
    """Requests that count towards a ban: 401, 403 and 429 but for shared limits."""
    refused = [told for told in place.discord.refused if " 401 " in told or " 403 " in told]
    return len(refused) + len(place.discord.limited)


async def crowd_votes(place: Town, card: Message, sign: str, number: int) -> None:
    for each in range(number):
        place.member(f"member{each}").react(card, sign)
    await place.quiet()


async def debate(place: Town) -> tuple[Channel, list[Message]]:
    thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
    await place.answer(place.member("ben"), thread)
    return thread, place.cards(thread)


async def test_a_storm_of_everything_keeps_within_all_limits(file: Path) -> None:
    async with town(file, pace=20) as place:
        thread, (question, answer) = await debate(place)
        ada = place.member("ada")
        await crowd_votes(place, question, UP, 2)
        place.discord.limits.exceeded.clear()
        for number in range(6):
            await place.ask(place.member(f"asker{number}"), f"Where does the {number}th swift go?")
        own = ada.post(place.forum, "Which glue holds on oiled teak?", BODY)
        for number in range(4):
            own.name = f"Which glue holds on oiled teak, part {number}?"
            place.discord.tell_of_channel(own)
            thread.applied_tags = []
            place.discord.tell_of_channel(thread)
            for each in range(8):
                place.member(f"member{each}").react(answer, (UP, DOWN)[number % 2])
                ada.react(question, UP)
        await place.quiet()

        calls = len(place.discord.calls)
        assert len(place.discord.limits.exceeded) <= max(2, calls // 100), STRAY
        assert place.discord.limits.too_early == []
        assert invalid(place) <= max(2, calls // 100), STRAY
        assert place.discord.counted()["PATCH /channels/{channel_id}"] < 12
        assert (score(question), score(answer)) == ("+2 votes", "–8 votes")
        assert await unsound(place) == []


async def test_refused_votes_are_left_there_where_they_may_not_be_taken_off(place: Town) -> None:
    _, (question, answer) = await debate(place)
    await crowd_votes(place, answer, UP, 1)
    forbid(place, "manage_messages")
    await place.quiet()
    place.discord.refused.clear()
    place.discord.calls.clear()

    for _ in range(10):
        place.member("ada").react(question, UP)
        await place.quiet()
        place.discord.unreact(question, UP, place.member("ada").id)
    await crowd_votes(place, answer, DOWN, 30)

    assert place.discord.counted()[TAKEN_OFF] == 0
    assert place.discord.refused == []
    assert score(answer) == "–30 votes"


async def test_they_are_taken_off_again_once_the_permission_is_back(place: Town) -> None:
    _, (question, _) = await debate(place)
    forbid(place, "manage_messages")
    await place.quiet()
    forbid(place)
    place.member("ada").react(question, UP)
    await place.quiet()

    assert place.discord.counted()[TAKEN_OFF] == 1
    assert await unsound(place) == []


async def test_cards_in_a_forum_out_of_sight_are_not_asked_for_and_drawn_later(place: Town) -> None:
    cards = [(await debate(place))[1][0]]
    for number in range(4):
        thread = await place.ask(place.member("ada"), f"Where does the {number}th swift sleep?")
        cards.append(place.cards(thread)[0])
    forbid(place, "view_channel")
    await place.quiet()
    place.discord.refused.clear()
    for card in cards:
        place.member("cy").react(card, UP)
    for _ in range(5):
        await place.minute()
    assert place.discord.refused == []

    forbid(place)
    await place.quiet()
    await place.minute()

    assert {score(card) for card in cards} == {"+1 vote"}


async def test_cards_in_locked_archived_threads_are_not_asked_for_without_the_permission(
    place: Town,
) -> None:
    thread, (question, _) = await debate(place)
    forbid(place, "manage_threads")
    place.member("cy").react(question, UP)
    thread.locked = thread.archived = True
    thread.archived_at = place.discord.world.clock.now()
    place.discord.tell_of_channel(thread)
    await place.quiet()
    place.discord.refused.clear()
    for _ in range(3):
        await place.minute()

    assert place.discord.refused == []


async def test_missing_arrows_are_not_put_on_where_that_is_not_allowed(place: Town) -> None:
    _, cards = await debate(place)
    for card in cards:
        card.reactions.clear()
    forbid(place, "add_reactions")
    await place.quiet()
    place.discord.gateway.forget()
    await place.quiet()

    assert place.discord.refused == []


@pytest.mark.parametrize("name", ["send_messages_in_threads", "embed_links"])
async def test_a_post_that_may_not_be_adopted_is_asked_for_once_a_session(
    place: Town, name: str
) -> None:
    forbid(place, name)
    await place.quiet()
    place.member("ada").post(place.forum, "Which glue holds on oiled teak?", BODY)
    await place.quiet()
    for _ in range(4):
        await place.minute()

    assert 1 <= invalid(place) <= 3
