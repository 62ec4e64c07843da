"""Who is on boards, brought up to date with everything that it follows from.

Boards, ranks and scheduled posts go by one rule, `bot.domain.highlights.may_be_named`: whoever
left, had their data erased, is a bot, does not want to be on boards, or takes no part by the
settings, is on none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.highlights import may_be_named
from storage import board_membership
from storage.members import find_members
from storage.workspaces import hold_workspace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.domain.members import Member
    from bot.domain.workspaces import Workspace
    from storage.engine.store import Connection

SETTINGS = frozenset({"externals_take_part", "guests_take_part"})
_AT_ONCE = 200


def off_boards(
    workspace: Workspace, people: Mapping[str, Member], user_ids: Iterable[str]
) -> frozenset[str]:
    """Return those who are on no board; who is not among the known people is not, either."""
    return frozenset(
        user_id
        for user_id in user_ids
        if user_id not in people or not may_be_named(people[user_id], workspace.settings)
    )


def settle(connection: Connection, team_id: str, user_ids: Iterable[str]) -> None:
    """Have boards have these people, or leave them out, as it follows from what is stored now."""
    workspace = hold_workspace(connection, team_id)  # no weeks are counted without knowing of it
    everybody = sorted(set(user_ids))
    for start in range(0, len(everybody), _AT_ONCE):
        some = everybody[start : start + _AT_ONCE]
        people = find_members(connection, team_id, some)
        off = off_boards(workspace, people, people)
        wrong = board_membership.find_otherwise_noted(
            connection, team_id, {user_id: user_id in off for user_id in people}
        )
        for is_off, changed in wrong.items():
            if changed:
                board_membership.note_off_boards(connection, team_id, changed, is_off=is_off)


def settle_for_settings(connection: Connection, team_id: str, changed: Iterable[str]) -> None:
    """Do the same for all about whom admins have just set something else."""
    if not SETTINGS.isdisjoint(changed):
        settle(
            connection, team_id, board_membership.find_who_depends_on_settings(connection, team_id)
        )
