"""Whether the store serves, and how far behind the outbox is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage import outbox
from storage.engine import health

if TYPE_CHECKING:
    from datetime import datetime

    from storage.engine.store import Connection


@dataclass(frozen=True, slots=True)
class HealthReport:
    """What the database said of itself."""

    revision: str | None  # of the schema
    waiting: int  # messages in the outbox
    overdue_seconds: float  # how long the oldest of them has been due; 0 if none is


def check_health(connection: Connection, _request: None, now: datetime) -> HealthReport:
    """Return the store's pulse; it writes a little, since a full disk can still be read."""
    health.touch(connection)
    next_due = outbox.find_next_due(connection)
    return HealthReport(
        revision=health.find_revision(connection),
        waiting=outbox.count_waiting(connection),
        overdue_seconds=max(0.0, (now - next_due).total_seconds()) if next_due else 0.0,
    )
