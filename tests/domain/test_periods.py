"""Spans of time, in every zone that there is."""

from __future__ import annotations

import struct
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.periods import (
    Period,
    PeriodKind,
    allowance_week,
    local_day,
    period_of,
    periods_of,
)

MODEST = settings(max_examples=300, deadline=None)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)

zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
days = st.dates(date(1, 1, 8), date(9998, 12, 31))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Allowance weeks


@MODEST
@given(moments, zones)
def test_weeks_tile_time(moment: datetime, zone: ZoneInfo) -> None:
    week = allowance_week(moment, zone)

    assert week.starts_at <= moment < week.ends_at
    assert allowance_week(week.starts_at, zone) == week
    assert allowance_week(week.ends_at - SECOND, zone) == week
    assert allowance_week(week.ends_at, zone).starts_at == week.ends_at
    assert allowance_week(week.starts_at - SECOND, zone).ends_at == week.starts_at


@MODEST
@given(moments, zones)
def test_a_week_begins_with_the_first_moment_of_a_monday(moment: datetime, zone: ZoneInfo) -> None:
    starts_at = allowance_week(moment, zone).starts_at

    assert local_day(starts_at, zone).weekday() == 0
    assert local_day(starts_at - SECOND, zone).weekday() == 6


@MODEST
@given(moments, zones)
def test_a_week_has_the_hours_of_seven_days_but_for_changes_of_the_clock(
    moment: datetime, zone: ZoneInfo
) -> None:
    week = allowance_week(moment, zone)

    assert abs(week.ends_at - week.starts_at - timedelta(days=7)) <= timedelta(hours=25)


@pytest.mark.parametrize(
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
    week = allowance_week(utc(moment), ZoneInfo(zone))

    assert week.starts_at == utc(starts_at)
    assert (week.ends_at - week.starts_at) / HOUR == hours


@pytest.mark.parametrize(
    ("zone", "missing_midnight", "first_moment"),
    [
        # The clock jumps from 00:00 to 01:00, so these days begin at 01:00.
        ("America/Santiago", date(2026, 9, 6), "2026-09-06T04:00"),
        ("Asia/Beirut", date(2026, 3, 29), "2026-03-28T22:00"),
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23T22:00"),
        # From Sunday 23:30 to Monday 00:30 (Toronto, 1919): Monday begins at 00:30.
        ("America/Toronto", date(1919, 3, 31), "1919-03-31T04:30"),
    ],
)
def test_a_day_without_midnight_begins_where_the_clock_jumps_to(
    zone: str, missing_midnight: date, first_moment: str
) -> None:
    first = utc(first_moment)

    assert local_day(first, ZoneInfo(zone)) == missing_midnight
    assert local_day(first - SECOND, ZoneInfo(zone)) == missing_midnight - timedelta(days=1)


@pytest.mark.parametrize(
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
    assert allowance_week(utc(day), ZoneInfo(zone)).starts_at == utc(starts_at)


def test_a_week_that_has_begun_does_not_end_again_when_sunday_evening_comes_twice() -> None:
    # No zone has set its clock back over a Monday's midnight yet, but any may: this one goes from
    # UTC+2 to UTC+1 on the last Monday of October at 00:30, when it is Sunday 23:30 again.
    zone = zone_with_rule("AAA-1BBB,M3.5.0/2,M10.5.1/0:30")
    sunday_again = utc("2026-10-25T22:45")
    assert sunday_again.astimezone(zone).isoformat() == "2026-10-25T23:45:00+01:00"

    week = allowance_week(sunday_again, zone)

    assert week.starts_at == utc("2026-10-25T22:00")
    assert allowance_week(week.starts_at, zone) == week
    assert allowance_week(utc("2026-10-28T12:00"), zone) == week
    assert allowance_week(utc("2026-10-25T21:59"), zone).ends_at == week.starts_at


def zone_with_rule(rule: str) -> ZoneInfo:
    """Return a zone that follows a POSIX rule (RFC 9636: empty tables, the rule in the footer)."""
    header = b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    local_time_type = struct.pack(">lbb", 3600, 0, 0) + b"AAA\0"
    return ZoneInfo.from_file(BytesIO(2 * (header + local_time_type) + f"\n{rule}\n".encode()))


# Periods of boards


@MODEST
@given(days, st.sampled_from(PeriodKind))
def test_a_day_lies_in_its_period_and_so_do_the_first_and_the_last(
    day: date, kind: PeriodKind
) -> None:
    period = period_of(kind, day)

    assert period.first_day <= day < period.end_day
    if kind is not PeriodKind.ALL:
        assert period_of(kind, period.first_day) == period
        assert period_of(kind, period.end_day - timedelta(days=1)) == period
        assert period_of(kind, period.end_day).first_day == period.end_day
        assert period_of(kind, period.end_day).key > period.key


@pytest.mark.parametrize(
    ("kind", "day", "expected"),
    [
        (PeriodKind.WEEK, date(2026, 11, 22), ("2026-W47", date(2026, 11, 16), date(2026, 11, 23))),
        (PeriodKind.WEEK, date(2027, 1, 1), ("2026-W53", date(2026, 12, 28), date(2027, 1, 4))),
        (PeriodKind.WEEK, date(2024, 12, 30), ("2025-W01", date(2024, 12, 30), date(2025, 1, 6))),
        (PeriodKind.MONTH, date(2026, 12, 31), ("2026-12", date(2026, 12, 1), date(2027, 1, 1))),
        (PeriodKind.MONTH, date(2024, 2, 29), ("2024-02", date(2024, 2, 1), date(2024, 3, 1))),
        (PeriodKind.QUARTER, date(2026, 11, 1), ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1))),
        (PeriodKind.YEAR, date(2026, 1, 1), ("2026", date(2026, 1, 1), date(2027, 1, 1))),
    ],
)
def test_a_period_has_its_key_and_its_days(
    kind: PeriodKind, day: date, expected: tuple[str, date, date]
) -> None:
    assert period_of(kind, day) == Period(kind, *expected)


def test_a_day_counts_in_one_period_of_each_kind() -> None:
    assert [period.key for period in periods_of(date(2026, 11, 22))] == [
        "2026-W47",
        "2026-11",
        "2026-Q4",
        "2026",
        "all",
    ]


@MODEST
@given(moments, zones)
def test_a_local_day_is_the_one_on_the_wall(moment: datetime, zone: ZoneInfo) -> None:
    assert local_day(moment, zone) == moment.astimezone(zone).date()
    assert local_day(moment.astimezone(zone), zone) == local_day(moment, zone)


def test_midnight_belongs_to_the_day_that_it_begins() -> None:
    zone = ZoneInfo("Asia/Tokyo")

    assert local_day(datetime.combine(date(2026, 11, 23), time(), zone), zone) == date(2026, 11, 23)
