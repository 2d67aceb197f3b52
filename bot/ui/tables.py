"""Settings and categories as lists for people."""

from collections.abc import Sequence
from dataclasses import fields

from discord import app_commands

from bot.domain.drafts import Category
from bot.domain.reputation import Rules
from bot.domain.settings import GuildSettings

SETTINGS: dict[str, str] = {
    "up_arrow": "Emoji for an up-vote (a server's own works too)",
    "down_arrow": "Emoji for a down-vote",
    "points": "Point rules: question2answer or stackoverflow",
    "anonymous": "Let people post under a name to display",
    "question_title_min": "Shortest title",
    "question_title_max": "Longest title",
    "body_max": "Longest text",
    "answer_min": "Shortest answer",
    "tags_max": "Most tags on a question",
    "several_answers": "Let a person answer a question more than once",
    "comment_votes": "Count arrows on comments",
    "similar_shown": "How many similar questions the asker sees first (0: none)",
    "reports_channel": "Channel id for reports of repairs (0: only /repairs)",
}
"""Setting -> what it means; `point_rules` and `welcome` have commands of their own."""
RULES: tuple[str, ...] = tuple(item.name for item in fields(Rules))


def settings_text(settings: GuildSettings) -> str:
    """List every setting with its value and meaning."""
    lines = [
        f"- `{name}` = **{_shown(getattr(settings, name))}** · {meaning}"
        for name, meaning in SETTINGS.items()
    ]
    if settings.point_rules:
        own = ", ".join(f"{name} {worth}" for name, worth in settings.point_rules.items())
        lines.append(f"- Own point rules: {own}")
    return "\n".join([*lines, "", "Change one with `/settings set`, or `/settings welcome`."])


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def categories_text(categories: Sequence[Category]) -> str:
    """List categories, or say how to add one."""
    if not categories:
        return "There are no categories. `/category add` makes one."
    return "\n".join(f"- {category.name}" for category in categories)


def category_choices(categories: Sequence[Category], typed: str) -> list[app_commands.Choice[str]]:
    """Offer the categories that have what was typed in their names; Discord takes 25."""
    return [
        app_commands.Choice(name=category.name, value=str(category.id))
        for category in categories
        if typed.casefold() in category.name.casefold()
    ][:25]
