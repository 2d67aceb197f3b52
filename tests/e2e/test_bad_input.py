"""Bad input and failures: each gets a clear answer, and nothing is lost or half done."""

import logging
import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.town import ANSWER, BODY, UP, Town, filled, labels, offer, told

TITLE = "Why does my radio only hum?"
PINGS = "@everyone @here <@&123456789012345678> <@123456789012345678>"


def messages(place: Town) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every message that the bot sent or edited, as it went over the wire."""
    for entry in place.env.http_requests:
        body = entry.json
        if not isinstance(body, dict):
            continue
        if entry.path.endswith("/callback"):
            if body.get("type") in {4, 7}:
                yield entry.path, body["data"]
        elif entry.method in {"POST", "PATCH"} and re.search("/messages|/webhooks/", entry.path):
            yield entry.path, body
        elif entry.method == "POST" and entry.path.endswith("/threads"):
            yield entry.path, body["message"]


async def test_nothing_that_the_bot_sends_can_ping_anybody(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, f"Who is {PINGS}?", body=PINGS, name="@everyone")
    answer = await place.answer(ben, thread, body=f"Ask {PINGS} about it.", name="@here")
    await place.post(ben, "Where is @everyone today?", PINGS)
    await ada.click(answer, label="Accept")
    form = await ada.click(place.card(thread), label="Edit")
    await place.fill(ada, form, body=f"Edited {PINGS}")
    more = await ben.click(place.card(thread), label="More")
    await ben.click(offer(more), label="History")
    await ben.react(answer, UP)
    shown = await ben.slash(place.welcome, "ask", title="@everyone?")
    await place.fill(ben, shown)
    await place.admin.slash(place.welcome, "settings welcome")
    sent = list(messages(place))
    assert len(sent) > 15
    for path, body in sent:
        assert body.get("allowed_mentions", {}).get("parse") == [], (path, body)
        assert not body["allowed_mentions"].get("roles")
        assert not body["allowed_mentions"].get("users")
        assert not body["allowed_mentions"].get("replied_user")


@pytest.mark.parametrize("code", [50007, 50278])
async def test_an_asker_with_closed_letters_is_mentioned_once_in_the_thread(
    place: Town, code: int
) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    path = f"/channels/{ada.user.dm_channel.id}/messages"
    place.env.inject_error("POST", path, status=403, code=code, times=None)
    await place.answer(ben, thread)
    mentions = [item for item in thread.history() if ada.mention in item.content]
    assert len(mentions) == 1
    (sent,) = [body for _, body in messages(place) if ada.mention in str(body.get("content"))]
    assert sent["allowed_mentions"]["parse"] == []
    assert sent["allowed_mentions"]["users"] in ([ada.id], [str(ada.id)])


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("   ", "The title is empty."),
        ("\u200b" * 20, "The title is empty."),
        ("\u2800" * 20, "The title is empty."),
        ("Radio?", "The title has 6 characters. Make it a little longer: 12 to 120."),
        ("R" * 121, "The title has 121 characters. Make it shorter: 12 to 120."),
        ("R" * 4000, "The title has 4000 characters. Make it shorter: 12 to 120."),
        ("a\u200bb" * 5, "The title has 10 characters."),
    ],
)
async def test_a_title_that_cannot_be_one_is_refused_and_kept(
    place: Town, title: str, why: str
) -> None:
    ada = place.member("ada")
    shown = await ada.slash(place.welcome, "ask")
    result = await place.fill(ada, shown, title=title, body=BODY)
    assert why in told(result)
    assert place.threads == []
    form = await ada.click(offer(result), label="Open my draft again")
    assert filled(form)["title"] == title


async def test_a_title_that_turns_text_around_is_made_straight(place: Town) -> None:
    thread = await place.ask(place.member("ada"), "Why is \u202ethis\u202c text\u200b backwards?")
    assert thread.name == "Why is this text backwards?"
    assert place.card(thread).embeds[0].title == thread.name


async def test_a_title_of_several_lines_is_written_on_one(place: Town) -> None:
    thread = await place.ask(place.member("ada"), "Why does\nmy   radio\r\nonly hum?")
    assert thread.name == "Why does my radio only hum?"


@pytest.mark.parametrize("body", ["", "   ", "\u200b\n\u200b", "\u202e"])
async def test_a_question_needs_no_details(place: Town, body: str) -> None:
    thread = await place.ask(place.member("ada"), TITLE, body=body)
    assert place.card(thread).embeds[0].description == "*No details were given.*"


async def test_four_thousand_chinese_signs_stand_on_one_card(place: Town) -> None:
    body = "語" * 4000
    thread = await place.ask(place.member("ada"), TITLE, body=body)
    assert "".join(str(item.embeds[0].description) for item in thread.history()) == body


async def test_a_question_of_the_greatest_size_fits(place: Town) -> None:
    thread = await place.ask(
        place.member("ada"),
        "🦆" * 120,
        body="🦆" * 4000,
        tags=" ".join("t" * 34 + str(number) for number in range(5)),
        name="🦆" * 40,
    )
    found = [embed for item in thread.history() for embed in item.embeds]
    assert sum(str(embed.description).count("🦆") for embed in found) == 4000
    assert len((thread.name or "").encode("utf-16-le")) // 2 <= 100


async def test_a_masked_link_that_lies_says_where_it_leads(place: Town) -> None:
    body = "See [discord.com](https://evil.example/login) and [the manual](https://radio.example)."
    thread = await place.ask(place.member("ada"), TITLE, body=body)
    shown = place.card(thread).embeds[0].description
    assert shown == (
        "See discord.com (leads to <https://evil.example/login>) "
        "and [the manual](https://radio.example)."
    )


async def test_a_masked_link_in_a_title_is_no_link_anywhere(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    title = "Is [this](https://evil.example) safe?"
    thread = await place.ask(ada, title)
    await place.answer(ben, thread)
    (letter,) = place.letters(ada)
    assert "](https://evil.example)" not in letter
    assert "](https://evil.example)" not in str(place.card(thread).embeds[0].title)
    shown = await ben.slash(place.welcome, "ask", title=f"{title} Or not?")
    said = told(await place.fill(ben, shown, body=BODY))
    assert "](https://evil.example)" not in said


@pytest.mark.parametrize("tags", ["a b c d e f", "-", "x" * 36, "<@1>", "ok no|pe"])
async def test_tags_that_cannot_be_are_refused_and_kept(place: Town, tags: str) -> None:
    ada = place.member("ada")
    shown = await ada.slash(place.welcome, "ask")
    result = await place.fill(ada, shown, title=TITLE, body=BODY, tags=tags)
    assert "tag" in told(result)
    assert labels(result) == ["Open my draft again"]
    assert place.threads == []


async def test_a_repeated_press_of_accept_accepts_once(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    await place.at_once(ada, answer, "Accept", times=3)
    assert "✅ Solved" in str(place.card(thread).embeds[0].author.name)
    assert await place.points(ben) == 100 + 40 + 300
    assert (await place.bot.forum.recount.guild(place.guild.id)).none


async def test_buttons_of_a_deleted_question_say_so(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    shown = await ben.click(place.card(thread), label="Answer")
    more = await ada.click(place.card(thread), label="More")
    sure = await ada.click(offer(more), label="Delete")
    await ada.click(offer(sure), label="Yes, delete it")
    result = await place.fill(ben, shown, body=ANSWER)
    assert "That post is not here any more." in told(result)
    again = await ada.click(offer(sure), label="Yes, delete it")
    assert "That post is not here any more." in told(again)


async def test_a_failing_database_is_answered_with_an_id_that_is_in_the_log(
    place: Town, caplog: pytest.LogCaptureFixture
) -> None:
    ada = place.member("ada")
    form = await ada.slash(place.welcome, "ask")
    with sqlite3.connect(place.database) as other:
        other.execute("ALTER TABLE drafts RENAME TO lost")
    other.close()
    with caplog.at_level(logging.ERROR):
        pressed = told(await place.fill(ada, form, title=TITLE, body=BODY))
        typed = told(await ada.slash(place.welcome, "draft"))
    assert place.env.errors
    for said in (pressed, typed):
        (number,) = re.findall(r"\(error ([0-9a-f]{8})\)", said)
        assert any(number in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("number", [1, 999, 2**53 - 1])
async def test_a_number_that_is_no_post_is_said_to_be_none(place: Town, number: int) -> None:
    result = await place.member("ada").slash(place.welcome, "why", number=number)
    assert f"There is no post #{number} on this server." in place.refused(result)
