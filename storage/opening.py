"""Which store a database URL means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.postgres import PostgresStore
from storage.sqlite import SqliteStore

if TYPE_CHECKING:
    from storage.store import Clock, Store


def opened(url: str, clock: Clock) -> Store:
    """Return the store for a database that has this version's tables."""
    return SqliteStore(url, clock) if url.startswith("sqlite") else PostgresStore(url, clock)
