"""Keeps what the database plans its queries by up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import statistics

if TYPE_CHECKING:
    from datetime import datetime

    from storage.engine.store import Connection


def renew_statistics(connection: Connection, _request: None, _now: datetime) -> None:
    """Has the database count anew what it plans its queries by."""
    statistics.renew(connection)
