"""A post's further messages: what does not fit its card."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

import discord

from bot.domain.views import PostView
from bot.ui.cards import Card
from bot.ui.replies import NO_MENTIONS
from bot.ui.traces import pages_in


async def send_rest(
    thread: discord.Thread, drawn: Card, view: PostView, known: Mapping[str, int]
) -> list[int]:
    """Send what did not fit the first message, but for what is there already."""
    pages: list[int] = []
    for number, page in enumerate(drawn.rest, 1):
        there = known.get(str(page.footer.text))
        pages += [there] if there else await _send(thread, [page], view.id, number)
    return pages


async def edit_pages(
    thread: discord.Thread, view: PostView, wanted: tuple[discord.Embed, ...]
) -> list[int]:
    """Make further messages carry these pages: edit, send what is missing, delete the rest."""
    kept: list[int] = []
    there = await _there(thread, view, wanted)
    for message_id, page in zip(there, wanted, strict=False):
        try:
            edited = thread.get_partial_message(message_id)
            await edited.edit(embed=page, allowed_mentions=NO_MENTIONS)
            kept.append(message_id)
        except discord.NotFound:
            kept += await _send(thread, [page], view.id, view.version * 100 + len(kept))
    for message_id in there[len(wanted) :]:
        with suppress(discord.NotFound):
            await thread.get_partial_message(message_id).delete()
    missing = wanted[len(there) :]
    return kept + await _send(thread, missing, view.id, view.version * 100 + len(kept))


async def _there(
    thread: discord.Thread, view: PostView, wanted: tuple[discord.Embed, ...]
) -> tuple[int, ...]:
    """A post's further messages, with those that a crash kept from being noted."""
    if len(wanted) <= len(view.pages):
        return view.pages
    found = await pages_in(thread, view)
    marks = [str(page.footer.text) for page in wanted[len(view.pages) :]]
    return (*view.pages, *(found[mark] for mark in marks if mark in found))


async def _send(
    thread: discord.Thread, pages: Sequence[discord.Embed], post_id: int, start: int = 1
) -> list[int]:
    """Send further pages of a post, numbered from `start`; returns the messages' ids."""
    sent = [
        await thread.send(
            embed=page, nonce=f"askwell-{post_id}-{number}", allowed_mentions=NO_MENTIONS
        )
        for number, page in enumerate(pages, start)
    ]
    return [message.id for message in sent]
