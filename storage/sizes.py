"""How large the database and its tables are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from storage.engine.columns import metadata

if TYPE_CHECKING:
    from storage.engine.store import Connection


def table_names() -> list[str]:
    """Returns the tables that people's data are in."""
    return sorted(metadata.tables)


def count_table(connection: Connection, name: str) -> int:
    """Returns how many rows a table has, of all workspaces."""
    counting = select(func.count()).select_from(metadata.tables[name])
    return connection.execute(counting).scalar_one()


def measure(connection: Connection) -> int:
    """Returns the bytes of the whole database."""
    if connection.dialect.name == "sqlite":
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return int(pages) * int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
    return int(
        connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
    )
