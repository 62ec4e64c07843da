"""How large the database is, for whoever runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import sizes

if TYPE_CHECKING:
    from datetime import datetime

    from storage.engine.store import Connection


def measure(connection: Connection, _request: None, _now: datetime) -> int:
    """Returns the bytes of the whole database."""
    return sizes.measure(connection)


def count_table(connection: Connection, name: str, _now: datetime) -> int:
    """Returns how many rows a table has."""
    return sizes.count_table(connection, name)


def table_names() -> list[str]:
    """Returns what can be counted."""
    return sizes.table_names()
