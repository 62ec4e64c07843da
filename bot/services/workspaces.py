"""Workspaces: what Slack tells of them, and what their admins chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import workspaces

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.workspaces import Workspace
    from storage.store import Session


def see_workspace(session: Session, workspace: Workspace, now: datetime) -> Workspace:
    """Store what Slack tells of a workspace; return it with the settings that its admins chose."""
    workspaces.save_workspace(session, workspace, now)
    return workspaces.get_workspace(session, workspace.team_id)


def view_workspace(session: Session, team_id: str, now: datetime) -> Workspace:
    """Return a workspace; raises `LookupError` where the app is not installed."""
    del now
    return workspaces.get_workspace(session, team_id)
