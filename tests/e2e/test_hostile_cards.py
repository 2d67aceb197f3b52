"""Cards of any text at all: Discord takes them, and no letter of the body is lost."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import discord
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.pages import utf16
from bot.domain.posts import Kind, Stage, State
from bot.domain.ranking import RankedAnswer
from bot.domain.views import Author, Edit, PostView
from bot.ui.cards import card

AT = datetime(2026, 3, 1, tzinfo=UTC)
LIMITS = {"title": 256, "description": 4096}
SIGNS = st.sampled_from("a \n`*_[]()@<>#\\-~|.\u202e\u200b\u200d\ufe0f🦆語\u0301🇦\U000e0061\x00")
TEXTS = st.one_of(st.text(max_size=300), st.text(SIGNS, max_size=300))
BODIES = st.builds(lambda text, times: (text * times)[:4000], TEXTS, st.integers(1, 400))
TAGS = st.lists(st.text("ab1語-", min_size=1, max_size=35), max_size=5).map(tuple)


def answers(name: str, text: str, count: int) -> tuple[RankedAnswer, ...]:
    return tuple(
        RankedAnswer(2**60 + n, -n * 10**9, n == 0, AT, name, 2**63 - 1, text[:60])
        for n in range(count)
    )


def view(kind: Kind, title: str, body: str, name: str, tags: tuple[str, ...]) -> PostView:
    asked = kind is Kind.QUESTION
    return PostView(
        id=2**62,
        guild_id=2**63 - 1,
        kind=kind,
        state=State.OPEN,
        version=1,
        drawn_version=0,
        forum_id=1,
        thread_id=2**63 - 1,
        message_id=2**63 - 1,
        source_id=None,
        question_id=2**62,
        title=title,
        body=body,
        author=Author(1, name[:40], -(10**12)),
        created_at=AT,
        edited=Edit(AT, name[:40]),
        ups=10**12,
        downs=0,
        image="a" * 80 + ".png",
        notify=False,
        asker_id=1,
        question_title=title,
        category="語" * 20,
        tags=tags if asked else (),
        accepted=not asked,
        stage=Stage.SOLVED,
        answers=answers(name[:40], body, 7) if asked else (),
    )


def units(embed: discord.Embed) -> int:
    """What counts towards the 6,000 of a message."""
    data: Any = embed.to_dict()
    parts = [data.get("title", ""), data.get("description", "")]
    parts += [data.get("footer", {}).get("text", ""), data.get("author", {}).get("name", "")]
    for field in data.get("fields", ()):
        assert 1 <= utf16(field["name"]) <= 256
        assert 1 <= utf16(field["value"]) <= 1024
        parts += [field["name"], field["value"]]
    for name, limit in LIMITS.items():
        assert utf16(data.get(name, "")) <= limit
    assert utf16(data.get("author", {}).get("name", "")) <= 256
    return sum(map(utf16, parts))


def letters(text: str) -> str:
    """A text without white space, and without the fences that pages open and close."""
    return "".join("".join(text.split()).replace("```", ""))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([Kind.QUESTION, Kind.ANSWER]), TEXTS, BODIES, TEXTS, TAGS)
@example(Kind.QUESTION, "🦆" * 250, "🦆" * 4000, "@" * 40, ("x" * 35,) * 5)
@example(Kind.QUESTION, "*" * 250, "`" * 4000, "\\" * 40, ())
@example(Kind.ANSWER, "", "\u0301" * 4000, "[]()" * 10, ())
def test_discord_takes_any_card_and_no_letter_of_it_is_lost(
    kind: Kind, title: str, body: str, name: str, tags: tuple[str, ...]
) -> None:
    drawn = card(view(kind, title[:250], body, name, tags))
    pages = [drawn.first, *drawn.rest]
    for page in pages:
        assert units(page) <= 6000
    shown = "".join(letters(str(page.description or "")) for page in pages)
    if "](" not in body.lower() and "`" not in body and body.strip():
        assert letters(body) in shown


@given(TEXTS, BODIES)
@settings(max_examples=25, deadline=None)
def test_a_tombstone_says_nothing_of_what_stood_there(title: str, body: str) -> None:
    gone = replace(view(Kind.QUESTION, title, body, title, ()), state=State.DELETED)
    plain = replace(view(Kind.QUESTION, "", "", "", ()), state=State.DELETED)
    assert card(gone).first.to_dict() == card(plain).first.to_dict()
    assert card(gone).rest == ()
