"""Which import brought which thanks, so that each can be taken back."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Index, String, Table, Text

from storage.engine.columns import Moment, metadata, of_workspace, team

imports = Table(
    "imports",
    metadata,
    team(),
    Column("import_id", String(32), primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),  # of the file, by which an import goes on
    Column("begun_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("undone_at", Moment),  # from here on nothing more of it is stored
    of_workspace(),
)

imported_kudos = Table(
    "imported_kudos",
    metadata,
    team(),
    Column("import_id", String(32), primary_key=True),
    Column("kudos_id", String(32), primary_key=True),
    Index(None, "team_id", "kudos_id"),
    ForeignKeyConstraint(["team_id", "import_id"], ["imports.team_id", "imports.import_id"]),
    ForeignKeyConstraint(["team_id", "kudos_id"], ["kudos.team_id", "kudos.kudos_id"]),
)
