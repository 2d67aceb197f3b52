"""A post as Discord shows it. Pure: a view in, embeds out.

Limits (reference: platform 1): embed description 4096, title and author 256, field 1024,
6000 over all embeds of a message; counted here in UTF-16 units, which is the safe reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.domain.masks import unmask
from bot.domain.pages import split, utf16
from bot.domain.posts import Kind, Stage, State
from bot.domain.ranking import RankedAnswer
from bot.domain.text import answers_text, byline, cut_at_word, escape, plain_title, votes_text
from bot.domain.views import PostView
from bot.ui.links import jump

DESCRIPTION_LIMIT = 4096
MESSAGE_LIMIT = 6000
TITLE_LIMIT = 256
FIELD_LIMIT = 1024
TOP_ANSWERS = 5
EXCERPT_LIMIT = 50
NO_DETAILS = "*No details were given.*"
SIGNS = {
    Stage.UNANSWERED: "❔ Unanswered",
    Stage.ANSWERED: "💬 Answered",
    Stage.SOLVED: "✅ Solved",
    Stage.CLOSED: "🔒 Closed",
}
COLOURS = {
    Stage.UNANSWERED: discord.Colour.gold(),
    Stage.ANSWERED: discord.Colour.blurple(),
    Stage.SOLVED: discord.Colour.green(),
    Stage.CLOSED: discord.Colour.light_grey(),
}


@dataclass(frozen=True, slots=True)
class Card:
    """The embeds of a post's first message, and one embed for each further message."""

    first: discord.Embed
    rest: tuple[discord.Embed, ...] = ()


def card(view: PostView) -> Card:
    """Draw a post; what does not fit its message goes on in the next."""
    if view.state is State.DELETED:
        return Card(_tombstone(view))
    first = _frame(view)
    text = _text(view)
    room = min(DESCRIPTION_LIMIT, MESSAGE_LIMIT - _size(first))
    pages = split(text, room, DESCRIPTION_LIMIT)
    first.description = pages[0]
    rest = tuple(
        discord.Embed(description=page, colour=first.colour).set_footer(
            text=page_mark(view.id, number)
        )
        for number, page in enumerate(pages[1:], 2)
    )
    return Card(first, rest)


def page_mark(post_id: int, number: int) -> str:
    """What stands at the foot of a post's further message."""
    return f"#{post_id}, part {number}"


def _text(view: PostView) -> str:
    """What stands in the description: the body, after a title too long for its place."""
    if view.kind is Kind.QUESTION and view.source_id is not None:
        link = jump(view.guild_id, view.thread_id, view.source_id)
        return f"The question is [the first message of this thread]({link})."
    body = unmask(view.body)
    if view.kind is Kind.QUESTION:
        body = body or NO_DETAILS
        if utf16(view.title) > TITLE_LIMIT:
            return f"**{view.title}**\n\n{body}"
    return body


def _frame(view: PostView) -> discord.Embed:
    """All of the first embed but its text."""
    if view.kind is Kind.QUESTION:
        embed = discord.Embed(colour=COLOURS[view.stage], title=_title(view.title))
        head = [votes_text(view.net), answers_text(view.answer_count), SIGNS[view.stage]]
    else:
        colour = discord.Colour.green() if view.accepted else discord.Colour.dark_grey()
        embed = discord.Embed(colour=colour)
        head = [votes_text(view.net)] + (["✅ Accepted answer"] if view.accepted else [])
    embed.set_author(name=" · ".join(head))
    embed.add_field(name=f"{view.kind.capitalize()} #{view.id}", value=_bylines(view), inline=False)
    if view.tags:
        tags = " ".join(f"`{tag}`" for tag in view.tags)
        embed.add_field(name="Tags", value=tags, inline=False)
    if view.answers:
        embed.add_field(name="Top answers", value=_top(view, view.answers), inline=False)
    if view.image:
        embed.set_image(url=f"attachment://{view.image}")
    return embed


def _title(title: str) -> str:
    shown = plain_title(title).replace("](", "] (")
    return shown if utf16(shown) <= TITLE_LIMIT else cut_at_word(shown, TITLE_LIMIT)


def _bylines(view: PostView) -> str:
    """Who and when, in Question2Answer's order, with Discord's own relative times."""
    what = "asked" if view.kind is Kind.QUESTION else "answered"
    category = f"**{escape(view.category)}**" if view.category else None
    lines = [
        byline(
            what,
            discord.utils.format_dt(view.created_at, "R"),
            category,
            escape(view.author.name),
            view.author.points,
        )
    ]
    if view.edited is not None:
        at = discord.utils.format_dt(view.edited.at, "R")
        lines.append(byline("edited", at, None, escape(view.edited.by)))
    return "\n".join(lines)


def _top(view: PostView, answers: Sequence[RankedAnswer]) -> str:
    """The best answers with jump links, as many as fit."""
    lines: list[str] = []
    for answer in answers[:TOP_ANSWERS]:
        sign = "✅ " if answer.accepted else ""
        link = jump(view.guild_id, view.thread_id, answer.message_id)
        begins = escape(cut_at_word(answer.excerpt, EXCERPT_LIMIT)) if answer.excerpt else "…"
        by = escape(answer.author)
        line = f"{sign}[{votes_text(answer.net)}]({link}) by {by}: {begins}"
        if utf16("\n".join([*lines, line])) > FIELD_LIMIT:
            break
        lines.append(line)
    return "\n".join(lines)


def _tombstone(view: PostView) -> discord.Embed:
    text = f"This {view.kind} was deleted. Its votes and points are taken back."
    embed = discord.Embed(description=text, colour=discord.Colour.light_grey())
    return embed.set_footer(text=f"#{view.id}")


def _size(embed: discord.Embed) -> int:
    """UTF-16 units that count towards a message's limit."""
    fields = sum(utf16(field.name or "") + utf16(field.value or "") for field in embed.fields)
    return fields + utf16(embed.title or "") + utf16(embed.author.name or "")
