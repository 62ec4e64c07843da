"""The periods of allowances, in every zone that there is, held against a look at every minute."""

from __future__ import annotations

import struct
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

from hypothesis import given

from bot.domain.allowance import (
    AllowancePeriod,
    AllowanceRules,
    period_at,
    period_before,
)
from bot.domain.periods import local_day
from bot.domain.workspaces import AllowanceKind
from tests.domain.allowances import (
    BERLIN,
    FEW,
    HOUR,
    WEEKLY,
    allowance_rules,
    moments,
    recent,
    utc,
    zones,
)
from tests.rows import each_row

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@given(allowance_rules, moments, zones)
def test_periods_tile_time(rules: AllowanceRules, moment: datetime, zone: ZoneInfo) -> None:
    period = period_at(rules, zone, moment)

    assert period.starts_at <= moment < period.ends_at
    assert period_at(rules, zone, period.starts_at) == period
    assert period_at(rules, zone, period.ends_at - SECOND) == period
    after = period_at(rules, zone, period.ends_at)
    assert after.starts_at == period.ends_at
    before = period_before(rules, zone, period)
    assert before.ends_at == period.starts_at
    assert before.label < period.label < after.label


@FEW
@given(allowance_rules, recent, zones)
def test_a_period_begins_the_first_time_that_the_clock_shows_its_hour_or_a_later_one(
    rules: AllowanceRules, moment: datetime, zone: ZoneInfo
) -> None:
    assert period_at(rules, zone, moment) == looked_for(rules, zone, moment)


def looked_for(rules: AllowanceRules, zone: ZoneInfo, moment: datetime) -> AllowancePeriod:
    """Find the period by reading the clock at every minute around each day that could begin it."""
    around = local_day(moment, zone)
    days = [around + timedelta(days=n) for n in range(-33, 34)]
    first_days = [day for day in days if is_first_day(rules, day)]
    at = max(place for place, day in enumerate(first_days) if day <= around)
    starts = {
        day: first_showing(datetime.combine(day, time(rules.hour)), zone)
        for day in first_days[max(at - 1, 0) : at + 3]
    }
    begun = [day for day, starts_at in starts.items() if starts_at <= moment]
    label = begun[-1]
    return AllowancePeriod(
        starts[label],
        min(starts_at for starts_at in starts.values() if starts_at > moment),
        label.isoformat(),
    )


def is_first_day(rules: AllowanceRules, day: date) -> bool:
    if rules.kind is AllowanceKind.MONTH:
        return day.day == 1
    return rules.kind is AllowanceKind.DAY or day.weekday() == rules.weekday


def first_showing(wall: datetime, zone: ZoneInfo) -> datetime:
    moment = wall.replace(tzinfo=UTC) - 16 * HOUR
    while moment.astimezone(zone).replace(tzinfo=None) + 2 * HOUR < wall:
        moment += HOUR
    moment -= HOUR
    while moment.astimezone(zone).replace(tzinfo=None) < wall:
        moment += MINUTE
    return moment


@each_row(
    ("zone", "moment", "starts_at", "hours"),
    [
        ("UTC", "2026-03-25T12:00", "2026-03-23T00:00", 168),
        ("Europe/Berlin", "2026-03-25T12:00", "2026-03-22T23:00", 167),  # spring forward
        ("Europe/Berlin", "2026-10-25T00:30", "2026-10-18T22:00", 169),  # fall back
        ("America/New_York", "2026-03-08T12:00", "2026-03-02T05:00", 167),
        ("Australia/Lord_Howe", "2026-10-01T00:00", "2026-09-27T13:30", 167.5),
        ("Pacific/Apia", "2011-12-28T12:00", "2011-12-26T10:00", 144),  # no 30 December 2011
        ("Pacific/Kiritimati", "2026-03-22T10:00", "2026-03-22T10:00", 168),
    ],
)
def test_a_week_is_as_long_as_its_clock_changes_make_it(
    zone: str, moment: str, starts_at: str, hours: float
) -> None:
    week = period_at(WEEKLY, ZoneInfo(zone), utc(moment))

    assert week.starts_at == utc(starts_at)
    assert (week.ends_at - week.starts_at) / HOUR == hours


@each_row(
    ("rules", "moment", "expected"),
    [
        (AllowanceRules(5, AllowanceKind.DAY, hour=9), "2026-11-18T07:59", "2026-11-17"),
        (AllowanceRules(5, AllowanceKind.DAY, hour=9), "2026-11-18T08:00", "2026-11-18"),
        (AllowanceRules(5, weekday=4, hour=17), "2026-11-20T15:59", "2026-11-13"),
        (AllowanceRules(5, weekday=4, hour=17), "2026-11-20T16:00", "2026-11-20"),
        (AllowanceRules(5, AllowanceKind.MONTH, hour=6), "2026-12-01T04:59", "2026-11-01"),
        (AllowanceRules(5, AllowanceKind.MONTH, hour=6), "2026-12-01T05:00", "2026-12-01"),
    ],
)
def test_weekday_and_hour_say_when_the_allowance_comes_back(
    rules: AllowanceRules, moment: str, expected: str
) -> None:
    assert period_at(rules, BERLIN, utc(moment)).label == expected


@each_row(
    ("zone", "hour", "starts_at"),
    [
        ("Europe/Berlin", 2, "2026-03-29T01:00"),  # the clock jumps from 2:00 to 3:00
        ("Europe/Berlin", 3, "2026-03-29T01:00"),
        ("America/Santiago", 0, "2026-09-06T04:00"),  # from 0:00 to 1:00
        ("Europe/Berlin", 2, "2026-10-25T00:00"),  # 2:00 comes twice
        ("Pacific/Apia", 5, "2011-12-30T10:00"),  # the whole day is left out
    ],
)
def test_an_hour_that_is_left_out_or_comes_twice_begins_one_day(
    zone: str, hour: int, starts_at: str
) -> None:
    daily = AllowanceRules(5, AllowanceKind.DAY, hour=hour)
    period = period_at(daily, ZoneInfo(zone), utc(starts_at))

    assert period.starts_at == utc(starts_at)
    assert period_at(daily, ZoneInfo(zone), utc(starts_at) - SECOND).ends_at == utc(starts_at)


@given(moments, zones)
def test_a_week_begins_with_the_first_moment_of_a_monday(moment: datetime, zone: ZoneInfo) -> None:
    starts_at = period_at(WEEKLY, zone, moment).starts_at

    assert local_day(starts_at, zone).weekday() == 0
    assert local_day(starts_at - SECOND, zone).weekday() == 6


@given(moments, zones)
def test_a_week_has_the_hours_of_seven_days_but_for_changes_of_the_clock(
    moment: datetime, zone: ZoneInfo
) -> None:
    week = period_at(WEEKLY, zone, moment)

    assert abs(week.ends_at - week.starts_at - timedelta(days=7)) <= timedelta(hours=25)


@each_row(
    ("zone", "day", "starts_at"),
    [
        ("America/Toronto", "1919-04-02T12:00", "1919-03-31T04:30"),
        ("Asia/Tehran", "1993-03-24T12:00", "1993-03-21T20:30"),
        ("Asia/Damascus", "1998-04-01T12:00", "1998-03-29T22:00"),
    ],
)
def test_a_monday_without_midnight_begins_a_week_where_the_clock_jumps_to(
    zone: str, day: str, starts_at: str
) -> None:
    assert period_at(WEEKLY, ZoneInfo(zone), utc(day)).starts_at == utc(starts_at)


def test_a_week_that_has_begun_does_not_end_again_when_sunday_evening_comes_twice() -> None:
    # No zone has set its clock back over a Monday's midnight yet, but any may: this one goes from
    # UTC+2 to UTC+1 on the last Monday of October at 00:30, when it is Sunday 23:30 again.
    zone = zone_with_rule("AAA-1BBB,M3.5.0/2,M10.5.1/0:30")
    sunday_again = utc("2026-10-25T22:45")
    assert sunday_again.astimezone(zone).isoformat() == "2026-10-25T23:45:00+01:00"

    week = period_at(WEEKLY, zone, sunday_again)

    assert week.starts_at == utc("2026-10-25T22:00")
    assert period_at(WEEKLY, zone, week.starts_at) == week
    assert period_at(WEEKLY, zone, utc("2026-10-28T12:00")) == week
    assert period_at(WEEKLY, zone, utc("2026-10-25T21:59")).ends_at == week.starts_at


def zone_with_rule(rule: str) -> ZoneInfo:
    """Return a zone that follows a POSIX rule (RFC 9636: empty tables, the rule in the footer)."""
    header = b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    local_time_type = struct.pack(">lbb", 3600, 0, 0) + b"AAA\0"
    return ZoneInfo.from_file(BytesIO(2 * (header + local_time_type) + f"\n{rule}\n".encode()))
