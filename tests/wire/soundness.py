"""Whether Discord and the database agree, and nothing is left half-way."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import discord
from sqlalchemy import text

from bot.domain.posts import Kind, State
from bot.domain.views import PostView
from bot.ui.buttons import of_card
from bot.ui.cards import card
from bot.ui.tags import due
from tests.wire.state import DM, Channel, Message
from tests.wire.town import DOWN, UP, Town

NOTICES: Final = ("there is a new answer", "-# Discord allows five tags")


async def unsound(place: Town) -> list[str]:
    """All that is wrong, in words; empty when all is well."""
    views = await _views(place)
    found = [problem async for problem in _votes(place)]
    found += [problem for view in views for problem in _post(place, view)]
    found += [problem async for problem in _threads(place, views)]
    found += [problem async for problem in _words(place, views)]
    found += [problem async for problem in _drafts(place)]
    return found


async def rows(place: Town, statement: str) -> list[Any]:
    """What is stored."""
    async with place.bot.database.read() as tx:
        return list(await tx.execute(text(statement)))


async def _views(place: Town) -> list[PostView]:
    views = []
    for row in await rows(place, "SELECT id FROM posts WHERE kind != 'comment' ORDER BY id"):
        view = await place.bot.forum.cards.view(place.guild.id, row.id)
        assert view is not None
        views.append(view)
    return views


async def _votes(place: Town) -> AsyncIterator[str]:
    """Ballots are reactions, numbers are ballots."""
    stored: dict[int, dict[int, int]] = {}
    statement = (
        "SELECT p.message_id, b.voter_id, b.vote FROM ballots b JOIN posts p ON p.id = b.post_id"
        " WHERE p.state = 'open'"
    )
    for message, voter, vote in await rows(place, statement):
        stored.setdefault(message, {})[voter] = vote
    shown = {message: votes for message, votes in place.shown().items() if votes}
    if stored != shown:
        yield f"the ballots are {stored}, the reactions {shown}"
    differs = await place.bot.forum.recount.guild(place.guild.id)
    if not differs.none:
        yield f"a recount differs: {differs}"


def _post(place: Town, view: PostView) -> Iterator[str]:
    """One post, and the messages it stands in."""
    if view.state is State.OPENING:
        yield f"#{view.id} is half-way"
    if view.state is State.ABANDONED or view.message_id is None:
        return
    if view.version != view.drawn_version:
        yield f"#{view.id} is at version {view.version}, drawn at {view.drawn_version}"
    there = place.discord.world.messages.get(view.thread_id or 0, {})
    message = there.get(view.message_id)
    if message is not None:
        yield from _card(view, message, there)
    elif view.state is State.OPEN:
        yield f"#{view.id} has no message"


def _card(view: PostView, message: Message, there: dict[int, Message]) -> Iterator[str]:
    drawn = card(view)
    if message.embeds != [drawn.first.to_dict()]:
        yield f"#{view.id} shows {message.embeds}, not {drawn.first.to_dict()}"
    if message.components != of_card(view).to_components():
        yield f"#{view.id} has the buttons {message.components}"
    pages = [there[page].embeds for page in view.pages if page in there]
    if pages != [[page.to_dict()] for page in drawn.rest]:
        yield f"#{view.id} has {len(pages)} pages of {len(drawn.rest)}, or older ones"
    files = {file["filename"] for file in message.attachments}
    if view.image and view.source_id is None and view.image not in files:
        yield f"#{view.id} has lost its image"
    bare = [sign for sign in (UP, DOWN) if not message.reactions.get(sign)]
    if bare and view.state is State.OPEN:
        yield f"#{view.id} has no {bare}"


async def _threads(place: Town, views: list[PostView]) -> AsyncIterator[str]:
    """No thread or message of the bot's stands there for nothing, none twice."""
    own, world = place.discord.world.bot.id, place.discord.world
    known = {view.message_id for view in views} | {page for view in views for page in view.pages}
    questions = Counter(
        view.thread_id
        for view in views
        if view.kind is Kind.QUESTION and view.state in {State.OPEN, State.DELETED}
    )
    for thread in place.threads:
        if questions[thread.id] != 1:
            yield f"thread {thread.id} shows {questions[thread.id]} questions"
        for message in world.history(thread.id):
            notice = any(words in message.content for words in NOTICES)
            if message.author_id == own and message.id not in known and not notice:
                yield f"message {message.id} is an orphan: {message.embeds or message.content}"
        for problem in await _tags(place, thread, views):
            yield problem


async def _tags(place: Town, thread: Channel, views: list[PostView]) -> list[str]:
    known = place.bot.get_channel(thread.id)
    row = await place.bot.forum.settings.forum(place.guild.id, place.forum.id)
    assert isinstance(known, discord.Thread)
    assert row is not None
    mine = [view for view in views if (view.kind, view.thread_id) == (Kind.QUESTION, thread.id)]
    return [f"#{view.id} wears wrong tags" for view in mine if due(known, row.tags, view)]


async def _words(place: Town, views: list[PostView]) -> AsyncIterator[str]:
    """Questions that show can be found; each comment is kept once; no letter came twice."""
    number = "rowid" if place.bot.database.is_sqlite else "post_id"
    found = {row[0] for row in await rows(place, f"SELECT {number} FROM post_search")}
    shown = {v.id for v in views if (v.kind, v.state) == (Kind.QUESTION, State.OPEN)}
    if found != shown:
        yield f"{found} can be found, {shown} are shown"
    kept = (
        "SELECT coalesce(source_id, message_id) AS at FROM posts"
        " WHERE state = 'open' AND (kind = 'comment' OR source_id IS NOT NULL)"
    )
    times = Counter(row.at for row in await rows(place, kept))
    world = place.discord.world
    told = {m.id for t in place.threads for m in world.history(t.id) if m.author_id != world.bot.id}
    if times != Counter(told):
        yield f"members' messages {told} are kept as {times}"
    private = [world.messages[there.id] for there in world.channels.values() if there.type == DM]
    if any(len({m.content for m in box.values()}) < len(box) for box in private):
        yield "a letter came twice"


async def _drafts(place: Town) -> AsyncIterator[str]:
    """No draft of what was posted is offered as if it was not."""
    origins = await rows(place, "SELECT origin FROM posts WHERE state = 'open'")
    posted = {row.origin.split(":")[1] for row in origins if not row.origin.startswith("message")}
    for row in await rows(place, "SELECT id, kind FROM drafts WHERE kind != 'edit'"):
        if str(row.id) in posted:
            yield f"draft {row.id} was posted and is still there"
