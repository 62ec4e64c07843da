"""The table of typed lines that wait to be corrected."""

from __future__ import annotations

from sqlalchemy import JSON, Column, String, Table

from storage.engine.columns import Moment, metadata, of_workspace, team, user

# What somebody typed and could not give yet, for them alone and for an hour.
kept_lines = Table(
    "kept_lines",
    metadata,
    team(),
    # Made of the key of what was typed: delivered again, it is the same line.
    Column("line_id", String(32), primary_key=True),
    user(),
    Column("draft", JSON, nullable=False),
    Column("expires_at", Moment, nullable=False),
    of_workspace(),
)
