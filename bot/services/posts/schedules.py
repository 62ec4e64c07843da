"""Scheduled posts: what is due is put into the outbox, and each period only once.

Truth is in the database: whoever looks, and however often, finds there what has been dealt with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.errors import AlreadyPostedError, NoChannelError
from bot.domain.outbox import OutboxKind, OutboxMessage
from bot.domain.schedules import (
    POSTED_KINDS,
    Due,
    LastResult,
    OccurrenceState,
    PostedNow,
    ScheduleKind,
    ScheduleStatus,
    channel_of,
    digest_schedule,
    is_early,
    period_told_at,
    schedule_of,
)
from bot.domain.workspaces import EmptyPeriod
from bot.services.posts import digest, posts
from bot.services.posts.schedule_times import due_now, next_slot
from bot.services.rights import check_rights
from storage import activity, outbox, schedules
from storage.installations import find_away
from storage.schedules import Occurrence, key_of
from storage.workspaces import find_team_ids, get_workspace, lock_workspace

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.domain.schedules import DigestRun, PostMessage, PostNow, Schedule
    from bot.domain.workspaces import Workspace
    from storage.engine.store import Connection
    from storage.schedules import Progress, Result

POST_MISSED = "post_missed"
POST_BY_HAND = "post_now"
OUTBOX_KINDS = {
    ScheduleKind.WEEKLY: OutboxKind.WEEKLY_POST,
    ScheduleKind.MONTHLY: OutboxKind.MONTHLY_POST,
}
KUDOS_ITSELF = ""  # in the activity list, where nobody did it


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looks for what is due in a workspace: now, or as if it were another moment."""

    team_id: str
    at: datetime | None = None
    kinds: frozenset[ScheduleKind] = frozenset(ScheduleKind)


@dataclass(frozen=True, slots=True)
class Taken:
    """A time that came, and what became of it."""

    due: Due
    state: OccurrenceState


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found: what is posted or not, what was too late, and when to look again."""

    posts: tuple[Taken, ...]
    skipped: tuple[Due, ...]
    early: tuple[Due, ...]  # as of another moment, but not yet
    next_at: datetime | None  # None where nothing is set
    digests_at: datetime | None  # when more people's digests are to be made; None if none are left


class Rehearsed(Exception):  # noqa: N818 - nothing is wrong
    """What would be done, for whom nothing is to be done."""

    def __init__(self, looked: Looked, digests: tuple[DigestRun, ...]) -> None:
        super().__init__()
        self.looked = looked
        self.digests = digests  # the runs that would begin or go on


@dataclass(frozen=True, slots=True)
class NotePicture:
    """Slack has the picture of a post as this file."""

    team_id: str
    kind: ScheduleKind
    period: str
    place: str
    file_id: str


def find_workspaces(connection: Connection, _request: None, _now: datetime) -> list[str]:
    """Return the workspaces in which something may be due."""
    away = find_away(connection)
    return [team_id for team_id in find_team_ids(connection) if team_id not in away]


def look(connection: Connection, request: Look, now: datetime) -> Looked:
    """Put everything that is due in one workspace into the outbox, and note what was missed.

    Done twice, or by several processes at once, it does nothing the second time. It is asked every
    few seconds, so it takes no lock as long as nothing is due.
    """
    at = request.at or now
    workspace = get_workspace(connection, request.team_id)
    posted = [kind for kind in POSTED_KINDS if kind in request.kinds]
    progress = schedules.find_progress(connection, workspace.team_id, at)
    taken: list[Taken] = []
    due = _all_due(workspace, progress, posted, at)
    early = [each for each in due if is_early(each, now)]
    if len(early) < len(due):
        # Another process, or an admin who changes the settings, may be at it.
        workspace = lock_workspace(connection, request.team_id)
        taken = take_due(connection, workspace, at, posted, now)
    digests_at = None
    if ScheduleKind.DIGEST in request.kinds:
        digests = digest.enqueue_due(connection, workspace, at, now)
        digests_at = digests.next_at
        early += digests.early
    if request.at is not None:
        # What was enqueued by another clock is sent by the one on the wall.
        schedules.bring_to(connection, workspace.team_id, made_at=at, now=now)
    coming = [
        next_slot(schedule, at)
        for kind in posted
        if (schedule := schedule_of(workspace, kind)) is not None
    ]
    if digests_at is not None:
        coming.append(digests_at)
    return Looked(
        posts=tuple(each for each in taken if each.state is not OccurrenceState.SKIPPED),
        skipped=tuple(each.due for each in taken if each.state is OccurrenceState.SKIPPED),
        early=tuple(early),
        next_at=min(coming, default=None),
        digests_at=digests_at,
    )


def rehearse(connection: Connection, request: Look, now: datetime) -> None:
    """Raise `Rehearsed` with what `look` would do, so that nothing of it is stored."""
    before = set(schedules.find_digest_runs(connection, request.team_id))
    looked = look(connection, request, now)
    after = schedules.find_digest_runs(connection, request.team_id)
    raise Rehearsed(looked, tuple(each for each in after if each not in before))


def find_messages(
    connection: Connection, request: tuple[str, ...], _now: datetime
) -> list[PostMessage]:
    """Return the posts that wait to be sent, and those of these ids, whatever became of them."""
    return schedules.find_messages(connection, request)


def take_due(
    connection: Connection,
    workspace: Workspace,
    at: datetime,
    kinds: Collection[ScheduleKind],
    now: datetime,
) -> list[Taken]:
    """Deal with the posts that are due as the settings are; the workspace has to be locked.

    They are due `at` a moment, which another clock may show; `now` is what it is.
    """
    progress = schedules.find_progress(connection, workspace.team_id, at)
    due = _all_due(workspace, progress, kinds, at)
    return [_take(connection, workspace, each, at) for each in due if not is_early(each, now)]


def stamp_changes(
    connection: Connection, before: Workspace, after: Workspace, now: datetime
) -> None:
    """Let schedules that were changed begin now, once what was due before has been taken on."""
    changed = [
        kind for kind in ScheduleKind if _schedule_of(before, kind) != _schedule_of(after, kind)
    ]
    if changed:
        take_due(connection, before, now, POSTED_KINDS, now)
        schedules.stamp_since(connection, before.team_id, changed, now)


def post_now(connection: Connection, request: PostNow, now: datetime) -> PostedNow:
    """Put the post of the last period that is over into the outbox, whatever its time is.

    A post that was missed, or that Slack would not take, is made up for by this. Raises
    `NotAdminError`, `NoChannelError`, or `AlreadyPostedError` where that channel has it.
    """
    workspace = lock_workspace(connection, request.team_id)
    check_rights(connection, workspace, request.actor_id)
    kind = request.kind
    channel_id = channel_of(workspace, kind)
    if channel_id is None:
        raise NoChannelError(kind)
    period = period_told_at(workspace, kind, now)
    occurrence = Occurrence(
        request.team_id,
        kind,
        period.key,
        channel_id,
        now,
        OccurrenceState.WISHED,
        request.actor_id,
    )
    if not schedules.add_occurrence(connection, occurrence, now):
        schedules.change_occurrence(
            connection, _made_up_for(connection, workspace, occurrence, now)
        )
    outbox.enqueue_once(connection, [_message_of(occurrence)], now)
    activity.add(
        connection,
        request.team_id,
        request.actor_id,
        POST_BY_HAND,
        subject_id=kind,
        after={"period": period.key, "channel_id": channel_id},
        now=now,
    )
    return PostedNow(kind, channel_id, period)


def view_schedules(connection: Connection, team_id: str, now: datetime) -> list[ScheduleStatus]:
    """Return what is posted by itself, when next, and how it went the last time."""
    workspace = get_workspace(connection, team_id)
    statuses = []
    for kind in ScheduleKind:
        schedule = _schedule_of(workspace, kind)
        last = schedules.find_last(connection, team_id, kind)
        statuses.append(
            ScheduleStatus(
                kind,
                schedule,
                next_at=None if schedule is None else next_slot(schedule, now),
                last=None if last is None else _told(workspace, last),
            )
        )
    return statuses


def note_picture(connection: Connection, request: NotePicture, now: datetime) -> None:
    """Store which file of Slack's is the picture of a post, so that it is drawn once."""
    del now
    schedules.set_file(
        connection, request.team_id, request.kind, request.period, request.place, request.file_id
    )


def _schedule_of(workspace: Workspace, kind: ScheduleKind) -> Schedule | None:
    if kind is ScheduleKind.DIGEST:
        # Each person has it in their own zone; this is when those in the workspace's have it.
        return digest_schedule(workspace, workspace.time_zone)
    return schedule_of(workspace, kind)


def _all_due(
    workspace: Workspace, progress: Progress, kinds: Collection[ScheduleKind], now: datetime
) -> list[Due]:
    return [
        each
        for kind in kinds
        if (schedule := schedule_of(workspace, kind)) is not None
        for each in due_now(
            schedule, after=progress.counts_after(kind), done=progress.done_of(kind), now=now
        )
    ]


def _state_of(connection: Connection, workspace: Workspace, due: Due) -> OccurrenceState:
    """Return what becomes of a time that has come."""
    if due.is_missed:
        return OccurrenceState.SKIPPED
    wanted = {
        ScheduleKind.WEEKLY: workspace.settings.weekly_empty,
        ScheduleKind.MONTHLY: workspace.settings.monthly_empty,
    }[due.schedule.kind]
    if wanted is EmptyPeriod.NOTHING and posts.is_empty(connection, workspace.team_id, due.period):
        return OccurrenceState.EMPTY
    return OccurrenceState.WISHED


def _take(connection: Connection, workspace: Workspace, due: Due, now: datetime) -> Taken:
    state = _state_of(connection, workspace, due)
    occurrence = Occurrence(
        workspace.team_id,
        due.schedule.kind,
        due.period.key,
        due.schedule.place,
        due.slot_at,
        state,
    )
    schedules.add_occurrence(connection, occurrence, now)
    if state is OccurrenceState.WISHED:
        outbox.enqueue_once(connection, [_message_of(occurrence)], now)
    if state is OccurrenceState.SKIPPED:
        activity.add(
            connection,
            workspace.team_id,
            KUDOS_ITSELF,
            POST_MISSED,
            subject_id=due.schedule.kind,
            after={"period": due.period.key, "slot_at": due.slot_at.isoformat()},
            now=now,
        )
    return Taken(due, state)


def _message_of(occurrence: Occurrence) -> OutboxMessage:
    return OutboxMessage(
        team_id=occurrence.team_id,
        key=key_of(occurrence.kind, occurrence.period, occurrence.place),
        kind=OUTBOX_KINDS[occurrence.kind],
        channel_id=occurrence.place,
        details={"period": occurrence.period, "place": occurrence.place},
    )


def _made_up_for(
    connection: Connection, workspace: Workspace, occurrence: Occurrence, now: datetime
) -> Occurrence:
    """Return an occurrence that is there already as it is from now on.

    Raises `AlreadyPostedError` where its post is there, or on its way.
    """
    kind, period, place = occurrence.kind, occurrence.period, occurrence.place
    found = schedules.find_result(connection, occurrence.team_id, kind, period, place)
    if found is None:
        raise LookupError(key_of(kind, period, place))
    if found.state is OccurrenceState.WISHED and not schedules.enqueue_again(
        connection, occurrence.team_id, key_of(kind, period, place), now
    ):
        raise AlreadyPostedError(place, _link(workspace, found), kind)
    # Its time stays what it was.
    return occurrence._replace(slot_at=found.slot_at)


def _told(workspace: Workspace, result: Result) -> LastResult:
    return LastResult(
        period=result.period,
        slot_at=result.slot_at,
        state=result.state,
        place=result.place,
        error=result.error,
        link=_link(workspace, result),
    )


def _link(workspace: Workspace, result: Result) -> str | None:
    if result.posted_channel_id is None or result.posted_ts is None:
        return None
    return workspace.link_to(result.posted_channel_id, result.posted_ts)
