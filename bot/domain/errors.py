"""What may go wrong because of what a person asked for: worded for that person.

UserError
├── Invalid    fields that cannot be used, every problem at once
├── NotFound   what was meant does not exist (any more), or belongs to another server
├── NotAllowed the person may not do this
├── Repeated   the same words were posted already
└── Outdated   somebody else changed the post in the meantime

Unavailable    nobody's mistake: the database cannot work at the moment
"""


class UserError(Exception):
    """A person's mistake; `str()` is shown to them, so it says what to do next."""


class Invalid(UserError):
    """Fields that cannot be used; `problems` holds one sentence a field."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class NotFound(UserError):
    """What was meant does not exist any more, or never did on this server."""


class NotAllowed(UserError):
    """The person may not do this here."""


class Repeated(UserError):
    """The same words were posted a short time ago; `post_id` is where."""

    def __init__(self, text: str, post_id: int) -> None:
        super().__init__(text)
        self.post_id = post_id


class Outdated(UserError):
    """Somebody else changed the post in the meantime; `current` is its text now."""

    def __init__(self, text: str, current: str) -> None:
        super().__init__(text)
        self.current = current


class Unavailable(Exception):
    """The database is lost, full or locked: nothing of this was kept; later it may be."""
