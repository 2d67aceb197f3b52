"""Which servers one run of the bot serves, when several share the work."""

import re
from dataclasses import dataclass
from typing import Final

from bot.domain.errors import Invalid

MOST: Final = 10_000
_RANGE: Final = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?/(\d{1,6})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shards:
    """A range of the parts that Discord divides all servers into."""

    first: int = 0
    last: int = 0
    count: int = 1

    def __str__(self) -> str:
        return f"{self.first}-{self.last}/{self.count}"

    @property
    def ids(self) -> range:
        """The number of each shard in the range."""
        return range(self.first, self.last + 1)

    @property
    def whole(self) -> bool:
        """Say whether no other run of the bot is needed."""
        return len(self.ids) == self.count

    def owns(self, guild_id: int) -> bool:
        """Say whether a server's events come to this range, by Discord's own rule."""
        return (guild_id >> 22) % self.count in self.ids


ALL: Final = Shards()
"""One run, one connection, every server."""


def parse(text: str) -> Shards:
    """Read a range such as `0-3/8`; raises Invalid, worded for the operator."""
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        raise Invalid([f"“{text}” is no range of shards. Write for example 0-3/8 or 4/8."])
    first, last, count = int(found[1]), int(found[2] or found[1]), int(found[3])
    if not 1 <= count <= MOST:
        raise Invalid([f"There can be 1 to {MOST} shards, not {count}."])
    if first > last:
        raise Invalid([f"The range {text} runs backwards. Write {last}-{first}/{count}."])
    if last >= count:
        raise Invalid([f"There is no shard {last} of {count}: they are numbered 0 to {count - 1}."])
    return Shards(first, last, count)
