"""Whether somebody may do what only admins may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.admin import may_administer
from bot.domain.errors import NotAdminError, NotOfThisCompanyError, UnknownMembersError
from storage.members import find_members

if TYPE_CHECKING:
    from bot.domain.workspaces import Workspace
    from storage.engine.store import Connection


def check_rights(connection: Connection, workspace: Workspace, user_id: str) -> None:
    """Raise `NotAdminError` unless the person may administer the workspace at this moment."""
    member = find_members(connection, workspace.team_id, [user_id]).get(user_id)
    if not may_administer(member, workspace.settings):
        raise NotAdminError


def check_belongs(connection: Connection, workspace: Workspace, user_id: str) -> None:
    """Raise `NotOfThisCompanyError` for somebody of another company, unless they take part here.

    They cannot type our commands, but in a shared channel they can speak to Kudos and press what
    stands there. Raises `UnknownMembersError` where Slack has to be asked first who that is.
    """
    member = find_members(connection, workspace.team_id, [user_id]).get(user_id)
    if member is None:
        raise UnknownMembersError((user_id,))
    if member.is_external and not workspace.settings.externals_take_part:
        raise NotOfThisCompanyError
