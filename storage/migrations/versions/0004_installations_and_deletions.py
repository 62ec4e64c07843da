"""Installations and deletions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.engine.columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installations",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("enterprise_id", sa.String(length=32), nullable=True),
        sa.Column("is_org_wide", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("app_id", sa.String(length=32), nullable=False),
        sa.Column("bot_user_id", sa.String(length=32), nullable=False),
        sa.Column("installer_id", sa.String(length=32), nullable=True),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("bot_token", sa.Text(), nullable=True),
        sa.Column("refresh_token", sa.Text(), nullable=True),
        sa.Column("token_number", sa.Integer(), nullable=False),
        sa.Column("token_expires_at", storage.engine.columns.Moment(timezone=True), nullable=True),
        sa.Column("refreshing_until", storage.engine.columns.Moment(timezone=True), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("installed_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", storage.engine.columns.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_installations")),
    )
    op.create_table(
        "deletions",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("begun_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_deletions")),
    )
    # The ledger of a workspace goes only with everything else of it, and only as long as its
    # deletion is on record.
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ledger_loses_nothing")
        op.execute(
            "CREATE TRIGGER ledger_loses_nothing BEFORE DELETE ON ledger_entries "
            "WHEN NOT EXISTS (SELECT 1 FROM deletions WHERE team_id = OLD.team_id) "
            "BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END"
        )
    else:
        op.execute(
            "CREATE OR REPLACE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN "
            "IF TG_OP = 'DELETE' AND EXISTS "
            "(SELECT 1 FROM deletions WHERE team_id = OLD.team_id) THEN RETURN OLD; END IF; "
            "RAISE EXCEPTION 'the ledger only grows'; END $$"
        )
