"""Budgets, preferences and activity"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.engine.columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("activity_id", sa.String(length=32), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("created_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["workspaces.team_id"], name=op.f("fk_activity_workspaces")
        ),
        sa.PrimaryKeyConstraint("team_id", "activity_id", name=op.f("pk_activity")),
    )
    op.create_table(
        "boosts",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("boost_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("ends_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["workspaces.team_id"], name=op.f("fk_boosts_workspaces")
        ),
        sa.PrimaryKeyConstraint("team_id", "boost_id", name=op.f("pk_boosts")),
    )
    with op.batch_alter_table("boosts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_boosts_team_id_user_id_ends_at"),
            ["team_id", "user_id", "ends_at"],
            unique=False,
        )

    op.create_table(
        "overrides",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("allowance", sa.Integer(), nullable=False),
        sa.Column("created_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["workspaces.team_id"], name=op.f("fk_overrides_workspaces")
        ),
        sa.PrimaryKeyConstraint("team_id", "subject_id", name=op.f("pk_overrides")),
    )
    with op.batch_alter_table("kudos", schema=None) as batch_op:
        batch_op.add_column(sa.Column("thread_ts", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("joins_id", sa.String(length=32), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_kudos_team_id_joins_id"), ["team_id", "joins_id"], unique=False
        )
        batch_op.add_column(sa.Column("about_ts", sa.String(length=32), nullable=True))
        batch_op.create_index(
            "uq_kudos_live_join",
            ["team_id", "joins_id", "giver_id"],
            unique=True,
            sqlite_where=sa.text("source = 'joined' AND reversed_at IS NULL"),
            postgresql_where=sa.text("source = 'joined' AND reversed_at IS NULL"),
        )

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outbox_team_id_posted_channel_id_posted_ts"),
            ["team_id", "posted_channel_id", "posted_ts"],
            unique=False,
        )

    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("allowance_label", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("boost_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("actor_id", sa.String(length=32), nullable=True))
        batch_op.drop_index(batch_op.f("ix_ledger_entries_team_id_user_id_account"))
        batch_op.create_index(
            batch_op.f("ix_ledger_entries_team_id_user_id_account_created_at"),
            ["team_id", "user_id", "account", "created_at"],
            unique=False,
        )

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("preferences", sa.JSON(), server_default="{}", nullable=False)
        )
        batch_op.add_column(
            sa.Column("is_off_boards", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("home_opened_at", storage.engine.columns.Moment(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("erased_at", storage.engine.columns.Moment(timezone=True), nullable=True)
        )
        batch_op.create_index(
            "ix_members_off_boards",
            ["team_id", "user_id"],
            unique=False,
            sqlite_where=sa.text("is_off_boards"),
            postgresql_where=sa.text("is_off_boards"),
        )
