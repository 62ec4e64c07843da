"""The one place that asks the machine for the time; everything else has it handed in."""

from __future__ import annotations

from datetime import UTC, datetime


def machine_clock() -> datetime:
    """Return the current moment, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the place
