"""Buttons and forms whose ids nobody here wrote: one plain answer, and nothing typed is lost."""

import pytest

from bot.ui.ids import custom_id, parse
from tests.e2e.hostile import command, press, submit
from tests.e2e.town import ANSWER, BODY, Town, filled, labels, offer, told

PLAIN = (
    "This button or form is from another version of this bot, so it does nothing now. "
    "Use the buttons on a question's card, or `/ask`."
)
FORGED = [
    "askwell:answer:9223372036854775808",
    "askwell:answer:99999999999999999999",
    "askwell:answer:٣",
    "askwell:answer:1\n",
    "askwell:answer:-1",
    "askwell:answer: 1",
    "askwell:answer:1:",
    "askwell:answer:1_0",
    "askwell:ANSWER:1",
    "askwell:drop-everything:1",
    "askwell",
    "askwell:",
    "askwell::::",
    "askwell:__init__",
    "askwell:answer:'; DROP TABLE posts; --",
]


@pytest.mark.parametrize("forged", FORGED)
async def test_a_forged_id_gets_one_plain_answer(place: Town, forged: str) -> None:
    assert told(await press(place, place.member("eve"), forged)) == PLAIN
    assert told(await submit(place, place.member("eve"), forged, {})) == PLAIN
    assert not place.env.errors


@pytest.mark.parametrize("extra", [-1, 1, 2])
async def test_every_action_refuses_another_count_of_numbers(place: Town, extra: int) -> None:
    eve = place.member("eve")
    routes = place.bot.router._routes
    assert len(routes) > 15
    for action, route in routes.items():
        count = max(route.counts) + extra if extra > 0 else min(route.counts) - 1
        if count >= 0:
            assert told(await press(place, eve, custom_id(action, *[1] * count))) == PLAIN, action


@pytest.mark.parametrize("number", [0, 2**63 - 1])
async def test_the_smallest_and_the_greatest_number_reach_no_post(place: Town, number: int) -> None:
    eve = place.member("eve")
    for action, route in place.bot.router._routes.items():
        for count in route.counts - {0}:
            said = told(await press(place, eve, custom_id(action, *[number] * count)))
            assert "went wrong" not in said, (action, said)
            submitted = await submit(
                place, eve, custom_id(action, *[number] * count), {"body": BODY, "title": "Any"}
            )
            assert "went wrong" not in told(submitted), action
    assert place.threads == []


async def test_an_id_of_somebody_else_is_left_alone(place: Town) -> None:
    result = await press(place, place.member("eve"), "poll:answer:1")
    assert not result.acknowledged


@pytest.mark.parametrize("old", ["askwell:answered", "askwell:edited:1:1", "askwell:reply:7"])
async def test_a_form_of_another_version_keeps_what_was_typed(place: Town, old: str) -> None:
    ada = place.member("ada")
    result = await submit(place, ada, old, {"body": ANSWER, "tags": ""})
    assert told(result).startswith(PLAIN)
    assert labels(result) == ["Open my draft again"]
    form = await ada.click(offer(result), label="Open my draft again")
    assert filled(form)["body"] == ANSWER


async def test_an_empty_form_of_another_version_leaves_no_draft(place: Town) -> None:
    ada = place.member("ada")
    await submit(place, ada, "askwell:answered", {"body": ""})
    assert "no draft" in told(await command(place, ada, "draft"))


async def test_a_forged_form_in_private_messages_is_refused_in_words(place: Town) -> None:
    result = await submit(place, place.member("ada").user, "askwell:answered", {"body": ANSWER})
    assert told(result) == PLAIN


@pytest.mark.parametrize("text", [*FORGED, "", "x" * 100, "askwell:answer\u200b:1"])
def test_no_forged_id_can_be_read(text: str) -> None:
    found = parse(text)
    assert found is None or found.action == "drop-everything"


def test_an_id_is_read_as_it_was_written() -> None:
    for numbers in [(), (0,), (1, 2, 3), (2**63 - 1,)]:
        found = parse(custom_id("answered-again", *numbers))
        assert found is not None
        assert (found.action, found.numbers) == ("answered-again", numbers)
