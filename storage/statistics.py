"""What SQLite knows of the sizes of things, by which it plans; Postgres sees to that by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import literal, select

from storage.engine.columns import metadata

if TYPE_CHECKING:
    from sqlalchemy import Table

    from storage.engine.store import Connection

# Rows of each index that are looked at: a few milliseconds, however long the history.
ANALYSIS_LIMIT = 400
# A table that was counted when it was short is then read from end to end, however long it grows
# until it is counted again; of one that was never counted SQLite believes that it is long.
LONG_ROWS = 10_000


def renew(connection: Connection) -> None:
    """Has SQLite count anew, in bounded time, the tables that are long."""
    if connection.dialect.name != "sqlite":
        return
    connection.exec_driver_sql(f"PRAGMA analysis_limit={ANALYSIS_LIMIT}")
    for table in metadata.sorted_tables:
        if _is_long(connection, table):
            connection.exec_driver_sql(f"ANALYZE {table.name}")


def _is_long(connection: Connection, table: Table) -> bool:
    one_far_on = select(literal(1)).select_from(table).offset(LONG_ROWS - 1).limit(1)
    return connection.execute(one_far_on).scalar() is not None
