"""Workspaces: what Slack tells of them, and what their admins chose."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from storage import workspaces

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.workspaces import Workspace
    from storage.engine.store import Connection


def see_workspace(connection: Connection, workspace: Workspace, now: datetime) -> Workspace:
    """Store what Slack tells of a workspace; return it with the settings that its admins chose."""
    workspaces.save_workspace(connection, workspace, now)
    return workspaces.get_workspace(connection, workspace.team_id)


def view_workspace(connection: Connection, team_id: str, now: datetime) -> Workspace:
    """Return a workspace; raises `LookupError` where the app is not installed."""
    del now
    return workspaces.get_workspace(connection, team_id)


def find_emoji_aliases(connection: Connection, team_id: str, now: datetime) -> dict[str, str]:
    """Returns the second names of emoji as they were told last; none of a workspace that is new."""
    del now
    try:
        return dict(workspaces.get_workspace(connection, team_id).emoji_aliases)
    except LookupError:
        return {}


def see_emoji(connection: Connection, told: tuple[str, dict[str, str]], now: datetime) -> None:
    """Stores the second names of a workspace's emoji, once Slack tells them."""
    team_id, aliases = told
    workspace = workspaces.get_workspace(connection, team_id)
    workspaces.save_workspace(connection, replace(workspace, emoji_aliases=aliases), now)


def settle_zone(connection: Connection, told: tuple[str, str], now: datetime) -> None:
    """Stores the zone of a workspace of which none was known when it was installed."""
    team_id, zone = told
    workspace = workspaces.get_workspace(connection, team_id)
    workspaces.save_workspace(connection, replace(workspace, time_zone=zone), now)
