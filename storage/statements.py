"""Statements that SQLite and Postgres spell the same way, but SQLAlchemy builds apart."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.sql.dml import Insert

    from storage.store import Session


class Upsert:
    """An `INSERT … ON CONFLICT …`, built once for each database."""

    def __init__(self, build: Callable[[Callable[..., Any]], Insert]) -> None:
        self._built = {"sqlite": build(sqlite.insert), "postgresql": build(postgresql.insert)}

    def for_(self, session: Session) -> Insert:
        """Return the statement for the session's database."""
        return self._built[session.dialect.name]


def new_id(now: datetime) -> str:
    """Return an opaque id of 32 characters; ids of later moments sort after earlier ones."""
    return f"{first_id(now)}{secrets.token_hex(10)}"


def first_id(moment: datetime) -> str:
    """Return what sorts before every id of that moment or later, and after all earlier ones."""
    return f"{int(moment.timestamp() * 1000):012x}"
