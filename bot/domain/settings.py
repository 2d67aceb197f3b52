"""What one server has chosen; everything has a default, so an empty record is valid."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from bot.domain.emoji import emoji_key, is_emoji
from bot.domain.errors import Invalid
from bot.domain.reputation import Rules, with_changes
from bot.domain.votes import Vote

WELCOME = "Welcome to {server}, where you can ask questions and get answers from other members."
TITLE_LIMIT = 250
BODY_LIMIT = 4000
TAGS_LIMIT = 5


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """One server's choices; defaults are Question2Answer's (qa A2 to A5)."""

    up_arrow: str = "⬆️"
    down_arrow: str = "⬇️"
    former_up: str = ""
    """Emoji, with spaces between, that were the up arrow before: they keep counting."""
    former_down: str = ""
    points: str = "question2answer"
    point_rules: Mapping[str, int] = field(default_factory=dict)
    anonymous: bool = True
    question_title_min: int = 12
    question_title_max: int = 120
    body_max: int = BODY_LIMIT
    answer_min: int = 12
    tags_max: int = TAGS_LIMIT
    several_answers: bool = True
    comment_votes: bool = False
    similar_shown: int = 5
    welcome: str = WELCOME
    reports_channel: int = 0
    """Where the bot tells moderators what it repaired; 0 keeps it to /repairs."""

    @property
    def rules(self) -> Rules:
        """The point rules in force."""
        return with_changes(self.points, dict(self.point_rules))

    def vote_of(self, emoji: str) -> Vote | None:
        """Which vote a reaction stands for; None for every other emoji."""
        key = emoji_key(emoji)
        for vote in (Vote.UP, Vote.DOWN):
            if key in {emoji_key(arrow) for arrow in self.arrows(vote)}:
                return vote
        return None

    def arrow(self, vote: Vote) -> str:
        """The emoji that stands for a vote."""
        return self.up_arrow if vote is Vote.UP else self.down_arrow

    def arrows(self, vote: Vote) -> tuple[str, ...]:
        """All emoji that count as a vote: the present one first, then the former ones."""
        former = self.former_up if vote is Vote.UP else self.former_down
        return (self.arrow(vote), *former.split())

    def changed(self, **changes: object) -> "GuildSettings":
        """Return checked settings with these changes; raises Invalid, all problems at once."""
        unknown = sorted(set(changes) - {item.name for item in fields(self)})
        if unknown:
            raise Invalid([f"There is no setting called “{name}”." for name in unknown])
        wrong = [
            f"“{name}” needs {_NEEDED[type(getattr(self, name))]}."
            for name, value in changes.items()
            if not _fits(getattr(self, name), value)
        ]
        if wrong:
            raise Invalid(wrong)
        values: dict[str, Any] = asdict(self) | changes
        new = GuildSettings(**_with_former(self, values))
        problems = _problems(new)
        if problems:
            raise Invalid(problems)
        return new

    def as_record(self) -> dict[str, object]:
        """Return plain values, for storing as JSON."""
        return asdict(self)


def _with_former(before: GuildSettings, values: dict[str, Any]) -> dict[str, Any]:
    """Remember arrows that are replaced, so that no vote cast with them is ever lost."""
    for arrow, former in (("up_arrow", "former_up"), ("down_arrow", "former_down")):
        now, was = values[arrow], getattr(before, arrow)
        kept = [was, *values[former].split()] if now != was else values[former].split()
        others = [emoji for emoji in kept if emoji_key(emoji) != emoji_key(now)]
        values[former] = " ".join(dict.fromkeys(others))
    return values


_NEEDED: dict[type, str] = {
    bool: "yes or no",
    int: "a whole number",
    str: "a text",
    dict: "a table of numbers",
}


def _fits(current: object, value: object) -> bool:
    """Compare types strictly, so that True is no number."""
    wanted = dict if isinstance(current, Mapping) else type(current)
    return type(value) is wanted


def _crossed(settings: GuildSettings) -> list[str]:
    """Refuse an arrow that meant the other vote before: old votes would turn round."""
    ups, downs = ({emoji_key(one) for one in settings.arrows(vote)} for vote in Vote)
    arrows = (settings.up_arrow, settings.down_arrow)
    return [
        f"“{arrow}” was the other arrow before, and votes were cast with it. Choose another emoji."
        for arrow in arrows
        if emoji_key(arrow) in ups & downs
    ]


_BOUNDS: dict[str, tuple[int, int]] = {
    "question_title_min": (1, TITLE_LIMIT),
    "question_title_max": (1, TITLE_LIMIT),
    "body_max": (100, BODY_LIMIT),
    "answer_min": (1, BODY_LIMIT),
    "tags_max": (0, TAGS_LIMIT),
    "similar_shown": (0, 10),
}


def _problems(settings: GuildSettings) -> list[str]:
    """List what makes these settings impossible, a sentence each."""
    found = [
        f"“{name}” must be from {low} to {high}."
        for name, (low, high) in _BOUNDS.items()
        if not low <= getattr(settings, name) <= high
    ]
    if settings.question_title_min > settings.question_title_max:
        found.append("The shortest title allowed is longer than the longest one.")
    if settings.answer_min > settings.body_max:
        found.append("The shortest answer allowed is longer than the longest one.")
    arrows = (settings.up_arrow, settings.down_arrow)
    found += [f"“{arrow}” is not an emoji." for arrow in arrows if not is_emoji(arrow)]
    if emoji_key(arrows[0]) == emoji_key(arrows[1]):
        found.append("The two arrows must be different emoji.")
    else:
        found += _crossed(settings)
    if not settings.welcome.strip() or len(settings.welcome) > 2000:
        found.append("The welcome text needs 1 to 2000 characters.")
    try:
        with_changes(settings.points, dict(settings.point_rules))
    except Invalid as invalid:
        found += invalid.problems
    return found


def from_record(record: Mapping[str, object], defaults: GuildSettings) -> GuildSettings:
    """Read stored settings over the defaults; keys of a later version are left out.

    They were checked when they were stored. New defaults must not make them unreadable,
    so they are not checked against those again.
    """
    standard: dict[str, Any] = asdict(defaults)
    fitting = {
        key: value
        for key, value in record.items()
        if key in standard and _fits(standard[key], value)
    }
    return GuildSettings(**(standard | fitting))


_YES = {"yes", "true", "on", "1"}
_NO = {"no", "false", "off", "0"}


def from_text(settings: GuildSettings, name: str, text: str) -> object:
    """Read a setting's new value as a person typed it; raises Invalid."""
    current = getattr(settings, name, None)
    text = text.strip()
    if isinstance(current, bool):
        if text.lower() not in _YES | _NO:
            raise Invalid([f"“{name}” needs yes or no."])
        return text.lower() in _YES
    if isinstance(current, int):
        if not text.removeprefix("-").isdecimal() or len(text) > 20:
            raise Invalid([f"“{name}” needs a whole number."])
        return int(text)
    if not isinstance(current, str):
        raise Invalid([f"There is no setting called “{name}”. `/settings show` lists them."])
    return text
