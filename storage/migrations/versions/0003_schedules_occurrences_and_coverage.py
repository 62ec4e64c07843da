"""Schedules, occurrences and coverage"""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa
from alembic import op

import storage.engine.columns
from bot.domain.periods import periods_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "occurrences",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("slot_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=True),
        sa.Column("file_id", sa.String(length=32), nullable=True),
        sa.Column("done_until", sa.String(length=32), nullable=True),
        sa.Column("next_at", storage.engine.columns.Moment(timezone=True), nullable=True),
        sa.Column("created_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('wished', 'empty', 'skipped', 'under_way', 'done')",
            name=op.f("ck_occurrences_state"),
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["workspaces.team_id"], name=op.f("fk_occurrences_workspaces")
        ),
        sa.PrimaryKeyConstraint("team_id", "kind", "period", "place", name=op.f("pk_occurrences")),
    )
    with op.batch_alter_table("occurrences", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_occurrences_team_id_kind_slot_at"),
            ["team_id", "kind", "slot_at"],
            unique=False,
        )
    op.create_table(
        "schedules",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("since", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["workspaces.team_id"], name=op.f("fk_schedules_workspaces")
        ),
        sa.PrimaryKeyConstraint("team_id", "kind", name=op.f("pk_schedules")),
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_members_team_id_time_zone_user_id"),
            ["team_id", "time_zone", "user_id"],
            unique=False,
        )
    # SQLite prefers any other index of members to one that holds a part of them.
    op.drop_index("ix_members_off_boards", table_name="members")
    op.create_index("ix_members_off_boards", "members", ["team_id", "is_off_boards", "user_id"])
    # What would have been due before this version was there has not been missed.
    for kind in ("weekly", "monthly", "digest"):
        op.execute(
            f"INSERT INTO schedules (team_id, kind, since) "  # noqa: S608 - a name from the line above
            f"SELECT team_id, '{kind}', CURRENT_TIMESTAMP FROM workspaces"
        )
    with op.batch_alter_table("standings", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("privately_received", sa.Integer(), server_default="0", nullable=False)
        )
    op.create_index(
        "ix_standings_points",
        "standings",
        [
            "team_id",
            "period",
            "value",
            sa.literal_column("points_received DESC"),
            sa.literal_column("givers_count DESC"),
            "user_id",
        ],
    )
    _count_private_thanks()


def _count_private_thanks() -> None:
    """Add the private kudos of earlier versions to the totals from which coverage is read."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT r.team_id, r.receiver_id, r.given_on FROM receipts r JOIN kudos k "
            "ON k.team_id = r.team_id AND k.kudos_id = r.kudos_id "
            "WHERE k.audience = 'private' AND k.reversed_at IS NULL"
        ).columns(given_on=sa.Date())
    )
    counts = Counter(
        (row.team_id, period.key, row.receiver_id)
        for row in rows
        for period in periods_of(row.given_on)
    )
    if not counts:
        return
    connection.execute(
        sa.text(
            "INSERT INTO standings (team_id, period, value, user_id, givers_count, "
            "kudos_received, points_received, receivers_count, kudos_given, points_given, "
            "privately_received) VALUES (:team_id, :period, '', :user_id, 0, 0, 0, 0, 0, 0, :n) "
            "ON CONFLICT (team_id, period, value, user_id) DO UPDATE "
            "SET privately_received = excluded.privately_received"
        ),
        [
            {"team_id": team_id, "period": period, "user_id": user_id, "n": n}
            for (team_id, period, user_id), n in counts.items()
        ],
    )
