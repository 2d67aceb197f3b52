"""Where services get the time from: handed in, so that tests and the demo can set it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def utc_day(moment: datetime) -> int:
    """Number the UTC day of a moment, counted from 1970 (daily caps)."""
    return (moment - _EPOCH) // timedelta(days=1)
