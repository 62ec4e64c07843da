"""Imports"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.engine.columns import Moment

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Have each import say what it brought; all that came before is one of its own."""
    op.create_table(
        "imports",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("import_id", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("begun_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["team_id"], ["workspaces.team_id"], name=op.f("fk_imports_workspaces")
        ),
        sa.PrimaryKeyConstraint("team_id", "import_id", name=op.f("pk_imports")),
    )
    op.create_table(
        "imported_kudos",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("import_id", sa.String(length=32), nullable=False),
        sa.Column("kudos_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "import_id"],
            ["imports.team_id", "imports.import_id"],
            name=op.f("fk_imported_kudos_imports"),
        ),
        sa.ForeignKeyConstraint(
            ["team_id", "kudos_id"],
            ["kudos.team_id", "kudos.kudos_id"],
            name=op.f("fk_imported_kudos_kudos"),
        ),
        sa.PrimaryKeyConstraint("team_id", "import_id", "kudos_id", name=op.f("pk_imported_kudos")),
    )
    op.create_index(
        op.f("ix_imported_kudos_team_id_kudos_id"), "imported_kudos", ["team_id", "kudos_id"]
    )
    op.execute(
        "INSERT INTO imports (team_id, import_id, file_name, sha256, begun_at, ended_at) "
        "SELECT team_id, 'earlier', '', '', MAX(created_at), MAX(created_at) "
        "FROM kudos WHERE source = 'imported' GROUP BY team_id"
    )
    op.execute(
        "INSERT INTO imported_kudos (team_id, import_id, kudos_id) "
        "SELECT team_id, 'earlier', kudos_id FROM kudos WHERE source = 'imported'"
    )
