"""What people do in a forum, each act with what they do again after a restart and how it ends."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from tests.wire.soundness import rows
from tests.wire.state import Message
from tests.wire.town import ANSWER, BODY, DOWN, UP, Town

TITLE: Final = "Why does my radio only hum?"
LONG: Final = "🦆" * 4000
NEW: Final = "It hums since I have moved it to the kitchen."
Step = Callable[[Town], Awaitable[None]]


@dataclass(frozen=True)
class Act:
    """What somebody does, what they do again when nothing was answered, and how it ends."""

    before: Step
    act: Step
    again: Step
    ends: Callable[[Town], Awaitable[object]]
    typed: str = ""

    async def kept(self, place: Town) -> bool:
        """Say whether what was typed is stored, as a draft or as a post."""
        stored = await rows(place, "SELECT fields FROM drafts")
        drafts = [str(json.loads(row.fields)["body"]) for row in stored]
        return self.typed in [*drafts, *(body for _, _, body in await states(place))]


async def nothing(place: Town) -> None:
    """Do not."""


def question(place: Town) -> Message:
    """The first question's card."""
    return place.cards(place.threads[0])[0]


def answers(place: Town) -> list[Message]:
    """The cards of the first question's answers."""
    return place.cards(place.threads[0])[1:]


async def asked(place: Town, body: str = BODY) -> None:
    """Ada has asked."""
    await place.ask(place.member("ada"), TITLE, body)


async def answered(place: Town) -> None:
    """Ben and Cy have answered."""
    await asked(place)
    await place.answer(place.member("ben"), place.threads[0])
    await place.answer(place.member("cy"), place.threads[0], "It is the transformer, I fear.")


async def states(place: Town) -> list[tuple[str, str, str]]:
    """Kind, state and text of each post that is shown or was."""
    found = await rows(place, "SELECT kind, state, body FROM posts ORDER BY id")
    return [tuple(row) for row in found]


def asks(body: str) -> Act:
    async def act(place: Town) -> None:
        ada = place.member("ada")
        form = await ada.slash(place.welcome, "ask")
        await ada.submit(form, title=TITLE, body=body)

    async def again(place: Town) -> None:
        ada = place.member("ada")
        form = await ada.slash(place.welcome, "draft")
        form = form if form.modal else await ada.slash(place.welcome, "ask")
        await ada.submit(form, title=TITLE, body=body)

    async def ends(place: Town) -> object:
        return await states(place) == [("question", "open", body)]

    return Act(nothing, act, again, ends, body)


def answer(body: str) -> Act:
    async def act(place: Town) -> None:
        ben = place.member("ben")
        form = await ben.click(question(place), "Answer")
        await ben.submit(form, body=body)

    async def again(place: Town) -> None:
        ben = place.member("ben")
        form = await ben.slash(place.welcome, "draft")
        form = form if form.modal else await ben.click(question(place), "Answer")
        await ben.submit(form, body=body)

    async def ends(place: Town) -> object:
        return await states(place) == [("question", "open", BODY), ("answer", "open", body)]

    return Act(asked, act, again, ends, body)


def edits(old: str, new: str) -> Act:
    async def act(place: Town) -> None:
        ada = place.member("ada")
        form = await ada.click(question(place), "Edit")
        await ada.submit(form, body=new)

    async def ready(place: Town) -> None:
        await asked(place, old)

    async def ends(place: Town) -> object:
        (number,) = await rows(place, "SELECT count(*) FROM revisions")
        return (await states(place), number[0]) == ([("question", "open", new)], 2)

    return Act(ready, act, act, ends, new)


def deletes(number: int, ends_with: list[str]) -> Act:
    """Ada deletes her question (#1), or Ben his answer (#2)."""

    async def ready(place: Town) -> None:
        await asked(place, LONG)
        await place.answer(place.member("ben"), place.threads[0])
        place.member("cy").react(answers(place)[0], DOWN)
        place.member("cy").react(question(place), UP)

    async def act(place: Town) -> None:
        who = place.member("ada" if number == 1 else "ben")
        cards = place.cards(place.threads[0])
        mine = [card for card in cards if f"askwell:more:{number}" in str(card.components)]
        if mine:
            more = await who.click(mine[0], "More")
            sure = await who.click(more.messages[-1], "Delete")
            await who.click(sure.messages[-1], "Yes, delete it")

    async def ends(place: Town) -> object:
        return [state for _, state, _ in await states(place)] == ends_with

    return Act(ready, act, act, ends)


def comments() -> Act:
    async def act(place: Town) -> None:
        place.member("cy").say(place.threads[0], "Mine does that too.")

    async def ends(place: Town) -> object:
        return (await states(place))[1:] == [("comment", "open", "Mine does that too.")]

    return Act(asked, act, nothing, ends)


def promotes() -> Act:
    async def ready(place: Town) -> None:
        await asked(place)
        place.member("ben").say(place.threads[0], ANSWER)

    async def act(place: Town) -> None:
        there = place.discord.world.history(place.threads[0].id)
        message = next(m for m in there if m.content == ANSWER)
        await place.member("ben").menu("Turn into answer", message)

    async def ends(place: Town) -> object:
        found = await states(place)
        return found[1:] == [("comment", "deleted", ANSWER), ("answer", "open", ANSWER)]

    return Act(ready, act, act, ends)


def adopts(body: str) -> Act:
    async def act(place: Town) -> None:
        place.member("ada").post(place.forum, TITLE, body)

    async def ends(place: Town) -> object:
        return await states(place) == [("question", "open", body)]

    return Act(nothing, act, nothing, ends)
