"""The tables of installations, of the same `MetaData` as those in `storage.tables.schema`."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Integer, String, Table, Text

from storage.engine.columns import Moment, metadata, team

# Where Kudos is installed by OAuth. `team_id` is a workspace, or an organization with many of them.
# A workspace without a token of its own is served by that of its organization.
installations = Table(
    "installations",
    metadata,
    team(),
    Column("enterprise_id", String(32)),
    Column("is_org_wide", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("app_id", String(32), nullable=False),
    Column("bot_user_id", String(32), nullable=False),
    Column("installer_id", String(32)),
    Column("scopes", JSON, nullable=False),
    Column("bot_token", Text),  # encrypted
    Column("refresh_token", Text),  # encrypted
    Column("token_number", Integer, nullable=False),  # counts the tokens that there have been
    Column("token_expires_at", Moment),
    Column("refreshing_until", Moment),  # one process asks for a new token
    Column("fault", Text),  # why there is no new token, and never will be
    Column("installed_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

# Workspaces whose rows are being deleted. Only as long as there is a row here, the database lets
# the ledger of that workspace go.
deletions = Table(
    "deletions",
    metadata,
    team(),
    Column("begun_at", Moment, nullable=False),
)
