"""The calendar of every zone for one year, against an oracle that counts minutes.

Zones whose clocks are changed at the same moments by the same amounts, from the same offsets, have
the same calendar: one zone stands for its whole group, which makes thirty groups with sixty changes
out of two hundred zones with four hundred. The oracle knows nothing of cron: it walks through the
minutes around a change, reads the clock on the wall at each, and takes the first one at which a
local day has reached the time that was asked for.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.schedules import FIRST_WORKING_DAY, LAST_DAY, Schedule, ScheduleKind
from bot.services.posts.schedule_times import slots_between
from tests.rows import each_row

FIRST, END = datetime(2026, 11, 22, tzinfo=UTC), datetime(2027, 11, 22, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STEP = timedelta(hours=6)  # no zone changes its clocks twice within so long
AROUND = timedelta(days=3)
TIMES = (time(0, 0), time(0, 30), time(1, 30), time(2, 30), time(9, 0))

Change = tuple[datetime, timedelta, timedelta]  # when, and the offsets before and after it


def offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    found = moment.astimezone(zone).utcoffset()
    assert found is not None
    return found


def changes_of(zone: ZoneInfo) -> tuple[Change, ...]:
    """Return every change of a zone's clocks in the year, to the minute."""
    found = []
    moment, before = FIRST, offset(zone, FIRST)
    while moment < END:
        following = moment + STEP
        after = offset(zone, following)
        if after != before:
            low, high = moment, following
            while high - low > MINUTE:
                middle = low + (high - low) // MINUTE // 2 * MINUTE
                low, high = (low, middle) if offset(zone, middle) == after else (middle, high)
            found.append((high, before, after))
        moment, before = following, after
    return tuple(found)


@cache
def groups() -> dict[tuple[Change, ...], list[str]]:
    """Return the zones that have changes in the year, by these changes."""
    found = defaultdict(list)
    for name in sorted(available_timezones()):
        changes = changes_of(ZoneInfo(name))
        if changes:
            found[changes].append(name)
    return found


def first_minutes(
    zone: ZoneInfo, begin: datetime, end: datetime
) -> dict[date, list[tuple[time, datetime]]]:
    """Return, for each local day, the times on the wall that it shows for the first time, in order.

    Those that come a second time, and those before one that was shown earlier, are left out.
    """
    found: dict[date, list[tuple[time, datetime]]] = defaultdict(list)
    moment = begin
    while moment < end:
        wall = moment.astimezone(zone)
        shown = found[wall.date()]
        if not shown or wall.time() > shown[-1][0]:
            shown.append((wall.time(), moment))
        moment += MINUTE
    return found


def expected(minutes: list[tuple[time, datetime]], at: time) -> datetime:
    """Return the first moment at which the wall shows a time of a day, or one after it."""
    return next(moment for shown, moment in minutes if shown >= at)


def whole_month(day: date) -> list[date]:
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    first = day.replace(day=1)
    return [first + timedelta(days=n) for n in range((following - first).days)]


def test_there_is_something_to_check() -> None:
    zones = [name for names in groups().values() for name in names]
    assert len(zones) > 100
    assert "Europe/Berlin" in zones
    assert len(groups()) < 100


@each_row("at", TIMES)
def test_each_week_and_each_month_around_a_change_has_one_time_and_the_right_one(
    at: time,
) -> None:
    checked = 0
    for changes, names in groups().items():
        for change in changes:
            checked += check(names[0], change[0], at)
    assert checked > 500


@cache
def around(name: str, moment: datetime) -> dict[date, list[tuple[time, datetime]]]:
    """Return the minutes of all local days that lie within three days of a change."""
    zone = ZoneInfo(name)
    found = first_minutes(zone, moment - AROUND, moment + AROUND)
    # The first and the last day are not whole.
    days = sorted(found)
    return {day: found[day] for day in days[1:-1]}


def check(name: str, moment: datetime, at: time) -> int:
    """Hold the times of each day around a change against the oracle; return how many."""
    checked = 0
    days = around(name, moment)
    for day, minutes in days.items():
        right = expected(minutes, at)
        weekly = Schedule(
            ScheduleKind.WEEKLY, "C1", at.hour, at.minute, name, weekday=day.weekday()
        )
        # From three days before to three days after it: one local week.
        found = slots_between(weekly, right - AROUND, right + AROUND)
        assert found == [right], (name, day, at)
        checked += 1
        for month_day in month_days(day):
            monthly = Schedule(
                ScheduleKind.MONTHLY, "C1", at.hour, at.minute, name, month_day=month_day
            )
            month = whole_month(day)
            begin = datetime.combine(month[0], time(), UTC) - timedelta(days=1)
            end = datetime.combine(month[-1], time(), UTC) + timedelta(days=2)
            zone = ZoneInfo(name)
            in_month = [
                slot
                for slot in slots_between(monthly, begin, end)
                if slot.astimezone(zone).date() in set(month)
            ]
            assert in_month == [right], (name, day, at, month_day)
            checked += 1
    return checked


def month_days(day: date) -> list[str]:
    """Return every way in which a monthly post can be set to this day."""
    found = [str(day.day)] if day.day <= 28 else []
    month = whole_month(day)
    if day == month[-1]:
        found.append(LAST_DAY)
    if day == next(each for each in month if each.weekday() < 5):
        found.append(FIRST_WORKING_DAY)
    return found


@each_row("at", TIMES)
def test_every_week_of_the_year_has_one_time(at: time) -> None:
    for names in groups().values():
        zone = ZoneInfo(names[0])
        schedule = Schedule(ScheduleKind.WEEKLY, "C1", at.hour, at.minute, names[0], weekday=6)
        slots = slots_between(schedule, FIRST, END)
        weeks = [slot.astimezone(zone).date().isocalendar()[:2] for slot in slots]
        assert len(weeks) == len(set(weeks))
        assert 52 <= len(weeks) <= 53
