"""Weeks that are counted"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Have each workspace say of which weeks there are totals: so far, those from Mondays."""
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("weeks", sa.JSON(), nullable=False, server_default="[[0, null]]")
        )
