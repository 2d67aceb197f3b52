"""The numbers themselves. No label ever holds an id, a name or a text of anybody's."""

import logging
from dataclasses import asdict
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from bot.domain.observer import Observer, Transaction
from bot.domain.views import Report
from bot.domain.vitals import Vitals
from bot.domain.votes import Refusal

LAGS: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)
TIMES: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics(Observer):
    """Counts what it is told, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._ballots = self._counter("votes", "Ballots cast, changed or taken back")
        self._refusals = self._counter("refusals", "Votes that do not count", "reason")
        self._repairs = self._counter("repairs", "Things mended after an outage", "kind")
        self._errors = self._counter("errors", "Errors in the log, and tracebacks", "place", "kind")
        self._waits = self._counter("rate_limit_waits", "Waits for Discord's limits", "limit")
        self._waited = self._counter("rate_limit_wait_seconds", "Seconds of these waits", "limit")
        self._lag = self._histogram("draw_lag_seconds", "From a change to its drawing", LAGS)
        self._times = self._histogram("database_seconds", "Transactions", TIMES, "kind")
        self._servers = self._gauge("guilds", "Servers that the bot is on")
        self._latency = self._gauge("gateway_latency_seconds", "Heartbeat to answer", "shard")
        self._queues = self._gauge("waiting", "What waits to be done", "queue")
        self._healthy = self._gauge("healthy", "1 while everything works, as /health says")
        # A series that is there from the start can be compared with what it is later.
        for reason in Refusal:
            self._refusals.labels(reason.value)
        for kind in asdict(Report()):
            self._repairs.labels(kind)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"askwell_{name}", meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"askwell_{name}", meaning, labels, registry=self.registry)

    def _histogram(
        self, name: str, meaning: str, buckets: tuple[float, ...], *labels: str
    ) -> Histogram:
        return Histogram(
            f"askwell_{name}", meaning, labels, buckets=buckets, registry=self.registry
        )

    def voted(self, ballots: int) -> None:
        """Count ballots."""
        self._ballots.inc(ballots)

    def refused(self, reason: Refusal) -> None:
        """Count a refusal."""
        self._refusals.labels(reason.value).inc()

    def repaired(self, report: Report) -> None:
        """Count repairs."""
        for kind, number in asdict(report).items():
            self._repairs.labels(kind).inc(number)

    def drawn(self, seconds: float) -> None:
        """Keep how long a change waited."""
        self._lag.observe(seconds)

    def stored(self, kind: Transaction, seconds: float) -> None:
        """Keep how long a transaction took."""
        self._times.labels(kind).observe(seconds)

    def waited(self, limit: str, seconds: float) -> None:
        """Count a wait for one of Discord's limits."""
        self._waits.labels(limit).inc()
        self._waited.labels(limit).inc(seconds)

    def erred(self, place: str, kind: str) -> None:
        """Count an error."""
        self._errors.labels(place, kind).inc()

    def felt(self, vitals: Vitals) -> None:
        """Keep how the bot is now."""
        self._healthy.set(vitals.well)
        self._servers.set(vitals.servers)
        _replace(self._latency, vitals.latencies)
        _replace(self._queues, vitals.queues)


def _replace(gauge: Gauge, values: Any) -> None:
    """What is not known now is not shown with its last value."""
    gauge.clear()
    for label, value in values.items():
        gauge.labels(label).set(value)


class Errors(logging.Handler):
    """Counts what the log tells of errors: which kind, and by which logger."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__()
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        """Count a record of an error, or one with a traceback."""
        kind = record.exc_info[0] if record.exc_info else None
        if kind is not None or record.levelno >= logging.ERROR:
            self._metrics.erred(record.name, kind.__name__ if kind else "none")
