"""Questions to the database about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.engine.store import Connection


IMPORTING = "importing:"  # before the version, which no program then takes for its own


def find_revision(connection: Connection) -> str | None:
    """Return which version of the schema the database has; None where it has none."""
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def is_importing(revision: str | None) -> bool:
    """Return whether that is what a database says of itself while it is only half there."""
    return revision is not None and revision.startswith(IMPORTING)


def begin_import(connection: Connection) -> None:
    """Let the database be of no version until all of an import is there; done again, no harm."""
    connection.exec_driver_sql(
        "UPDATE alembic_version SET version_num = 'importing:' || version_num"
        " WHERE substr(version_num, 1, 10) <> 'importing:'"
    )


def end_import(connection: Connection) -> None:
    """Let the database be of its version again."""
    connection.exec_driver_sql(
        "UPDATE alembic_version SET version_num = replace(version_num, 'importing:', '')"
    )


def touch(connection: Connection) -> None:
    """Write something that means nothing; raises where the database takes no writes."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA user_version = 0")
    else:
        connection.exec_driver_sql("SELECT txid_current()")
