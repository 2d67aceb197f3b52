"""Custom ids of buttons and modals: static, so that they work after a restart."""

import re
from dataclasses import dataclass

_PREFIX = "askwell"
_PATTERN = re.compile(rf"{_PREFIX}:([a-z-]+)((?::[0-9]{{1,19}})*)")
_MOST = 2**63 - 1
"""The greatest number that the database can hold, and be asked for."""


@dataclass(frozen=True, slots=True)
class CustomId:
    """An action, and the numbers it is about."""

    action: str
    numbers: tuple[int, ...] = ()

    def __str__(self) -> str:
        """Write it as Discord carries it (up to 100 characters)."""
        return ":".join([_PREFIX, self.action, *map(str, self.numbers)])


def custom_id(action: str, *numbers: int) -> str:
    """Write a custom id."""
    return str(CustomId(action, numbers))


def is_ours(text: str) -> bool:
    """Say whether a custom id wants to be one of this bot's, readable or not."""
    return text.startswith(_PREFIX)


def parse(text: str) -> CustomId | None:
    """Read a custom id; None for one that this bot cannot have written."""
    found = _PATTERN.fullmatch(text)
    if found is None:
        return None
    numbers = tuple(int(part) for part in found[2].split(":")[1:])
    return CustomId(found[1], numbers) if max(numbers, default=0) <= _MOST else None
