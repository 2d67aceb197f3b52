"""What a person typed, checked before anything is stored.

Every problem is said at once, in words for the person; what was typed is never changed
beyond trimming, and the caller keeps it, so that a refused draft can be opened again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.errors import Invalid
from bot.domain.settings import GuildSettings
from bot.domain.text import plain_title, visible

NAME_LIMIT = 40
"""Longest name to display (Question2Answer's anonymous name, qa A1)."""
TAG_LIMIT = 35
_TAG = re.compile(r"^[^\W_][\w.+#-]*$")


@dataclass(frozen=True, slots=True)
class Category:
    """A category of questions on one server."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question that may be posted."""

    title: str
    body: str
    category: Category | None
    tags: tuple[str, ...]
    display_name: str | None
    notify: bool = True


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """An answer that may be posted."""

    body: str
    display_name: str | None


def parse_question(
    settings: GuildSettings,
    categories: Sequence[Category],
    *,
    title: str,
    body: str = "",
    category: str = "",
    tags: str = "",
    display_name: str = "",
    notify: bool = True,
) -> QuestionDraft:
    """Check a question; raises Invalid with every problem (limits: qa A2)."""
    problems: list[str] = []
    title = plain_title(visible(title))
    low, high = settings.question_title_min, settings.question_title_max
    if not low <= len(title) <= high:
        problems.append(_length_problem("The title", len(title), low, high))
    body = _body(body, settings, problems)
    chosen = _category(category, categories, problems)
    tag_list = _tags(tags, settings.tags_max, problems)
    name = _display_name(display_name, settings, problems)
    if problems:
        raise Invalid(problems)
    return QuestionDraft(title, body, chosen, tag_list, name, notify)


def parse_answer(settings: GuildSettings, *, body: str, display_name: str = "") -> AnswerDraft:
    """Check an answer; raises Invalid with every problem."""
    problems: list[str] = []
    text = _body(body, settings, problems)
    seen = len(visible(text))
    if seen < settings.answer_min:
        problems.append(_length_problem("The answer", seen, settings.answer_min, settings.body_max))
    name = _display_name(display_name, settings, problems)
    if problems:
        raise Invalid(problems)
    return AnswerDraft(text, name)


def _length_problem(what: str, length: int, low: int, high: int) -> str:
    if length == 0:
        return f"{what} is empty. It needs {low} to {high} characters."
    aim = "a little longer" if length < low else "shorter"
    return f"{what} has {length} characters. Make it {aim}: {low} to {high}."


def _body(body: str, settings: GuildSettings, problems: list[str]) -> str:
    text = body.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
    if len(text) > settings.body_max:
        problems.append(
            f"The text has {len(text)} characters. Make it shorter: up to {settings.body_max}."
        )
    return text if visible(text) else ""


def _category(wanted: str, categories: Sequence[Category], problems: list[str]) -> Category | None:
    wanted = plain_title(visible(wanted))
    if not categories:
        return None
    for category in categories:
        if wanted in {category.name, str(category.id)} or wanted.lower() == category.name.lower():
            return category
    names = ", ".join(category.name for category in categories)
    said = f"There is no category “{wanted}”." if wanted else "Please choose a category."
    problems.append(f"{said} Choose one of: {names}.")
    return None


def parse_tags(text: str) -> tuple[str, ...]:
    """Split topic tags at spaces and commas; lower case, each once, in the order typed."""
    parts = (part.strip().lstrip("#").lower() for part in re.split(r"[\s,;]+", visible(text)))
    return tuple(dict.fromkeys(part for part in parts if part))


def _tags(text: str, most: int, problems: list[str]) -> tuple[str, ...]:
    tags = parse_tags(text)
    if len(tags) > most:
        problems.append(f"There are {len(tags)} tags. Keep up to {most}.")
    problems += [
        f"“{tag[:TAG_LIMIT]}” cannot be a tag. Use letters, digits and hyphens, "
        f"up to {TAG_LIMIT} characters."
        for tag in tags
        if len(tag) > TAG_LIMIT or not _TAG.match(tag)
    ]
    return tags


def _display_name(text: str, settings: GuildSettings, problems: list[str]) -> str | None:
    name = plain_title(visible(text))
    if not name:
        return None
    if not settings.anonymous:
        problems.append("Names to display are switched off here. Leave the name empty.")
    if len(name) > NAME_LIMIT:
        problems.append(f"The name to display is too long. Use up to {NAME_LIMIT} characters.")
    return name
