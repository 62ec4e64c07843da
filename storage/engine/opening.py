"""Which store a database URL means, and what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from storage.engine.postgres import PostgresStore
from storage.engine.sqlite import SqliteStore

if TYPE_CHECKING:
    from storage.engine.store import Clock, Store


def opened(url: str, clock: Clock) -> Store:
    """Return the store for a database that has this version's tables."""
    return SqliteStore(url, clock) if url.startswith("sqlite") else PostgresStore(url, clock)


def name_of(url: str) -> str:
    """Returns what an operator calls a database: its file, or its address without a password."""
    address = make_url(url)
    if url.startswith("sqlite"):
        return address.database or ""
    secrets = [name for name in address.query if "password" in name.lower()]
    bare = address.set(drivername="postgresql").difference_update_query(secrets)
    return bare._replace(password=None).render_as_string(hide_password=False)
