"""Voting and accepting, as acts."""

from typing import Final

from tests.wire.acts import Act, answered, answers, nothing
from tests.wire.soundness import rows
from tests.wire.state import Message
from tests.wire.town import Town, placed

MARK: Final = "✅"


def votes(before: str, put: str, taken: str, value: int | None) -> Act:
    """Dee's vote on Ben's answer."""

    async def ready(place: Town) -> None:
        await answered(place)
        if before:
            place.member("dee").react(answers(place)[0], before)

    async def act(place: Town) -> None:
        if taken:
            place.member("dee").unreact(answers(place)[0], taken)
        if put:
            place.member("dee").react(answers(place)[0], put)

    async def ends(place: Town) -> object:
        found = await rows(place, "SELECT vote FROM ballots")
        return [row.vote for row in found] == ([] if value is None else [value])

    return Act(ready, act, nothing, ends)


def accepts(label: str, number: int, *, before: int | None = None, ends_with: int | None) -> Act:
    """Ada's choice by a button; answers are #2 and #3."""

    async def ready(place: Town) -> None:
        await answered(place)
        if before is not None:
            place.member("ada").react(answers(place)[before], MARK)

    async def act(place: Town) -> None:
        await place.member("ada").click(answers(place)[number], label)

    async def again(place: Town) -> None:
        card = answers(place)[number]
        if label in card_labels(card):
            await place.member("ada").click(card, label)

    async def ends(place: Town) -> object:
        return await chosen(place) == ends_with

    return Act(ready, act, again, ends)


def marks(number: int, *, before: int | None, ends_with: int | None, off: bool = False) -> Act:
    """Ada's choice by ✅."""

    async def ready(place: Town) -> None:
        await answered(place)
        if before is not None:
            place.member("ada").react(answers(place)[before], MARK)

    async def act(place: Town) -> None:
        ada, card = place.member("ada"), answers(place)[number]
        if off:
            ada.unreact(card, MARK)
        else:
            ada.react(card, MARK)

    async def ends(place: Town) -> object:
        return await chosen(place) == ends_with

    return Act(ready, act, nothing, ends)


async def chosen(place: Town) -> int | None:
    """The accepted answer, which must be the only one that Ada has marked."""
    (found,) = await rows(place, "SELECT accepted_id FROM posts WHERE kind = 'question'")
    marked = [
        number
        for number, card in enumerate(answers(place), 2)
        if place.member("ada").id in placed(card, MARK)
    ]
    assert marked in ([], [found.accepted_id]), f"{marked} are marked, not {found.accepted_id}"
    return None if found.accepted_id is None else int(found.accepted_id)


def card_labels(card: Message) -> list[str]:
    return [part["label"] for row in card.components for part in row["components"]]
