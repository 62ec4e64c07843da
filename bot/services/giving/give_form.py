"""What the form for giving shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.give_form import Form
from bot.services.giving.budgets import allowance_of
from bot.services.giving.kudos import find_group_user_ids
from storage import members
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.give_form import ViewForm
    from storage.engine.store import Connection


def view_form(connection: Connection, request: ViewForm, now: datetime) -> Form:
    """Return what the form says to a person.

    Raises `UnknownGroupsError` where Slack has to be asked who is in a group.
    """
    workspace = get_workspace(connection, request.team_id)
    allowance = allowance_of(connection, workspace, request.user_id, now)
    return Form(
        workspace,
        allowance_left=allowance.left,
        renews_at=allowance.renews_at,
        reader=members.find_reader(connection, request.team_id, request.user_id, request.named_ids),
        group_user_ids=tuple(find_group_user_ids(connection, request, now)),
    )
