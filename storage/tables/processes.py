"""The table of running processes. It is of no workspace, and is neither moved nor exported."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, func

from storage.engine.columns import metadata

of_no_workspace = MetaData(naming_convention=metadata.naming_convention)

# On Postgres, where several processes share the work: each counts up its own row.
processes = Table(
    "processes",
    of_no_workspace,
    Column("process_id", String(32), primary_key=True),
    Column("beats", Integer, nullable=False),
    Column(  # by the database's clock
        "seen_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=func.current_timestamp(),
    ),
)
