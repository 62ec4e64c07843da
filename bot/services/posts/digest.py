"""Each person's own week: who gets it when, a few people at a time, and what it tells them.

Digests are put into the outbox in small batches, and none while the ones before are still there. So
kudos and posts never wait behind them, however many people a workspace has. How far a run has come
is in the database: after a restart it goes on from there, and several processes take turns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.domain.digest import (
    ACTIVE_DAYS,
    BATCH_EVERY,
    BATCH_MAX,
    COLLEAGUE,
    LOOKED_AT_MAX,
    PAGE,
    WEEK_AT_LEAST,
    Run,
    is_too_soon,
    may_be_due,
    waits_until,
)
from bot.domain.errors import UnknownMembersError
from bot.domain.outbox import OutboxKind, OutboxMessage
from bot.domain.periods import local_day, period_named, week_from
from bot.domain.posts import Digest
from bot.domain.preferences import ChangePreferences
from bot.domain.privacy import Viewer
from bot.domain.rules import why_not_thankable
from bot.domain.schedules import (
    CATCH_UP,
    LOOK_BACK,
    OccurrenceState,
    ScheduleKind,
    digest_schedule,
    is_early,
)
from bot.domain.zones import zone_named
from bot.messages.posts.digest import digest as digest_message
from bot.messages.text.words import words_for
from bot.services.giving.budgets import allowance_of
from bot.services.giving.naming import names_in
from bot.services.giving.reading import as_read_by
from bot.services.posts.colleagues import find_colleague
from bot.services.posts.schedule_times import due_now
from storage import activity, outbox
from storage import digest as digest_tables
from storage import kudos as kudos_table
from storage.members import find_members
from storage.preferences import save_preferences
from storage.schedules import key_of
from storage.workspaces import get_workspace, lock_workspace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from bot.domain.digest import SwitchDigest
    from bot.domain.kudos import Kudos
    from bot.domain.members import Member
    from bot.domain.outbox import ClaimedMessage
    from bot.domain.periods import Period
    from bot.domain.schedules import Due, Schedule
    from bot.domain.workspaces import Workspace, WorkspaceSettings
    from bot.messages.blockkit.message import Message
    from storage.engine.store import Connection

LAST_RECEIVED = 3

_KUDOS_ITSELF = ""  # in the activity list, where nobody did it
_POST_MISSED = "post_missed"


@dataclass(frozen=True, slots=True)
class _Work:
    """What there is to do for the digests of a workspace."""

    missed: tuple[Due, ...]  # it is too late for these weeks
    runs: tuple[Run, ...]  # some people's digests are still to come, first due first
    ended: tuple[Run, ...]  # and of these it is too late for those who are left
    waits_until: datetime | None  # the last batch was a moment ago
    early: tuple[Due, ...]  # in the workspace's own zone: as of another moment, but not yet


@dataclass(frozen=True, slots=True)
class TakenOn:
    """When to come back for more digests, and which are left to their time."""

    next_at: datetime | None  # None where nothing is under way
    early: tuple[Due, ...] = ()


def enqueue_due(
    connection: Connection, workspace: Workspace, at: datetime, now: datetime
) -> TakenOn:
    """Put the next few digests that are due into the outbox.

    They are due `at` a moment, which another clock may show; `now` is what it is. As long as
    nothing is due it asks two or three short questions and takes no lock.
    """
    if not workspace.settings.digest_on:
        return TakenOn(None)
    work = _find_work(connection, workspace, at, now)
    if not (work.missed or work.runs or work.ended) or work.waits_until is not None:
        return TakenOn(work.waits_until if work.runs else None, work.early)
    workspace = lock_workspace(connection, workspace.team_id)
    work = _find_work(connection, workspace, at, now)  # as another process has left it
    for each in work.missed:
        _note_missed(connection, workspace, each, at)
    for run in work.ended:
        digest_tables.save_run(
            connection, workspace.team_id, replace(run, state=OccurrenceState.DONE), at
        )
    if not work.runs or work.waits_until is not None:
        return TakenOn(work.waits_until if work.runs else None, work.early)
    return TakenOn(_take_batch(connection, workspace, work.runs, at), work.early)


def _find_work(connection: Connection, workspace: Workspace, at: datetime, now: datetime) -> _Work:
    since = digest_tables.find_since(connection, workspace.team_id)
    known = digest_tables.find_runs(
        connection,
        workspace.team_id,
        zone=workspace.time_zone,
        since=at - LOOK_BACK,
        lately=at - WEEK_AT_LEAST - CATCH_UP,
    )
    due = _due(connection, workspace, known, since, at)
    early = [each for each in due if is_early(each, now)]
    missed, begun = _begun(workspace, [each for each in due if each not in early])
    under_way = [run for run in known if run.state is OccurrenceState.UNDER_WAY]
    is_late = {run.place: min(at, now) - run.slot_at > CATCH_UP for run in under_way}
    runs = [*(run for run in under_way if not is_late[run.place]), *begun]
    return _Work(
        missed=tuple(missed),
        runs=tuple(sorted(runs, key=lambda run: (run.slot_at, run.place))),
        ended=tuple(run for run in under_way if is_late[run.place]),
        waits_until=waits_until(known, at),
        # As with what was missed, nobody asks about each single zone.
        early=tuple(each for each in early if each.schedule.place == workspace.time_zone),
    )


def _begun(workspace: Workspace, due: Iterable[Due]) -> tuple[list[Due], list[Run]]:
    """Return the weeks that were missed, and the runs whose time has come.

    What was missed is told of the workspace's own zone alone: nobody asks about each single one.
    """
    missed, begun = [], []
    for each in due:
        if not each.is_missed:
            begun.append(Run(each.schedule.place, each.period.key, each.slot_at))
        elif each.schedule.place == workspace.time_zone:
            missed.append(each)
    return missed, begun


def _due(
    connection: Connection, workspace: Workspace, known: list[Run], since: datetime, now: datetime
) -> list[Due]:
    zones = {workspace.time_zone}
    if may_be_due(workspace.settings, now):
        zones |= set(digest_tables.find_zones(connection, workspace.team_id))
    found: list[Due] = []
    for zone in sorted(zones):
        of_zone = [run for run in known if run.place == zone]
        found += _due_in(workspace, zone, of_zone, max(since, now - LOOK_BACK), now)
    return found


def _due_in(
    workspace: Workspace, zone: str, runs: list[Run], after: datetime, now: datetime
) -> list[Due]:
    schedule = _schedule_in(workspace, zone)
    if schedule is None or is_too_soon(now, runs):
        return []
    if zone != workspace.time_zone:
        after = max(after, now - CATCH_UP)
    # Whoever dealt with the last time has dealt with all before it too.
    after = max([after, *(run.slot_at for run in runs if run.slot_at <= now)])
    found = due_now(schedule, after=after, done={run.period for run in runs}, now=now)
    return [each for each in found if not is_too_soon(each.slot_at, runs)]


def _schedule_in(workspace: Workspace, zone: str) -> Schedule | None:
    known = zone_named(zone, workspace.time_zone).key
    schedule = digest_schedule(workspace, known)
    return None if schedule is None else replace(schedule, place=zone)


def _note_missed(connection: Connection, workspace: Workspace, missed: Due, now: datetime) -> None:
    run = Run(missed.schedule.place, missed.period.key, missed.slot_at, OccurrenceState.SKIPPED)
    digest_tables.save_run(connection, workspace.team_id, run, now)
    activity.add(
        connection,
        workspace.team_id,
        _KUDOS_ITSELF,
        _POST_MISSED,
        subject_id=ScheduleKind.DIGEST,
        after={"period": missed.period.key, "slot_at": missed.slot_at.isoformat()},
        now=now,
    )


def _take_batch(
    connection: Connection, workspace: Workspace, runs: Iterable[Run], now: datetime
) -> datetime | None:
    """Take on the next people of these runs; return when the next ones' turn comes, if any."""
    next_at = now + BATCH_EVERY
    team_id = workspace.team_id
    if digest_tables.count_waiting(connection, team_id, BATCH_MAX + 1) > BATCH_MAX:
        return next_at  # Slack takes them more slowly than they are made
    room, most, is_more = BATCH_MAX, LOOKED_AT_MAX, False
    for run in runs:
        wanted, looked_at, done_until = _next_people(connection, workspace, run, now, room, most)
        outbox.enqueue_once(connection, [_message_of(run, member) for member in wanted], now)
        room, most = room - len(wanted), most - looked_at
        is_more = not room or not most
        taken = replace(
            run,
            state=OccurrenceState.UNDER_WAY if is_more else OccurrenceState.DONE,
            done_until=done_until,
            next_at=next_at,
        )
        digest_tables.save_run(connection, team_id, taken, now)
        if is_more:
            break
    return next_at if is_more else None


def _next_people(
    connection: Connection, workspace: Workspace, run: Run, now: datetime, room: int, most: int
) -> tuple[list[Member], int, str]:
    """Return who of a run gets a digest next, among how many they were found, and the last one."""
    wanted: list[Member] = []
    looked_at, done_until = 0, run.done_until
    while looked_at < most:
        page = digest_tables.find_people(
            connection,
            workspace.team_id,
            zone=run.place,
            after=done_until,
            active_since=now - timedelta(days=ACTIVE_DAYS),
            limit=min(PAGE, most - looked_at),
        )
        for member, is_active in page:
            looked_at, done_until = looked_at + 1, member.user_id
            if is_active and _wants(member, workspace.settings):
                wanted.append(member)
            if len(wanted) == room:
                return wanted, looked_at, done_until
        if not page:
            break
    return wanted, looked_at, done_until


def send_to_newcomer(connection: Connection, team_id: str, user_id: str, now: datetime) -> None:
    """Send today's digest to a person whose time zone changed after it went out.

    Who has had it elsewhere has it already; where the run has not come to them yet, it will.
    """
    workspace = get_workspace(connection, team_id)
    if not workspace.settings.digest_on or not may_be_due(workspace.settings, now):
        return
    workspace = lock_workspace(connection, team_id)  # the run stays where it is meanwhile
    member = find_members(connection, team_id, [user_id])[user_id]
    lately = now - CATCH_UP
    runs = digest_tables.find_runs(
        connection, team_id, zone=member.time_zone, since=lately, lately=lately
    )
    for run in runs:
        is_past = run.state is OccurrenceState.DONE or run.done_until >= user_id
        is_told = run.state is not OccurrenceState.SKIPPED and run.slot_at <= now
        if run.place != member.time_zone or not is_past or not is_told:
            continue
        is_active = digest_tables.is_active(
            connection, team_id, user_id, since=now - timedelta(days=ACTIVE_DAYS)
        )
        if is_active and _wants(member, workspace.settings):
            outbox.enqueue_once(connection, [_message_of(run, member)], now)


def _wants(member: Member, settings: WorkspaceSettings) -> bool:
    return (
        why_not_thankable(member, settings) is None
        and not member.is_erased
        and member.preferences.weekly_nudge
        and member.preferences.direct_messages
    )


def _message_of(run: Run, member: Member) -> OutboxMessage:
    """Return the digest of a person: one for each week, whatever zone they move to."""
    return OutboxMessage(
        team_id=member.team_id,
        key=key_of(ScheduleKind.DIGEST, run.period, member.user_id),
        kind=OutboxKind.PERSONAL_DIGEST,
        channel_id=member.user_id,
        user_id=member.user_id,
        details={"first_day": period_named(run.period).first_day.isoformat()},
    )


def compose_digest(
    connection: Connection, workspace: Workspace, claimed: ClaimedMessage, now: datetime
) -> Message | None:
    """Return somebody's week as it is now, or None where they want none or there is nothing in it.

    A day late it is none of their week any more. One that stands in Slack is brought up to date
    however old it is, since it may quote what somebody has taken back or had erased.
    """
    team_id, user_id = workspace.team_id, claimed.user_id or ""
    reader = find_members(connection, team_id, [user_id]).get(user_id)
    if reader is None:
        return None
    week = week_from(date.fromisoformat(claimed.details["first_day"]))
    words = words_for(reader.locale).named(workspace.settings)
    if claimed.posted_ts is not None:
        colleague_id = _still_known(connection, team_id, claimed.details.get(COLLEAGUE))
        told = find_digest(connection, workspace, reader, week, now, colleague_id, claimed.gone)
        # What was left to give then is not known any more.
        message = digest_message(words, replace(told, allowance_left=None))
        return message.quoting(_linked(told))
    is_late = now - claimed.created_at > CATCH_UP
    if is_late or not workspace.settings.digest_on or not _wants(reader, workspace.settings):
        return None
    colleague_id = find_colleague(connection, workspace, reader, week, now, claimed.told)
    told = find_digest(connection, workspace, reader, week, now, colleague_id, claimed.gone)
    if not told.received_count and not told.given_count and colleague_id is None:
        return None
    return digest_message(words, told).quoting(_linked(told))


def _linked(told: Digest) -> list[Kudos]:
    return [kudos for kudos in told.last_received if kudos.kudos_id in told.links]


def find_digest(
    connection: Connection,
    workspace: Workspace,
    reader: Member,
    week: Period,
    now: datetime,
    colleague_id: str | None,
    gone: Collection[str] = (),
) -> Digest:
    """Return what a digest tells of somebody's week, with what only they may see.

    It does not link to the posts of kudos that are `gone`.
    """
    team_id, user_id = workspace.team_id, reader.user_id
    own = digest_tables.count_own(connection, team_id, user_id, week)
    allowance = allowance_of(connection, workspace, user_id, now)
    last = _last_received(connection, reader, week)
    zone = zone_named(reader.time_zone, workspace.time_zone)
    return Digest(
        period=week,
        is_over=week.end_day <= local_day(now, zone),
        received_count=own.received_count,
        thanked_by_count=own.thanked_by_count,
        given_count=own.given_count,
        allowance_left=allowance.left - allowance.boost_left if allowance.is_ever else None,
        renews_at=allowance.renews_at,
        last_received=tuple(last),
        colleague_id=colleague_id,
        names=names_in(connection, team_id, last, [colleague_id] if colleague_id else []),
        links=workspace.links_to(kudos for kudos in last if kudos.kudos_id not in gone),
    )


def _still_known(connection: Connection, team_id: str, user_id: str | None) -> str | None:
    """Return whom a digest named, unless they had their data erased since."""
    found = find_members(connection, team_id, [user_id]).get(user_id) if user_id else None
    return None if found is None or found.is_erased else user_id


def switch_digest(connection: Connection, request: SwitchDigest, now: datetime) -> Member:
    """Store that somebody wants their week no more, or again; return them as they are then.

    Of those who had their data erased it is stored without bringing their name back. The digest
    with the button is gone then: an answer takes its place. Raises `UnknownMembersError` for a
    stranger.
    """
    del now
    found = find_members(connection, request.team_id, [request.user_id]).get(request.user_id)
    if found is None:
        raise UnknownMembersError((request.user_id,))
    if request.message_ts:
        outbox.let_go(connection, request.team_id, request.channel_id, request.message_ts)
    chosen = replace(found.preferences, weekly_nudge=request.is_on)
    save_preferences(connection, ChangePreferences(request.team_id, request.user_id, chosen))
    return replace(found, preferences=chosen)


def _last_received(connection: Connection, reader: Member, week: Period) -> list[Kudos]:
    """Return the last thanks of a week, without others who want to be thanked in private."""
    ids = digest_tables.find_received_ids(
        connection, reader.team_id, reader.user_id, week, LAST_RECEIVED
    )
    found = kudos_table.find_some(connection, reader.team_id, ids)
    seen = as_read_by(connection, Viewer(reader.user_id), found, {})
    return sorted(seen, key=lambda kudos: kudos.kudos_id, reverse=True)
