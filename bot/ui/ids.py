"""Custom ids of buttons and modals: static, so that they work after a restart."""

import re
from dataclasses import dataclass

_PREFIX = "askwell"
_PATTERN = re.compile(rf"^{_PREFIX}:([a-z-]+)((?::\d{{1,20}})*)$")


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


def parse(text: str) -> CustomId | None:
    """Read a custom id; None for ids that are not ours."""
    found = _PATTERN.match(text)
    if found is None:
        return None
    return CustomId(found[1], tuple(int(part) for part in found[2].split(":")[1:]))
