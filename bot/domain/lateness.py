"""When an act counts that Slack told of late: at the moment when it was done.

Slack sends an event again after a minute and after five, and, where an app asks for that, each hour
for a day (https://docs.slack.dev/apis/events-api). What lies further back, or ahead, is no moment
at which somebody can have done it: then the act counts when it is heard of.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

LATE_AT_MOST = timedelta(days=2)
LATE_FROM = timedelta(minutes=1)  # what is quicker than that overtakes nothing


def moment_of(event_ts: object) -> datetime | None:
    """Returns the moment that Slack writes as "1700000000.000100"; None for anything else."""
    if not isinstance(event_ts, str):
        return None
    try:
        return datetime.fromtimestamp(float(event_ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def counted_at(acted_at: datetime | None, now: datetime) -> datetime:
    """Returns when an act counts that was done then and is heard of now."""
    if acted_at is None or not now - LATE_AT_MOST <= acted_at <= now:
        return now
    return acted_at


def is_late(acted_at: datetime | None, now: datetime) -> bool:
    """Returns whether so much time has passed that something else may be known since."""
    return now - counted_at(acted_at, now) > LATE_FROM
