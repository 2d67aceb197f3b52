"""People, as far as services need to know them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks or answers, as far as the forum needs to know."""

    guild_id: int
    user_id: int
    name: str
