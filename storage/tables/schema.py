"""The tables. Every primary key begins with the workspace, so that the store can be split by it."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

import storage.tables.imports
import storage.tables.installations
import storage.tables.kept  # noqa: F401 - tables of the same metadata
from storage.engine.columns import Moment, metadata, of_workspace, team, user

workspaces = Table(
    "workspaces",
    metadata,
    team(),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),  # ends with a slash; message links are made of it
    Column("bot_user_id", String(32), nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("emoji_aliases", JSON, nullable=False),  # the workspace's own: alias -> emoji
    # What admins chose, by name; what is absent has the default of `WorkspaceSettings`.
    Column("settings", JSON, nullable=False),
    # Which weeks `standings` has: on which day they begin (0 is Monday), and from which one on.
    Column("weeks", JSON, nullable=False, server_default="[[0, null]]"),
    Column("created_at", Moment, nullable=False),
)

members = Table(
    "members",
    metadata,
    team(),
    user(primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("locale", String(16), nullable=False),
    Column("is_bot", Boolean, nullable=False),
    Column("is_deactivated", Boolean, nullable=False),
    Column("is_external", Boolean, nullable=False),
    Column("is_guest", Boolean, nullable=False),
    Column("is_admin", Boolean, nullable=False),
    # What the person chose, by name; what is absent has the default of `Preferences`.
    Column("preferences", JSON, nullable=False, server_default="{}"),
    # What follows from all of these and from the workspace's settings; `standings` has it, too.
    Column("is_off_boards", Boolean, nullable=False, server_default=false()),
    Column("home_opened_at", Moment),  # only a Home tab that somebody looks at is kept up to date
    Column("erased_at", Moment),  # the name is not taken from Slack again until they come back
    Column("first_seen_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index(None, "team_id", "time_zone", "user_id"),  # digests go out zone by zone
    of_workspace(),
)

channels = Table(
    "channels",
    metadata,
    team(),
    Column("channel_id", String(32), primary_key=True),
    Column("is_public", Boolean, nullable=False),
    Column("updated_at", Moment, nullable=False),
    of_workspace(),
)

user_groups = Table(
    "user_groups",
    metadata,
    team(),
    Column("group_id", String(32), primary_key=True),
    # The members, as Slack last told: a group is always read and replaced as a whole.
    Column("user_ids", JSON, nullable=False),
    Column("updated_at", Moment, nullable=False),
    of_workspace(),
)

kudos = Table(
    "kudos",
    metadata,
    team(),
    Column("kudos_id", String(32), primary_key=True),
    # One Slack delivery counts once: the same act has the same key, however often it arrives.
    Column("natural_key", String(255), nullable=False),
    user("giver_id"),
    Column("reason", Text, nullable=False),
    Column("value", Text),
    Column("source", String(16), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("channel_id", String(32), nullable=False),
    # The message that was reacted to, or the post that announced it, once Slack has told its `ts`.
    Column("message_ts", String(32)),
    Column("emoji", String(128)),
    Column("thread_ts", String(32)),  # the thread in which it was given
    Column("joins_id", String(32)),  # the kudos that it joins in with
    Column("about_ts", String(32)),  # the message in the same channel that it is for
    # The giver's day in the workspace's zone: it fixes for good in which periods the kudos counts.
    Column("given_on", Date, nullable=False),
    # The allowance that it was taken from, and to which it goes back.
    Column("allowance_starts_at", Moment, nullable=False),
    Column("allowance_label", String(16)),  # its local period, such as `2026-11-16`
    Column("created_at", Moment, nullable=False),
    Column("reversed_at", Moment),
    Column("undo_key", String(255)),  # of the command that took it back
    UniqueConstraint("team_id", "natural_key"),
    UniqueConstraint("team_id", "undo_key"),
    # With the day, so that nobody's many thanks are read one by one to see when they were given.
    Index("ix_kudos_given", "team_id", "giver_id", "kudos_id", "given_on", "reversed_at"),
    Index(None, "team_id", "channel_id", "message_ts"),
    Index(None, "team_id", "joins_id"),
    # Where each value was used.
    Index(
        "ix_kudos_values",
        "team_id",
        "value",
        "channel_id",
        sqlite_where=text("value IS NOT NULL"),
        postgresql_where=text("value IS NOT NULL"),
    ),
    # A person has one live kudos for an emoji on a message, in whatever skin tones it was added.
    Index(
        "uq_kudos_live_reaction",
        "team_id",
        "channel_id",
        "message_ts",
        "giver_id",
        "emoji",
        unique=True,
        sqlite_where=text("source = 'reaction' AND reversed_at IS NULL"),
        postgresql_where=text("source = 'reaction' AND reversed_at IS NULL"),
    ),
    # However a person joins in, they do so once.
    Index(
        "uq_kudos_live_join",
        "team_id",
        "joins_id",
        "giver_id",
        unique=True,
        sqlite_where=text("source = 'joined' AND reversed_at IS NULL"),
        postgresql_where=text("source = 'joined' AND reversed_at IS NULL"),
    ),
    of_workspace(),
)

receipts = Table(
    "receipts",
    metadata,
    team(),
    user("receiver_id", primary_key=True),
    Column("kudos_id", String(32), primary_key=True),
    Column("place", Integer, nullable=False),  # in the order in which the giver named them
    Column("points", Integer, nullable=False),
    user("giver_id"),
    Column("given_on", Date, nullable=False),
    Index(None, "team_id", "kudos_id"),
    Index(None, "team_id", "receiver_id", "giver_id", "given_on"),
    ForeignKeyConstraint(["team_id", "kudos_id"], ["kudos.team_id", "kudos.kudos_id"]),
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    team(),
    # Made of the kudos, the account, the person and whether it is a reversal: nothing books twice.
    Column("entry_id", String(128), primary_key=True),
    user(),
    Column("account", String(16), nullable=False),  # `giving` (an allowance) or `receiving`
    Column("points", Integer, nullable=False),  # signed
    Column("kudos_id", String(32)),
    Column("reversal_of", String(128)),
    Column("allowance_starts_at", Moment),  # of `giving` entries
    Column("allowance_label", String(16)),  # the local period of it, such as `2026-11-16`
    Column("boost_id", String(32)),  # of `giving` entries that a boost paid
    Column("reason", Text),  # of an admin's adjustment
    Column("actor_id", String(32)),  # the admin who made it
    Column("created_at", Moment, nullable=False),
    CheckConstraint("account IN ('giving', 'receiving')", name="account"),
    CheckConstraint("points <> 0", name="points"),
    Index(None, "team_id", "user_id", "account", "created_at"),
    ForeignKeyConstraint(["team_id", "kudos_id"], ["kudos.team_id", "kudos.kudos_id"]),
)

# Allowances other than everybody's, for a user group or a person.
overrides = Table(
    "overrides",
    metadata,
    team(),
    Column("subject_id", String(32), primary_key=True),  # a user group's or a person's id
    Column("allowance", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    of_workspace(),
)

# One-time extra points for a person, spent after the allowance.
boosts = Table(
    "boosts",
    metadata,
    team(),
    Column("boost_id", String(32), primary_key=True),
    user(),
    Column("points", Integer, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index(None, "team_id", "user_id", "ends_at"),
    of_workspace(),
)

# Who changed what, and when: it only grows.
activity = Table(
    "activity",
    metadata,
    team(),
    Column("activity_id", String(32), primary_key=True),
    Column("actor_id", String(32), nullable=False),
    Column("what", String(64), nullable=False),  # a setting's name, or a kind of act
    Column("subject_id", String(64)),
    Column("before", JSON),
    Column("after", JSON),
    Column("created_at", Moment, nullable=False),
    of_workspace(),
)

# The tables below are derived from the ledger and the kudos, in the same transaction.

allowances = Table(
    "allowances",
    metadata,
    team(),
    user(primary_key=True),
    Column("starts_at", Moment, primary_key=True),
    Column("spent", Integer, nullable=False),
    CheckConstraint("spent >= 0", name="spent"),
)

balances = Table(
    "balances",
    metadata,
    team(),
    user(primary_key=True),
    Column("points", Integer, nullable=False),
)

# Who last thanked whom, and when: enough to know whether somebody is a new giver in a period.
pairs = Table(
    "pairs",
    metadata,
    team(),
    user("giver_id", primary_key=True),
    user("receiver_id", primary_key=True),
    Column("value", Text, primary_key=True),  # "" for all values together
    Column("last_on", Date),  # None once everything between the two was taken back
    Column("previous_on", Date),
)

standings = Table(
    "standings",
    metadata,
    team(),
    Column("period", String(16), primary_key=True),
    Column("value", Text, primary_key=True),  # "" for all values together
    user(primary_key=True),
    Column("givers_count", Integer, nullable=False),
    Column("kudos_received", Integer, nullable=False),
    Column("points_received", Integer, nullable=False),
    Column("receivers_count", Integer, nullable=False),
    Column("kudos_given", Integer, nullable=False),
    Column("points_given", Integer, nullable=False),
    # Counts for coverage alone: on no board, and never told with a name.
    Column("privately_received", Integer, nullable=False, server_default="0"),
    # The member's, so that an index has those alone who are on boards, without gaps.
    Column("is_off_boards", Boolean, nullable=False, server_default=false()),
    Index(
        "ix_standings_points",
        "team_id",
        "period",
        "value",
        "is_off_boards",
        text("points_received DESC"),
        text("givers_count DESC"),
        "user_id",
    ),
    Index(
        "ix_standings_receivers",
        "team_id",
        "period",
        "value",
        "is_off_boards",
        text("givers_count DESC"),
        text("points_received DESC"),
        "user_id",
    ),
    Index(
        "ix_standings_givers",
        "team_id",
        "period",
        "value",
        "is_off_boards",
        text("receivers_count DESC"),
        text("points_given DESC"),
        "user_id",
    ),
)

# The state of one person's emoji on one message. Slack may tell it twice or in the wrong order, so
# the row keeps, for each skin tone, what the latest event (by `event_ts`) said.
reactions = Table(
    "reactions",
    metadata,
    team(),
    Column("channel_id", String(32), primary_key=True),
    Column("message_ts", String(32), primary_key=True),
    user(primary_key=True),
    Column("emoji", String(128), primary_key=True),
    Column("tones", JSON, nullable=False),  # name as sent -> [event_ts, is_added]
    Column("updated_at", Moment, nullable=False),
    of_workspace(),
)

# When a person was last told something that must not be said too often.
notices = Table(
    "notices",
    metadata,
    team(),
    user(primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("noticed_at", Moment, nullable=False),
    of_workspace(),
)

# From when on what is set for a scheduled post counts; absent, since the workspace was installed.
schedules = Table(
    "schedules",
    metadata,
    team(),
    Column("kind", String(16), primary_key=True),
    Column("since", Moment, nullable=False),
    of_workspace(),
)

# What became of each time at which something was due. The key is why nothing is posted twice.
occurrences = Table(
    "occurrences",
    metadata,
    team(),
    Column("kind", String(16), primary_key=True),
    Column("period", String(16), primary_key=True),
    # The channel of a post; for digests the time zone whose people they go to.
    Column("place", String(64), primary_key=True),
    Column("slot_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("actor_id", String(32)),  # the admin who asked for it at once
    Column("file_id", String(32)),  # Slack's, of the picture in it
    Column("done_until", String(32)),  # of digests: the last person who has been taken on
    Column("next_at", Moment),  # of digests: when the next people are taken on
    Column("created_at", Moment, nullable=False),
    CheckConstraint("state IN ('wished', 'empty', 'skipped', 'under_way', 'done')", name="state"),
    Index(None, "team_id", "kind", "slot_at"),
    of_workspace(),
)

# Messages as they should stand in Slack. `revision` counts what happened to the subject of the
# message; `sent_revision` is what Slack shows. What it says is made from the store when it is sent.
outbox = Table(
    "outbox",
    metadata,
    team(),
    Column("outbox_id", String(32), primary_key=True),
    Column("key", String(255), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("kudos_id", String(32)),
    Column("user_id", String(32)),  # its reader, if it has only one
    Column("channel_id", String(32), nullable=False),
    Column("thread_ts", String(32)),
    Column("fallbacks", JSON, nullable=False),  # where else it may go, in this order
    Column("details", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("sent_revision", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("sending_since", Moment),
    Column("posted_channel_id", String(32)),
    Column("posted_ts", String(32)),
    Column("last_error", Text),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("claimed_by", String(32)),  # the process that is sending it
    CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed', 'dropped')", name="state"),
    UniqueConstraint("team_id", "key"),
    Index(None, "team_id", "kudos_id"),
    Index(None, "team_id", "posted_channel_id", "posted_ts"),
    Index(
        "ix_outbox_due",
        "due_at",
        sqlite_where=text("state IN ('waiting', 'sending')"),
        postgresql_where=text("state IN ('waiting', 'sending')"),
    ),
    of_workspace(),
)
