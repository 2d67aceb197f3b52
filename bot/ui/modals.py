"""Modals, and reading what was typed into one.

They have no `on_submit`: a submission is found by its static custom id, so that a modal
that was open while the bot restarted still arrives (reference: platform 3).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot.domain.drafts import NAME_LIMIT, Category
from bot.domain.settings import GuildSettings
from bot.ui.images import attachment

FIELD_LIMIT = 4000
UPLOAD = "image"
TYPED = frozenset({"title", "body", "category", "tags", "name", "welcome"})
"""The fields that forms here have; whatever else a submission brings is left unread."""
PRIVACY = "Shown instead of your name. Kept with your id; only who runs this bot can look it up."
"""At most 100 characters: the description of a modal's field."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What was typed, by field, and which files were chosen."""

    fields: Mapping[str, str]
    files: tuple[discord.Attachment, ...]


def _text(
    label: str,
    field: str,
    value: str,
    limit: int,
    *,
    long: bool = False,
    required: bool = True,
    hint: str | None = None,
) -> discord.ui.Label[discord.ui.Modal]:
    style = discord.TextStyle.paragraph if long else discord.TextStyle.short
    return discord.ui.Label(
        text=label,
        description=hint,
        component=discord.ui.TextInput(
            custom_id=field,
            style=style,
            default=value[:limit] or None,
            max_length=limit,
            required=required,
        ),
    )


def _category(categories: Sequence[Category], chosen: str) -> discord.ui.Label[discord.ui.Modal]:
    options = [
        discord.SelectOption(
            label=category.name,
            value=str(category.id),
            default=chosen.casefold() in {str(category.id), category.name.casefold()},
        )
        for category in categories[:25]
    ]
    select: discord.ui.Select[Any] = discord.ui.Select(custom_id="category", options=options)
    return discord.ui.Label(text="Category", component=select)


def question(
    custom_id: str,
    settings: GuildSettings,
    categories: Sequence[Category],
    typed: Mapping[str, str],
    *,
    editing: bool = False,
) -> discord.ui.Modal:
    """The form of a question, filled with what was typed before.

    A field that was switched off shows as long as something stands in it, to be taken out.
    """
    modal = discord.ui.Modal(
        title="Edit your question" if editing else "Ask a question", custom_id=custom_id
    )
    shortest, longest = settings.question_title_min, settings.question_title_max
    hint = f"Your question in one sentence, {shortest} to {longest} characters."
    modal.add_item(_text("Title", "title", typed.get("title", ""), FIELD_LIMIT, hint=hint))
    body = typed.get("body", "")
    about = "What you tried, what you expected. Markdown works."
    modal.add_item(
        _text("Details", "body", body, FIELD_LIMIT, long=True, required=False, hint=about)
    )
    if categories:
        modal.add_item(_category(categories, typed.get("category", "")))
    if settings.tags_max or typed.get("tags"):
        about = f"Up to {settings.tags_max} words with spaces between."
        modal.add_item(
            _text("Tags", "tags", typed.get("tags", ""), 300, required=False, hint=about)
        )
    if (settings.anonymous or typed.get("name")) and not editing:
        modal.add_item(_name(typed))
    return modal


def _name(typed: Mapping[str, str]) -> discord.ui.Label[discord.ui.Modal]:
    label = "Your name to display (optional)"
    return _text(label, "name", typed.get("name", ""), NAME_LIMIT, required=False, hint=PRIVACY)


def answer(
    custom_id: str, settings: GuildSettings, typed: Mapping[str, str], *, editing: bool = False
) -> discord.ui.Modal:
    """The form of an answer, filled with what was typed before."""
    modal = discord.ui.Modal(
        title="Edit your answer" if editing else "Your answer", custom_id=custom_id
    )
    about = f"At least {settings.answer_min} characters. Markdown works."
    body = typed.get("body", "")
    modal.add_item(_text("Your answer", "body", body, FIELD_LIMIT, long=True, hint=about))
    if (settings.anonymous or typed.get("name")) and not editing:
        modal.add_item(_name(typed))
    return modal


def image(custom_id: str) -> discord.ui.Modal:
    """The form that takes one image."""
    modal = discord.ui.Modal(title="Add an image", custom_id=custom_id)
    upload: discord.ui.FileUpload[Any] = discord.ui.FileUpload(custom_id=UPLOAD, max_values=1)
    label: discord.ui.Label[discord.ui.Modal] = discord.ui.Label(
        text="Image", description="PNG, JPEG, GIF or WebP, up to 8 MB.", component=upload
    )
    return modal.add_item(label)


def welcome(custom_id: str, text: str) -> discord.ui.Modal:
    """The form of the welcome text."""
    modal = discord.ui.Modal(title="Welcome text", custom_id=custom_id)
    about = "{server} becomes the server's name."
    return modal.add_item(_text("Text", "welcome", text, 2000, long=True, hint=about))


def submission(interaction: discord.Interaction) -> Submission:
    """Read a submitted modal, whoever opened it and whenever."""
    given: Any = interaction.data or {}
    fields: dict[str, str] = {}
    files: list[discord.Attachment] = []
    resolved = given.get("resolved", {}).get("attachments", {})
    for part in _leaves(given.get("components", [])):
        name, values = part.get("custom_id", ""), part.get("values")
        if name == UPLOAD:
            sent = [resolved[value] for value in values or () if value in resolved]
            files += [attachment(interaction.client, payload) for payload in sent]
        elif name in TYPED:
            chosen = values[0] if values else ""
            fields[name] = str(part.get("value") or "") if values is None else str(chosen)
    return Submission(fields, tuple(files))


def _leaves(components: Sequence[Any]) -> Iterator[Any]:
    """Walk through rows and labels to the parts that hold a value."""
    for component in components:
        if "component" in component:
            yield from _leaves([component["component"]])
        elif "components" in component:
            yield from _leaves(component["components"])
        else:
            yield component
