"""What admins do: change settings, and look at who changed what."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from bot.domain.admin import (
    ActivityPage,
    Budgets,
    Checklist,
    LedgerLine,
    PersonLedger,
    SettingsChanged,
)
from bot.domain.errors import (
    AlreadyUndoneError,
    NoKudosHereError,
    SettingsError,
    UnknownMembersError,
)
from bot.domain.outbox import OutboxKind, OutboxMessage
from bot.domain.privacy import Viewer
from bot.domain.settings.settings import settings_with
from bot.domain.workdays import no_country
from bot.services.board_membership import settle_for_settings
from bot.services.boards.weeks import begin_weeks
from bot.services.giving.budgets import allowance_of, list_boosts, list_overrides
from bot.services.giving.naming import names_in
from bot.services.giving.reading import as_read_by
from bot.services.giving.removal import REMOVED, as_removed, points_alone
from bot.services.posts.schedules import stamp_changes
from bot.services.posts.workdays import is_country
from bot.services.rights import check_rights
from storage import activity, outbox
from storage.admin import find_entries, find_first_admin, has_kudos
from storage.kudos import find_kudos, find_some
from storage.ledger import find_balance
from storage.members import find_members, names_of
from storage.workspaces import get_workspace, lock_workspace, save_settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.admin import (
        Activity,
        ChangeSettings,
        ViewActivity,
        ViewPerson,
        ViewSettings,
        Welcome,
    )
    from bot.domain.kudos import KudosRemoved, RemoveKudos
    from bot.domain.workspaces import WorkspaceSettings
    from storage.engine.store import Connection

ACTIVITY_PAGE = 15
LEDGER_PAGE = 10
LEDGER_SEEN = "ledger_seen"  # in the activity list


def change_settings(
    connection: Connection, request: ChangeSettings, now: datetime
) -> SettingsChanged:
    """Store what an admin chose, and a line in the activity list for each setting that changed.

    Raises `NotAdminError`, or `SettingsError` with everything that is wrong; then nothing changes.
    """
    workspace = lock_workspace(connection, request.team_id)
    check_rights(connection, workspace, request.actor_id)
    settings = settings_with(workspace.settings, request.changes, workspace.emoji_aliases)
    country = settings.monthly_country
    if country is not None and country != workspace.settings.monthly_country:
        _check_country(country)
    before, after = asdict(workspace.settings), asdict(settings)
    changed = tuple(name for name in after if after[name] != before[name])
    if changed:
        begin_weeks(connection, workspace, settings.week_begins, now)
        save_settings(connection, request.team_id, settings)
        settle_for_settings(connection, request.team_id, changed)
        stamp_changes(connection, workspace, replace(workspace, settings=settings), now)
    for name in changed:
        activity.add(
            connection,
            request.team_id,
            request.actor_id,
            name,
            before=before[name],
            after=after[name],
            now=now,
        )
    return SettingsChanged(settings, changed)


def _check_country(country: str) -> None:
    if not is_country(country):
        raise SettingsError({"monthly_country": no_country(country).fault})


def welcome_admin(connection: Connection, request: Welcome, now: datetime) -> None:
    """Have the one who installed Kudos told where it is set up, once in a workspace.

    Where Slack does not say who that may be, it is the first of the workspace's admins.
    """
    user_id = request.user_id or find_first_admin(connection, request.team_id)
    if user_id is not None:
        message = OutboxMessage(
            team_id=request.team_id,
            key=str(OutboxKind.ADMIN_WELCOME),
            kind=OutboxKind.ADMIN_WELCOME,
            channel_id=user_id,
            user_id=user_id,
        )
        outbox.enqueue_once(connection, [message], now)


def view_settings(
    connection: Connection, request: ViewSettings, now: datetime
) -> WorkspaceSettings:
    """Return the settings for somebody who may change them; raises `NotAdminError`."""
    del now
    workspace = get_workspace(connection, request.team_id)
    check_rights(connection, workspace, request.viewer_id)
    return workspace.settings


def view_activity(connection: Connection, request: ViewActivity, now: datetime) -> ActivityPage:
    """Return one page of what was changed.

    Raises `NotAdminError`, and `UnknownChannelsError` where Slack has to be asked first.
    """
    del now
    workspace = get_workspace(connection, request.team_id)
    check_rights(connection, workspace, request.viewer_id)
    found = activity.find_page(
        connection, request.team_id, skip=request.page * ACTIVITY_PAGE, limit=ACTIVITY_PAGE + 1
    )
    shown = tuple(_as_told(connection, request, found[:ACTIVITY_PAGE]))
    return ActivityPage(
        activities=shown,
        page=request.page,
        has_older=len(found) > ACTIVITY_PAGE,
    )


def _as_told(
    connection: Connection, request: ViewActivity, found: Sequence[Activity]
) -> list[Activity]:
    """Return lines without the giver of what was taken back, where that is not for admins."""
    removed = {
        each.activity_id: (each.before or {}).get("kudos_id", "")
        for each in found
        if each.what == REMOVED and each.subject_id is not None
    }
    viewer = Viewer(request.viewer_id, is_admin=True)
    kudos = find_some(connection, request.team_id, sorted(set(removed.values())))
    seen = {each.kudos_id for each in as_read_by(connection, viewer, kudos, request.told)}
    return [
        each
        if removed.get(each.activity_id) in {None, *seen}
        else replace(each, subject_id=None, before=points_alone(each.before))
        for each in found
    ]


def view_budgets(connection: Connection, request: ViewSettings, now: datetime) -> Budgets:
    """Return the allowances other than everybody's, for an admin."""
    overrides = tuple(list_overrides(connection, request.team_id, now))
    boosts = tuple(list_boosts(connection, request.team_id, now))
    people = {each.subject_id for each in overrides} | {boost.user_id for boost, _ in boosts}
    return Budgets(overrides, boosts, names_of(connection, request.team_id, people))


def view_person(connection: Connection, request: ViewPerson, now: datetime) -> PersonLedger:
    """Return what somebody has, and one page of their ledger, for an admin.

    The activity list tells who looked. It refuses nobody: it is also shown once something was
    booked. Raises `UnknownMembersError` or `UnknownChannelsError` where Slack has to be asked.
    """
    workspace = get_workspace(connection, request.team_id)
    if not find_members(connection, request.team_id, [request.user_id]):
        raise UnknownMembersError((request.user_id,))
    found = find_entries(
        connection,
        request.team_id,
        request.user_id,
        skip=request.page * LEDGER_PAGE,
        limit=LEDGER_PAGE + 1,
    )
    shown = found[:LEDGER_PAGE]
    kudos_ids = [entry.kudos_id for entry in shown if entry.kudos_id is not None]
    kudos = find_some(connection, request.team_id, kudos_ids)
    live = {each.kudos_id for each in kudos if each.reversed_at is None}
    viewer = Viewer(request.viewer_id, is_admin=True)
    seen = {
        each.kudos_id: each
        for each in as_read_by(connection, viewer, kudos, request.told)
        # A line of theirs would tell of a part that the admin may not see.
        if request.user_id in {each.giver_id, *each.receiver_ids}
    }
    if request.page == 0 and request.is_look:
        activity.add(
            connection,
            request.team_id,
            request.viewer_id,
            LEDGER_SEEN,
            subject_id=request.user_id,
            now=now,
        )
    return PersonLedger(
        user_id=request.user_id,
        balance=find_balance(connection, request.team_id, request.user_id),
        allowance=allowance_of(connection, workspace, request.user_id, now),
        lines=tuple(
            LedgerLine(
                created_at=entry.created_at,
                account=entry.account,
                points=entry.points,
                is_reversal=entry.reversal_of is not None,
                kudos_id=entry.kudos_id,
                kudos=seen.get(entry.kudos_id or ""),
                can_be_removed=entry.kudos_id in live and entry.reversal_of is None,
                reason=entry.reason or "",
                actor_id=entry.actor_id,
            )
            for entry in shown
        ),
        page=request.page,
        has_older=len(found) > LEDGER_PAGE,
        names=names_in(connection, request.team_id, seen.values()),
    )


def view_removal(connection: Connection, request: RemoveKudos, now: datetime) -> KudosRemoved:
    """Return what an admin is about to take back, and nothing is taken back yet.

    Raises `NotAdminError`, `NoKudosHereError` or `AlreadyUndoneError`, and `UnknownChannelsError`
    where Slack has to be asked first.
    """
    del now
    workspace = get_workspace(connection, request.team_id)
    check_rights(connection, workspace, request.actor_id)
    kudos = find_kudos(connection, request.team_id, request.kudos_id)
    if kudos is None:
        raise NoKudosHereError
    if kudos.reversed_at is not None:
        raise AlreadyUndoneError
    return as_removed(connection, kudos, Viewer(request.actor_id, is_admin=True), request.told)


def view_checklist(connection: Connection, team_id: str, now: datetime) -> Checklist:
    """Return what is set up, as far as the store knows."""
    del now
    settings = get_workspace(connection, team_id).settings
    return Checklist(
        has_announcement_channel=settings.announcement_channel_id is not None,
        is_in_channel=None,
        has_values=bool(settings.values),
        has_kudos=has_kudos(connection, team_id),
    )
