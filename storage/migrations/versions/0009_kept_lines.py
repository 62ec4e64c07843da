"""Kept lines"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep what somebody typed for an hour, until they have corrected it."""
    op.create_table(
        "kept_lines",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("line_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["workspaces.team_id"], name=op.f("fk_kept_lines_workspaces")
        ),
        sa.PrimaryKeyConstraint("team_id", "line_id", name=op.f("pk_kept_lines")),
    )
