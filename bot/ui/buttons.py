"""Rows of buttons. They carry no callbacks: `bot.ui.router` finds what a press means.

Each view is stopped before it is sent, so that discord.py keeps no copy of it in memory;
the press arrives as an interaction all the same, also after a restart.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import discord

from bot.domain.posts import Kind, State
from bot.domain.views import PostView
from bot.ui.ids import custom_id

Style = discord.ButtonStyle


@dataclass(frozen=True, slots=True)
class Press:
    """A button: what it says and what it does."""

    label: str
    action: str
    numbers: tuple[int, ...] = ()
    style: Style = Style.secondary
    emoji: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens a place."""

    label: str
    url: str


def row(*buttons: Press | Link) -> discord.ui.View:
    """Make a row of up to five buttons."""
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(_button(button))
    view.stop()
    return view


def _button(button: Press | Link) -> discord.ui.Button[discord.ui.View]:
    if isinstance(button, Link):
        return discord.ui.Button(label=button.label, url=button.url)
    return discord.ui.Button(
        label=button.label,
        style=button.style,
        emoji=button.emoji,
        custom_id=custom_id(button.action, *button.numbers),
    )


def of_card(view: PostView) -> discord.ui.View:
    """The buttons under a post's card; none under a deleted one."""
    if view.state is State.DELETED:
        return row()
    return row(*_card_buttons(view))


def _card_buttons(view: PostView) -> Iterable[Press]:
    if view.kind is Kind.QUESTION:
        if not view.closed:
            yield Press("Answer", "answer", (view.id,), Style.primary, "✍️")
    else:
        accept = ("Take acceptance back", "take-back") if view.accepted else ("Accept", "accept")
        yield Press(*accept, (view.id,), Style.success, "✅")
    if view.source_id is None:
        yield Press("Edit", "edit", (view.id,), emoji="📝")
    yield Press("More", "more", (view.id,))


def panel() -> discord.ui.View:
    """The button under a server's welcome message."""
    return row(Press("Ask a question", "ask", (), Style.primary, "❓"))
