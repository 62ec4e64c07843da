"""What is posted by itself, and when: schedules, the periods they tell of, and what is due."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.periods import (
    MONDAY,
    Period,
    PeriodKind,
    local_day,
    period_before,
    period_of,
    weeks_with,
)
from bot.domain.workdays import WorkingDays, is_first_working_day
from bot.domain.zones import zone_named

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from zoneinfo import ZoneInfo

    from bot.domain.workspaces import Workspace

CATCH_UP = timedelta(hours=24)  # what was missed is made up for so long, and not later
LOOK_BACK = timedelta(days=62)  # further back nobody asks what was missed

FIRST_WORKING_DAY = "first_working"
LAST_DAY = "last"


class ScheduleKind(StrEnum):
    """What is posted by itself."""

    WEEKLY = "weekly"  # the leaderboard of the week before
    MONTHLY = "monthly"  # the highlights of the month before
    DIGEST = "digest"  # a direct message to each person about their week


POSTED_KINDS = (ScheduleKind.WEEKLY, ScheduleKind.MONTHLY)
"""What goes to a channel."""


class OccurrenceState(StrEnum):
    """What became of a time at which something was due."""

    WISHED = "wished"  # its message is in the outbox, which knows the rest
    EMPTY = "empty"  # nothing had been given, and admins want no post then
    SKIPPED = "skipped"  # Kudos was not running, and it was too late afterwards
    UNDER_WAY = "under_way"  # digests: some people's are still to come
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something is posted, and where.

    A weekly one has a `weekday` (0 is Monday), a monthly one a `month_day`: `first_working`,
    `last`, or a number from 1 to 28.
    """

    kind: ScheduleKind
    place: str  # a channel; for digests the name of the zone
    hour: int
    minute: int
    zone: str
    weekday: int = 0
    week_begins: int = MONDAY  # of the weeks that are told of
    month_day: str = FIRST_WORKING_DAY
    working: WorkingDays = field(default_factory=WorkingDays)


@dataclass(frozen=True, slots=True)
class LastResult:
    """What became of the last time at which something was due."""

    period: str  # its key
    slot_at: datetime
    state: OccurrenceState
    place: str
    error: str | None = None  # Slack's word for why it could not be posted
    link: str | None = None  # to the post, once it is there


@dataclass(frozen=True, slots=True)
class ScheduleStatus:
    """What is set, when it is due next, and how it went the last time."""

    kind: ScheduleKind
    schedule: Schedule | None  # None where it is switched off, or there is no channel
    next_at: datetime | None
    last: LastResult | None


@dataclass(frozen=True, slots=True)
class PostNow:
    """An admin's wish to post the last period that is over, without waiting for its time."""

    team_id: str
    actor_id: str
    kind: ScheduleKind


@dataclass(frozen=True, slots=True)
class PostedNow:
    """What is on its way to a channel."""

    kind: ScheduleKind
    channel_id: str
    period: Period


@dataclass(frozen=True, slots=True)
class PostFailed:
    """A scheduled post that Slack would not take."""

    kind: ScheduleKind
    period: Period
    channel_id: str
    error: str  # Slack's word for why


@dataclass(frozen=True, slots=True)
class PostMessage:
    """A scheduled post as the outbox has it."""

    team_id: str
    outbox_id: str
    kind: str  # of `bot.domain.outbox`
    channel_id: str
    period: str
    error: str  # of the last try
    has_failed: bool  # Slack will never take it
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class DigestRun:
    """How far the digests of one week have come in one zone."""

    period: str
    place: str
    slot_at: datetime
    state: str
    done_until: str | None


@dataclass(frozen=True, slots=True)
class Due:
    """A time that has come; `is_missed` where it is too long ago to be made up for."""

    schedule: Schedule
    slot_at: datetime
    period: Period
    is_missed: bool


def schedule_of(workspace: Workspace, kind: ScheduleKind) -> Schedule | None:
    """Return when a post is due; None where it is switched off or there is no channel for it."""
    settings = workspace.settings
    if kind is ScheduleKind.WEEKLY:
        channel_id = channel_of(workspace, kind)
        if not settings.weekly_on or channel_id is None:
            return None
        hour, minute = wall_time(settings.weekly_time)
        zone = zone_of(workspace, kind)
        return Schedule(
            kind,
            channel_id,
            hour,
            minute,
            zone,
            weekday=settings.weekly_weekday,
            week_begins=settings.week_begins,
        )
    if kind is ScheduleKind.MONTHLY:
        channel_id = channel_of(workspace, kind)
        if not settings.monthly_on or channel_id is None:
            return None
        hour, minute = wall_time(settings.monthly_time)
        zone = zone_of(workspace, kind)
        return Schedule(
            kind,
            channel_id,
            hour,
            minute,
            zone,
            month_day=settings.monthly_day,
            working=workspace.working_days,
        )
    raise LookupError(kind)  # each zone has its own: see `digest_schedule`


def digest_schedule(workspace: Workspace, zone: str) -> Schedule | None:
    """Return when people of a zone get their digest; None where admins switched it off."""
    settings = workspace.settings
    if not settings.digest_on:
        return None
    hour, minute = wall_time(settings.digest_time)
    return Schedule(
        ScheduleKind.DIGEST,
        zone,
        hour,
        minute,
        zone,
        weekday=settings.digest_weekday,
        week_begins=settings.week_begins,
    )


def channel_of(workspace: Workspace, kind: ScheduleKind) -> str | None:
    """Return where a post goes, whether or not it is switched on; None where nobody has said."""
    settings = workspace.settings
    own = {
        ScheduleKind.WEEKLY: settings.weekly_channel_id,
        ScheduleKind.MONTHLY: settings.monthly_channel_id,
    }
    return own[kind] or settings.announcement_channel_id


def zone_of(workspace: Workspace, kind: ScheduleKind) -> str:
    """Return the name of the zone in which a post is due."""
    settings = workspace.settings
    own = {
        ScheduleKind.WEEKLY: settings.weekly_zone,
        ScheduleKind.MONTHLY: settings.monthly_zone,
    }
    return zone_named(own[kind] or workspace.time_zone, workspace.time_zone).key


def wall_time(text: str) -> tuple[int, int]:
    """Return hour and minute of a time as the settings keep it, such as `09:00`."""
    hour, _, minute = text.partition(":")
    return int(hour), int(minute)


def period_told(kind: ScheduleKind, slot_at: datetime, zone: ZoneInfo, week_begins: int) -> Period:
    """Return the period that a post at this time tells of.

    The weekly and the monthly one tell of the week and the month before the day on which they are
    posted. A digest tells of the week in which the day before it lies: on the first day of a week
    that is the one that is over, on all others the one that is under way.
    """
    today = local_day(slot_at, zone)
    if kind is ScheduleKind.WEEKLY:
        return period_before(period_of(PeriodKind.WEEK, today, week_begins))
    if kind is ScheduleKind.MONTHLY:
        return period_before(period_of(PeriodKind.MONTH, today))
    return period_of(PeriodKind.WEEK, today - timedelta(days=1), week_begins)


def period_told_at(workspace: Workspace, kind: ScheduleKind, moment: datetime) -> Period:
    """Return the period that a post in a channel would tell of at a moment."""
    zone = zone_named(zone_of(workspace, kind))
    return period_told(kind, moment, zone, workspace.settings.week_begins)


def keys_told_of(day: date) -> tuple[str, ...]:
    """Return the keys of the periods whose posts tell of something that was given on a day."""
    return tuple(each.key for each in (*weeks_with(day), period_of(PeriodKind.MONTH, day)))


def is_month_day(day: date, month_day: str, is_working: Callable[[date], bool]) -> bool:
    """Return whether a monthly post is due on this day; `is_working` tells working days."""
    if month_day == FIRST_WORKING_DAY:
        return is_first_working_day(day, is_working)
    if month_day == LAST_DAY:
        return (day + timedelta(days=1)).day == 1
    return day.day == int(month_day)


def due(
    schedule: Schedule,
    slots: Iterable[datetime],
    done: Collection[str],
    now: datetime,
) -> list[Due]:
    """Return what is due of these times, which have come; `done` are keys of periods dealt with.

    Of several times that tell of one period, as after a change of the schedule, only the last
    counts. A week is dealt with, too, if another one that has most of its days is.
    """
    zone = zone_named(schedule.zone)
    by_period: dict[str, Due] = {}
    for slot_at in slots:
        told = period_told(schedule.kind, slot_at, zone, schedule.week_begins)
        for period in (*_left_out(schedule.kind, told, done), told):
            if slot_at <= now and not _is_in(done, period):
                is_missed = now - slot_at > CATCH_UP
                by_period[period.key] = Due(schedule, slot_at, period, is_missed)
    return list(by_period.values())


def _left_out(kind: ScheduleKind, told: Period, done: Collection[str]) -> tuple[Period, ...]:
    """Return the week before one, where it would be told of by no post.

    That is so where weeks begin on another day since the last post, and the one that has most days
    in common with it would have been told of now.
    """
    if kind is not ScheduleKind.WEEKLY:
        return ()
    before = period_before(told)
    last = [each for each in _alike(period_before(before)) if each.key in done]
    is_as_ever = any(each.first_day.weekday() == before.first_day.weekday() for each in last)
    return () if not last or is_as_ever or _is_in(done, before) else (before,)


def _is_in(done: Collection[str], period: Period) -> bool:
    return any(each.key in done for each in _alike(period))


def _alike(period: Period) -> tuple[Period, ...]:
    """Return the periods that have most days in common with one."""
    if period.kind is not PeriodKind.WEEK:
        return (period,)
    return weeks_with(period.first_day + timedelta(days=3))


def is_early(due: Due, now: datetime) -> bool:
    """Returns whether nothing may become of a time yet, though somebody acts as if it had come.

    Only what has ended is told of ahead of its time, and nothing is missed before it is.
    """
    if due.is_missed:
        return now - due.slot_at <= CATCH_UP
    has_ended = local_day(now, zone_named(due.schedule.zone)) >= due.period.end_day
    return due.slot_at > now and not has_ended
