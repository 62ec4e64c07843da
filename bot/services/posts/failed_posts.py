"""A scheduled post that Slack will not take: an admin is told, once, what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.admin import may_administer
from bot.domain.outbox import OutboxKind, OutboxMessage
from bot.domain.schedules import ScheduleKind, channel_of
from bot.domain.settings.settings import FIELDS, Section
from storage import activity, outbox, schedules
from storage.admin import find_first_admin
from storage.members import find_members
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.outbox import ClaimedMessage
    from bot.domain.workspaces import Workspace
    from storage.engine.store import Connection

KINDS = {
    OutboxKind.WEEKLY_POST: ScheduleKind.WEEKLY,
    OutboxKind.MONTHLY_POST: ScheduleKind.MONTHLY,
}
SECTIONS = {ScheduleKind.WEEKLY: Section.WEEKLY, ScheduleKind.MONTHLY: Section.MONTHLY}


def tell_of_failed_post(
    connection: Connection, claimed: ClaimedMessage, error: str, now: datetime
) -> None:
    """Have an admin told that a scheduled post could not be posted.

    As long as it fails for the same reason in the same channel, time after time, that is said
    once. Who asked for it at once is always told.
    """
    kind = KINDS[claimed.kind]
    period, place = claimed.details["period"], claimed.details["place"]
    result = schedules.find_result(connection, claimed.team_id, kind, period, place)
    if result is None:
        return
    before = schedules.find_last(connection, claimed.team_id, kind, before=result.slot_at)
    was_told = before is not None and (before.place, before.error) == (place, error)
    if was_told and result.actor_id is None:
        return
    workspace = get_workspace(connection, claimed.team_id)
    admin_id = _admin_for(connection, workspace, kind, result.actor_id)
    if admin_id is None:
        return
    message = OutboxMessage(
        team_id=claimed.team_id,
        key=f"{schedules.key_of(kind, period, place)}:failed:{claimed.revision}",
        kind=OutboxKind.SCHEDULED_POST_FAILED,
        channel_id=admin_id,
        user_id=admin_id,
        details={"kind": kind, "period": period, "place": place, "error": error},
    )
    outbox.enqueue_once(connection, [message], now)


def _admin_for(
    connection: Connection, workspace: Workspace, kind: ScheduleKind, asked_by: str | None
) -> str | None:
    """Return who asked for it or last changed what is set for it, or any admin there is."""
    names = set(FIELDS[SECTIONS[kind]])
    if channel_of(workspace, kind) == workspace.settings.announcement_channel_id:
        names.add("announcement_channel_id")
    candidates = [asked_by, activity.find_last_actor(connection, workspace.team_id, names)]
    known = find_members(connection, workspace.team_id, [each for each in candidates if each])
    for candidate in candidates:
        if may_administer(known.get(candidate or ""), workspace.settings):
            return candidate
    return find_first_admin(connection, workspace.team_id)
