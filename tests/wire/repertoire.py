"""All acts in which the bot is killed."""

from typing import Final

from tests.wire.acts import (
    LONG,
    NEW,
    adopts,
    answer,
    asks,
    comments,
    deletes,
    edits,
    promotes,
)
from tests.wire.choices import accepts, marks, votes
from tests.wire.town import ANSWER, BODY, DOWN, UP

ACTS: Final = {
    "ask": asks(BODY),
    "ask at length": asks(LONG),
    "answer": answer(ANSWER),
    "answer at length": answer(LONG),
    "vote": votes("", UP, "", 1),
    "vote otherwise": votes(UP, DOWN, "", -1),
    "vote otherwise, taking the old arrow off": votes(UP, DOWN, UP, -1),
    "take a vote back": votes(UP, "", UP, None),
    "accept": accepts("Accept", 0, ends_with=2),
    "take an acceptance back": accepts("Take acceptance back", 0, before=0, ends_with=None),
    "accept another": accepts("Accept", 0, before=1, ends_with=2),
    "accept another by mark": marks(0, before=1, ends_with=2),
    "take an acceptance back by mark": marks(0, before=0, ends_with=None, off=True),
    "accept by mark": marks(0, before=None, ends_with=2),
    "edit": edits(BODY, NEW),
    "edit to more pages": edits(BODY, LONG),
    "edit to fewer pages": edits(LONG, NEW),
    "delete an answer": deletes(2, ["open", "deleted"]),
    "delete a question": deletes(1, ["deleted", "deleted"]),
    "comment": comments(),
    "turn a comment into an answer": promotes(),
    "post in the forum": adopts(BODY),
}
