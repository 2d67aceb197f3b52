"""The double's time: real time, and what a test skipped."""

import time
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

DISCORD_EPOCH: Final = 1_420_070_400_000


class Clock:
    """Passes by itself, and faster when told to; snowflakes carry its time."""

    def __init__(self) -> None:
        self._skipped = 0.0
        self._numbers = count()

    def now(self) -> datetime:
        """The time at Discord."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def seconds(self) -> float:
        """The time at Discord, in seconds."""
        return time.time() + self._skipped

    def skip(self, **duration: float) -> None:
        """Let time pass at once: `clock.skip(minutes=16)`."""
        self._skipped += timedelta(**duration).total_seconds()

    def snowflake(self) -> int:
        """A new id, larger than those before it."""
        milliseconds = int(self.seconds() * 1000) - DISCORD_EPOCH
        return (milliseconds << 22) | (next(self._numbers) & 0x3FFFFF)

    def snowflake_of(self, shard: int, shards: int) -> int:
        """A new server's id, made at a time that puts it on this shard."""
        made = self.snowflake()
        return made - (((made >> 22) - shard) % shards << 22)


def born(snowflake: int) -> datetime:
    """When an id was made."""
    return datetime.fromtimestamp(((snowflake >> 22) + DISCORD_EPOCH) / 1000, UTC)
