"""What people choose for themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.errors import UnknownMembersError
from bot.services.board_membership import settle
from storage import preferences as preferences_table
from storage.members import find_members

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.members import Member
    from bot.domain.preferences import ChangePreferences
    from storage.engine.store import Connection


@dataclass(frozen=True, slots=True)
class ViewPreferences:
    """Somebody's wish to see what they chose."""

    team_id: str
    user_id: str


def view_preferences(connection: Connection, request: ViewPreferences, now: datetime) -> Member:
    """Return a person with what they chose; raises `UnknownMembersError` for a stranger."""
    del now
    member = find_members(connection, request.team_id, [request.user_id]).get(request.user_id)
    if member is None:
        raise UnknownMembersError((request.user_id,))
    return member


def change_preferences(connection: Connection, request: ChangePreferences, now: datetime) -> Member:
    """Store what somebody chose; return them as they are from now on.

    Raises `UnknownMembersError` for a stranger, and for somebody who comes back after their data
    were erased: Slack is asked who they are first.
    """
    known = find_members(connection, request.team_id, [request.user_id])
    if request.user_id not in known or known[request.user_id].is_erased:
        raise UnknownMembersError((request.user_id,))
    preferences_table.save_preferences(connection, request)
    settle(connection, request.team_id, [request.user_id])
    return view_preferences(connection, ViewPreferences(request.team_id, request.user_id), now)
