"""Rate limits: Discord's windows and headers, each window shortened by `pace`."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import md5
from math import ceil
from typing import Final, NamedTuple

from tests.wire.refusals import Limited

MESSAGE: Final = "/channels/{channel_id}/messages/{message_id}"
REACTION: Final = MESSAGE + "/reactions/{emoji_name}"
_MAJOR: Final = ("channel_id", "guild_id", "webhook_id", "webhook_token")


class Rule(NamedTuple):
    """So many requests in so many seconds, counted for each channel or server apart."""

    name: str
    limit: int
    seconds: float


RULES: Final[dict[tuple[str, str], Rule]] = {
    ("POST", "/channels/{channel_id}/messages"): Rule("send", 5, 5),
    ("PATCH", MESSAGE): Rule("edit", 5, 5),
    ("DELETE", MESSAGE): Rule("delete", 5, 1),
    ("PUT", REACTION + "/@me"): Rule("react", 1, 0.25),
    ("DELETE", REACTION + "/@me"): Rule("react", 1, 0.25),
    ("DELETE", REACTION + "/{user_id}"): Rule("react", 1, 0.25),
    ("PATCH", "/channels/{channel_id}"): Rule("channel", 10, 15),
    ("POST", "/channels/{channel_id}/threads"): Rule("thread", 10, 10),
    ("POST", "/webhooks/{webhook_id}/{webhook_token}"): Rule("webhook", 5, 2),
}
RENAME: Final = Rule("rename", 2, 600)
OLD_EDIT: Final = Rule("edit of an old message", 3, 6)
GLOBAL: Final = Rule("global", 50, 1)
UNLIMITED: Final = "/interactions/{interaction_id}/{interaction_token}/callback"


@dataclass
class Window:
    """What is left of one bucket until it is filled again."""

    rule: Rule
    left: int = 0
    ends: float = 0.0
    told_until: float = 0.0


@dataclass
class Limits:
    """Lets requests through or tells them to wait; notes each one that came too often."""

    pace: float = 1.0
    exceeded: list[str] = field(default_factory=list)
    too_early: list[str] = field(default_factory=list)
    first_refused_for: float | None = None
    clock: Callable[[], float] = time.monotonic
    _windows: dict[tuple[str, ...], Window] = field(default_factory=dict)
    _met: set[tuple[str, ...]] = field(default_factory=set)

    def take(self, method: str, template: str, params: Mapping[str, str]) -> dict[str, str]:
        """Count a request; the headers of its answer, or Limited."""
        if template == UNLIMITED:
            return {}
        self._count(GLOBAL, (), scope="global")
        rule = RULES.get((method, template), Rule(f"{method} {template}", 10, 10))
        major = tuple(params[name] for name in _MAJOR if name in params)
        self._refuse_first(rule, major)
        return _headers(self._count(rule, major), self.clock())

    def take_part(self, rule: Rule, *major: str, code: int = 0) -> None:
        """Count against a limit that no header tells of."""
        self._count(rule, major, scope="shared", code=code)

    def _refuse_first(self, rule: Rule, major: tuple[str, ...]) -> None:
        """Where a test wants it, answer the first request of each bucket with 429."""
        key = (rule.name, *major)
        if self.first_refused_for is None or key in self._met:
            return
        self._met.add(key)
        window = self._windows.setdefault(key, Window(rule))
        window.told_until = self.clock() + self.first_refused_for
        raise Limited(self.first_refused_for)

    def _count(
        self, rule: Rule, major: tuple[str, ...], *, scope: str = "user", code: int = 0
    ) -> Window:
        now = self.clock()
        window = self._windows.setdefault((rule.name, *major), Window(rule))
        if now < window.told_until:
            self.too_early.append(f"{rule.name} {major}")
        if now >= window.ends:
            window.left, window.ends = rule.limit, now + rule.seconds / self.pace
        if window.left == 0:
            self.exceeded.append(f"{rule.name} {major}")
            window.told_until = window.ends
            raise Limited(window.ends - now, scope=scope, code=code)
        window.left -= 1
        return window


def _headers(window: Window, now: float) -> dict[str, str]:
    wait = ceil(max(0.0, window.ends - now) * 1000) / 1000
    return {
        "X-RateLimit-Limit": str(window.rule.limit),
        "X-RateLimit-Remaining": str(window.left),
        "X-RateLimit-Reset": f"{time.time() + wait:.3f}",
        "X-RateLimit-Reset-After": f"{wait:.3f}",
        "X-RateLimit-Bucket": md5(window.rule.name.encode()).hexdigest(),
    }
