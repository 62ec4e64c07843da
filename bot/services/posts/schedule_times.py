"""The times of a schedule, from cronsim: right at every change of the clocks of every zone."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from cronsim import CronSim

from bot.domain.schedules import (
    FIRST_WORKING_DAY,
    LAST_DAY,
    LOOK_BACK,
    ScheduleKind,
    due,
    is_month_day,
)
from bot.domain.zones import zone_named
from bot.services.posts.workdays import is_working_day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bot.domain.schedules import Due, Schedule


def due_now(
    schedule: Schedule, *, after: datetime, done: Collection[str], now: datetime
) -> list[Due]:
    """Return what is due of a schedule whose times count after a moment.

    `done` are the keys of the periods that have been dealt with.
    """
    slots = slots_between(schedule, max(after, now - LOOK_BACK), now)
    return due(schedule, slots, done, now)


def slots_between(schedule: Schedule, after: datetime, until: datetime) -> list[datetime]:
    """Return the times of a schedule after one moment and up to another, in UTC.

    A time that the clock jumps over is taken at the next one that there is; one that comes twice
    counts once.
    """
    slots = []
    for slot_at in slots_after(schedule, after):
        if slot_at > until:
            break
        slots.append(slot_at)
    return slots


def next_slot(schedule: Schedule, after: datetime) -> datetime:
    """Return the first time of a schedule after a moment, in UTC."""
    return next(slots_after(schedule, after))


def slots_after(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """Yield the times of a schedule after a moment, in UTC, without end."""
    is_monthly = schedule.kind is ScheduleKind.MONTHLY
    is_working = partial(is_working_day, schedule.working)
    for slot in CronSim(_expression(schedule), after.astimezone(zone_named(schedule.zone))):
        if not is_monthly or is_month_day(slot.date(), schedule.month_day, is_working):
            yield slot.astimezone(UTC)


def _expression(schedule: Schedule) -> str:
    """Return the schedule as cron writes it; cron's week begins with Sunday, which is 0."""
    at = f"{schedule.minute} {schedule.hour}"
    if schedule.kind is not ScheduleKind.MONTHLY:
        return f"{at} * * {(schedule.weekday + 1) % 7}"
    # Cron knows no first working day: it is sorted out afterwards. China's may be the ninth.
    days = {FIRST_WORKING_DAY: "1-21", LAST_DAY: "L"}.get(schedule.month_day, schedule.month_day)
    return f"{at} {days} * *"
