"""How the bot is at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Vitals:
    """What of it works, and how much is waiting to be done."""

    ailments: tuple[str, ...] = ()
    """What does not work, each in words."""
    servers: int = 0
    latencies: Mapping[int, float] = field(default_factory=dict)
    """Seconds from heartbeat to answer, by shard."""
    queues: Mapping[str, int] = field(default_factory=dict)
    """How many of each kind wait."""

    @property
    def well(self) -> bool:
        """Everything works."""
        return not self.ailments
