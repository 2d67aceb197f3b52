"""A whole story, read as it left the bot: nobody is pinged, and the log quotes nobody."""

import ast
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.logs import Lines, Redactor
from tests.e2e.hostile import command, press, submit
from tests.e2e.test_bad_input import messages
from tests.e2e.town import DOWN, UP, Town, offer
from tests.e2e.watch import add_tags

ROOT = Path(__file__).parents[2]
SPEAKING = {
    "send",
    "reply",
    "send_message",
    "create_thread",
    "edit_message",
    "edit_original_response",
}
SHOWING = {"content", "embed", "embeds", "view", "attachments"}
TITLE = "Zebrafinch: why does it hum @everyone?"
BODY = "Quokka looked in the manual and found nothing. @here <@&1>"
ANSWER = "Turn the axolotl until it clicks, then wait. @everyone"
EDITED = "Turn the wombat instead, and wait much longer. @here"
COMMENT = "Ocelot agrees with all of that."
DRAFT = "Pangolin is what nobody shall read."
NAME = "Nightjar"
WELCOME = "Come in, capybara friends. @everyone"
SAID = ("Zebrafinch", "Quokka", "axolotl", "wombat", "Ocelot", "Pangolin", "Nightjar", "capybara")


async def play(place: Town) -> None:
    """Everything that the bot says or draws, once, with failures in between."""
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE, BODY + " More of it." * 300, tags="zebra")
    await place.ask(ada, "What is a zebrafinch made of?", BODY, name=NAME)
    answer = await place.answer(ben, thread, ANSWER + " And more. " + "🦆" * 2500)
    question = (await place.bot.forum.questions.here(place.guild.id, thread.id)).id
    await ben.send(thread, COMMENT, reply_to=answer)
    await ben.react(answer, UP)
    await ada.react(answer, DOWN)
    await ada.click(answer, label="Accept")
    form = await ben.click(answer, label="Edit")
    await place.fill(ben, form, body=EDITED)
    await press(place, ada, f"askwell:history:{question + 2}")
    own = await place.post(ben, "Zebrafinch of my own", BODY, tags=add_tags(place, *"abcde"))
    remark = await ada.send(own, COMMENT + " Twice.")
    await ada.context_menu(own, "Turn into answer", remark)
    await submit(place, ben, "askwell:asked", {"title": "Pangolin", "body": DRAFT})
    await submit(place, ben, "askwell:forged", {"body": DRAFT})
    await command(place, ben, "draft")
    await place.choose("reports_channel", str(place.welcome.id))
    await submit(place, place.admin, "askwell:welcome", {"welcome": WELCOME})
    place.env.inject_error("POST", f"/channels/{place.forum.id}/threads", status=500)
    typed = {"title": TITLE + " Again.", "body": DRAFT, "category": "Gadgets"}
    await submit(place, ben, "askwell:asked", typed)
    place.env.inject_error("PATCH", "/channels/*/messages/*", status=400, code=50035)
    await ben.react(place.card(thread), UP)
    await place.restart()
    more = await press(place, ada, f"askwell:more:{question}")
    sure = await ada.click(offer(more), label="Delete")
    await ada.click(offer(sure), label="Yes, delete it")


async def test_every_message_says_whom_it_may_mention(place: Town) -> None:
    await play(place)
    sent = list(messages(place))
    assert len(sent) > 40
    for path, body in sent:
        assert body.get("allowed_mentions", {}).get("parse") == [], (path, body)
        mentioned = body["allowed_mentions"]
        for kind in ("roles", "users", "replied_user"):
            assert not mentioned.get(kind), (path, body)


async def test_the_log_of_a_whole_story_holds_nobodys_words(
    place: Town, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await play(place)
    write = Lines(Redactor()).format
    lines = [write(record) for record in caplog.records]
    assert any(record.levelno >= logging.WARNING for record in caplog.records)
    assert any("Traceback" in line for line in lines)
    tokens = [record.token for record in place.env.backend.interactions.values()]
    assert len(tokens) > 20
    for line in lines:
        for secret in (*SAID, *tokens):
            assert secret not in line, line


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of a method by which the bot may say something."""
    for path in (*(ROOT / "bot" / "ui").glob("*.py"), *(ROOT / "cogs").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield f"{path.name}:{node.lineno}", node


def test_no_message_is_written_without_saying_whom_it_may_mention() -> None:
    looked_at = 0
    for where, call in calls():
        assert isinstance(call.func, ast.Attribute)
        given = {keyword.arg for keyword in call.keywords}
        shows = call.func.attr == "edit" and given & SHOWING
        if call.func.attr in SPEAKING or shows:
            looked_at += 1
            assert "allowed_mentions" in given, where
    assert looked_at > 10
