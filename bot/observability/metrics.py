"""What Kudos counts and times, for Prometheus: never who, never what was written, never where."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.errors import KudosError
    from storage.engine.store import Load

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
ACKNOWLEDGED_WITHIN = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0)
SLACK_ANSWERED_WITHIN = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)


class Metrics:
    """The numbers of one app; each app has its own, so that several may run in one process.

    Labels are words of the program or of Slack, so that there are never more than a few dozen.
    """

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._received = Counter(
            "kudos_received", "Payloads from Slack, by what they are.", ["kind"], registry=registry
        )
        self._turned_away = Counter(
            "kudos_turned_away",
            "Requests that were not listened to, by what is wrong with them.",
            ["reason"],
            registry=registry,
        )
        self._acknowledged = Histogram(
            "kudos_acknowledged_seconds",
            "From the arrival of a payload to its answer; Slack waits three seconds.",
            ["kind"],
            buckets=ACKNOWLEDGED_WITHIN,
            registry=registry,
        )
        self._given = Counter("kudos_given", "Kudos that were given.", registry=registry)
        self._refused = Counter(
            "kudos_refused", "Wishes that the rules did not allow.", ["reason"], registry=registry
        )
        self._called = Histogram(
            "kudos_slack_call_seconds",
            "Calls of Slack's Web API, by method and how they ended.",
            ["method", "result"],
            buckets=SLACK_ANSWERED_WITHIN,
            registry=registry,
        )
        self._messages = Counter(
            "kudos_messages",
            "Messages that left the outbox, scheduled posts among them, by what became of them.",
            ["kind", "result"],
            registry=registry,
        )
        self._outbox_waiting = Gauge(
            "kudos_outbox_waiting", "Messages that wait to be sent.", registry=registry
        )
        self._outbox_overdue = Gauge(
            "kudos_outbox_overdue_seconds",
            "How long the oldest message in the outbox has been due.",
            registry=registry,
        )
        self._store_waiting = Gauge(
            "kudos_store_waiting", "Requests that wait for the database.", registry=registry
        )
        self._store_connections = Gauge(
            "kudos_store_connections", "Connections in use, of a pool's ten.", registry=registry
        )
        self._database_bytes = Gauge(
            "kudos_database_bytes",
            "The size of the database, measured once a day.",
            registry=None,  # shown once it is known
        )
        self._is_size_known = False
        self._table_rows = Gauge(
            "kudos_table_rows",
            "The rows of each table, counted once a day.",
            ["table"],
            registry=registry,
        )
        self._database_answers = Gauge(
            "kudos_database_answers", "1 if the database answered just now.", registry=registry
        )
        self._last_look = Gauge(
            "kudos_scheduler_last_look_timestamp_seconds",
            "When the scheduler last looked for what is due.",
            registry=registry,
        )

        # Looking a label up takes longer than counting, and there are few of them.
        self._received_of = cache(self._received.labels)
        self._acknowledged_of = cache(self._acknowledged.labels)
        self._called_of = cache(self._called.labels)
        self._messages_of = cache(self._messages.labels)

    def note_received(self, kind: str) -> None:
        """Count a payload."""
        self._received_of(kind).inc()

    def note_turned_away(self, reason: str) -> None:
        """Count a request that was not listened to: unsigned, too large, malformed …"""
        self._turned_away.labels(reason).inc()

    def note_acknowledged(self, kind: str, seconds: float) -> None:
        """Note how long a payload took to be answered."""
        self._acknowledged_of(kind).observe(seconds)

    def note_given(self) -> None:
        """Count a kudos."""
        self._given.inc()

    def note_refused(self, error: KudosError) -> None:
        """Count a refusal, by its kind."""
        self._refused.labels(type(error).__name__.removesuffix("Error")).inc()

    def note_called(self, method: str, result: str, seconds: float) -> None:
        """Note how a call of Slack's Web API ended, and how long it took."""
        self._called_of(method, result).observe(seconds)

    def note_message(self, kind: str, result: str) -> None:
        """Count a message that was sent, parked or dropped."""
        self._messages_of(kind, result).inc()

    def set_outbox(self, *, waiting: int, overdue_seconds: float) -> None:
        """Set how many messages wait, and how long the oldest has been due."""
        self._outbox_waiting.set(waiting)
        self._outbox_overdue.set(overdue_seconds)

    def set_store(self, load: Load, *, answers: bool) -> None:
        """Set how much the database has to do, and whether it does it."""
        self._store_waiting.set(load.waiting)
        self._store_connections.set(load.connections)
        self._database_answers.set(answers)

    def set_sizes(self, size: int, rows_of: Mapping[str, int]) -> None:
        """Set how many bytes the database has, and how many rows each table."""
        if not self._is_size_known:
            self._is_size_known = True
            self.registry.register(self._database_bytes)
        self._database_bytes.set(size)
        for table, rows in rows_of.items():
            self._table_rows.labels(table).set(rows)

    def set_last_look(self, timestamp: float) -> None:
        """Set when the scheduler last looked."""
        self._last_look.set(timestamp)

    def shown(self) -> bytes:
        """Return everything in the form that Prometheus reads."""
        return generate_latest(self.registry)
