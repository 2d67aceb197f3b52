"""A request as the routes see it, and the table of routes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.wire.state import Json, World

if TYPE_CHECKING:
    from tests.wire.double import Discord


@dataclass
class Call:
    """One request to the API."""

    discord: "Discord"
    method: str
    template: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = field(default_factory=dict)
    files: list[Json] = field(default_factory=list)

    @property
    def world(self) -> World:
        """What exists."""
        return self.discord.world

    def id(self, name: str) -> int:
        """A number from the path."""
        return int(self.params[name])

    def page(self, most: int = 100) -> int:
        """How many things are asked for."""
        return min(most, int(self.query.get("limit", 50)))


Answer = Any
"""JSON, or None for 204."""
Route = Callable[[Call], Answer | Awaitable[Answer]]
ROUTES: dict[tuple[str, str], tuple[Route, int]] = {}


def route(method: str, template: str, status: int = 200) -> Callable[[Route], Route]:
    """Serve a route of the API."""

    def keep(function: Route) -> Route:
        ROUTES[(method, template)] = (function, status)
        return function

    return keep
