"""Questions to the database about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.store import Session


def find_revision(session: Session) -> str | None:
    """Return which version of the schema the database has; None where it has none."""
    found = session.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def touch(session: Session) -> None:
    """Write something that means nothing; raises where the database takes no writes."""
    if session.dialect.name == "sqlite":
        session.exec_driver_sql("PRAGMA user_version = 0")
    else:
        session.exec_driver_sql("SELECT txid_current()")
