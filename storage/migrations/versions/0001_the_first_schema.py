"""The first schema"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.engine.columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "allowances",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("starts_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_allowances_spent")),
        sa.PrimaryKeyConstraint("team_id", "user_id", "starts_at", name=op.f("pk_allowances")),
    )
    op.create_table(
        "balances",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_balances")),
    )
    op.create_table(
        "pairs",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("giver_id", sa.String(length=32), nullable=False),
        sa.Column("receiver_id", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("previous_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint(
            "team_id", "giver_id", "receiver_id", "value", name=op.f("pk_pairs")
        ),
    )
    op.create_table(
        "standings",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("givers_count", sa.Integer(), nullable=False),
        sa.Column("kudos_received", sa.Integer(), nullable=False),
        sa.Column("points_received", sa.Integer(), nullable=False),
        sa.Column("receivers_count", sa.Integer(), nullable=False),
        sa.Column("kudos_given", sa.Integer(), nullable=False),
        sa.Column("points_given", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "period", "value", "user_id", name=op.f("pk_standings")),
    )
    op.create_table(
        "workspaces",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("bot_user_id", sa.String(length=32), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("emoji_aliases", sa.JSON(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_workspaces")),
    )
    op.create_table(
        "channels",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("updated_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["workspaces.team_id"], name=op.f("fk_channels_workspaces")
        ),
        sa.PrimaryKeyConstraint("team_id", "channel_id", name=op.f("pk_channels")),
    )
    op.create_table(
        "kudos",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("kudos_id", sa.String(length=32), nullable=False),
        sa.Column("natural_key", sa.String(length=255), nullable=False),
        sa.Column("giver_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("message_ts", sa.String(length=32), nullable=True),
        sa.Column("emoji", sa.String(length=128), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column(
            "allowance_starts_at", storage.engine.columns.Moment(timezone=True), nullable=False
        ),
        sa.Column("created_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.Column("reversed_at", storage.engine.columns.Moment(timezone=True), nullable=True),
        sa.Column("undo_key", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(
            ["team_id"], ["workspaces.team_id"], name=op.f("fk_kudos_workspaces")
        ),
        sa.PrimaryKeyConstraint("team_id", "kudos_id", name=op.f("pk_kudos")),
        sa.UniqueConstraint("team_id", "natural_key", name=op.f("uq_kudos_team_id_natural_key")),
        sa.UniqueConstraint("team_id", "undo_key", name=op.f("uq_kudos_team_id_undo_key")),
    )
    with op.batch_alter_table("kudos", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_kudos_team_id_channel_id_message_ts"),
            ["team_id", "channel_id", "message_ts"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_kudos_team_id_giver_id_kudos_id"),
            ["team_id", "giver_id", "kudos_id"],
            unique=False,
        )
        batch_op.create_index(
            "uq_kudos_live_reaction",
            ["team_id", "channel_id", "message_ts", "giver_id", "emoji"],
            unique=True,
            sqlite_where=sa.text("source = 'reaction' AND reversed_at IS NULL"),
            postgresql_where=sa.text("source = 'reaction' AND reversed_at IS NULL"),
        )

    op.create_table(
        "members",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("is_deactivated", sa.Boolean(), nullable=False),
        sa.Column("is_external", sa.Boolean(), nullable=False),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("first_seen_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.Column("updated_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["workspaces.team_id"], name=op.f("fk_members_workspaces")
        ),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_members")),
    )
    op.create_table(
        "notices",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("noticed_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["workspaces.team_id"], name=op.f("fk_notices_workspaces")
        ),
        sa.PrimaryKeyConstraint("team_id", "user_id", "kind", name=op.f("pk_notices")),
    )
    op.create_table(
        "outbox",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("outbox_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("kudos_id", sa.String(length=32), nullable=True),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("thread_ts", sa.String(length=32), nullable=True),
        sa.Column("fallbacks", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sent_revision", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.Column("sending_since", storage.engine.columns.Moment(timezone=True), nullable=True),
        sa.Column("posted_channel_id", sa.String(length=32), nullable=True),
        sa.Column("posted_ts", sa.String(length=32), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.Column("sent_at", storage.engine.columns.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'failed', 'dropped')",
            name=op.f("ck_outbox_state"),
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["workspaces.team_id"], name=op.f("fk_outbox_workspaces")
        ),
        sa.PrimaryKeyConstraint("team_id", "outbox_id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("team_id", "key", name=op.f("uq_outbox_team_id_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'sending')"),
            postgresql_where=sa.text("state IN ('waiting', 'sending')"),
        )
        batch_op.create_index(
            batch_op.f("ix_outbox_team_id_kudos_id"), ["team_id", "kudos_id"], unique=False
        )

    op.create_table(
        "reactions",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("message_ts", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("emoji", sa.String(length=128), nullable=False),
        sa.Column("tones", sa.JSON(), nullable=False),
        sa.Column("updated_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["workspaces.team_id"], name=op.f("fk_reactions_workspaces")
        ),
        sa.PrimaryKeyConstraint(
            "team_id", "channel_id", "message_ts", "user_id", "emoji", name=op.f("pk_reactions")
        ),
    )
    op.create_table(
        "user_groups",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("user_ids", sa.JSON(), nullable=False),
        sa.Column("updated_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["workspaces.team_id"], name=op.f("fk_user_groups_workspaces")
        ),
        sa.PrimaryKeyConstraint("team_id", "group_id", name=op.f("pk_user_groups")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("entry_id", sa.String(length=128), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=16), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("kudos_id", sa.String(length=32), nullable=True),
        sa.Column("reversal_of", sa.String(length=128), nullable=True),
        sa.Column(
            "allowance_starts_at", storage.engine.columns.Moment(timezone=True), nullable=True
        ),
        sa.Column("created_at", storage.engine.columns.Moment(timezone=True), nullable=False),
        sa.CheckConstraint(
            "account IN ('giving', 'receiving')", name=op.f("ck_ledger_entries_account")
        ),
        sa.CheckConstraint("points <> 0", name=op.f("ck_ledger_entries_points")),
        sa.ForeignKeyConstraint(
            ["team_id", "kudos_id"],
            ["kudos.team_id", "kudos.kudos_id"],
            name=op.f("fk_ledger_entries_kudos"),
        ),
        sa.PrimaryKeyConstraint("team_id", "entry_id", name=op.f("pk_ledger_entries")),
    )
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ledger_entries_team_id_user_id_account"),
            ["team_id", "user_id", "account"],
            unique=False,
        )

    op.create_table(
        "receipts",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("receiver_id", sa.String(length=32), nullable=False),
        sa.Column("kudos_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.String(length=32), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "kudos_id"],
            ["kudos.team_id", "kudos.kudos_id"],
            name=op.f("fk_receipts_kudos"),
        ),
        sa.PrimaryKeyConstraint("team_id", "receiver_id", "kudos_id", name=op.f("pk_receipts")),
    )
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_receipts_team_id_kudos_id"), ["team_id", "kudos_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_receipts_team_id_receiver_id_giver_id_given_on"),
            ["team_id", "receiver_id", "giver_id", "given_on"],
            unique=False,
        )
    op.create_index(
        "ix_standings_receivers",
        "standings",
        [
            "team_id",
            "period",
            "value",
            sa.text("givers_count DESC"),
            sa.text("points_received DESC"),
            "user_id",
        ],
    )
    op.create_index(
        "ix_standings_givers",
        "standings",
        [
            "team_id",
            "period",
            "value",
            sa.text("receivers_count DESC"),
            sa.text("points_given DESC"),
            "user_id",
        ],
    )
    # The database itself refuses to change or remove an entry of the ledger.
    if op.get_bind().dialect.name == "sqlite":
        for name, act in (("ledger_keeps_entries", "UPDATE"), ("ledger_loses_nothing", "DELETE")):
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {act} ON ledger_entries "
                "BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the ledger only grows'; END $$"
        )
        op.execute(
            "CREATE TRIGGER ledger_only_grows BEFORE UPDATE OR DELETE ON ledger_entries "
            "FOR EACH ROW EXECUTE FUNCTION ledger_only_grows()"
        )
