"""Spans of time, in every zone that there is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.periods import (
    CountedWeeks,
    Period,
    PeriodKind,
    local_day,
    period_of,
    periods_of,
)
from tests.rows import each_row

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)

zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
days = st.dates(date(1, 1, 8), date(9998, 12, 31))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@each_row(
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


# Periods of boards


@given(days, st.sampled_from(PeriodKind), st.integers(0, 6))
def test_a_day_lies_in_its_period_and_so_do_the_first_and_the_last(
    day: date, kind: PeriodKind, begins: int
) -> None:
    period = period_of(kind, day, begins)

    assert period.first_day <= day < period.end_day
    if kind is PeriodKind.WEEK:
        assert period.first_day.weekday() == begins
        assert period.end_day - period.first_day == timedelta(days=7)
    if kind is not PeriodKind.ALL:
        assert period_of(kind, period.first_day, begins) == period
        assert period_of(kind, period.end_day - timedelta(days=1), begins) == period
        assert period_of(kind, period.end_day, begins).first_day == period.end_day
        assert period_of(kind, period.end_day, begins).key > period.key


@given(days, days)
def test_no_two_periods_have_the_same_key(day: date, other: date) -> None:
    every = {
        period_of(kind, each, begins)
        for kind in PeriodKind
        for each in (day, other)
        for begins in range(7)
    }

    assert len({period.key for period in every}) == len(every)
    assert max(len(period.key) for period in every) <= 16  # as much as a column takes


def test_weeks_from_mondays_keep_the_names_that_they_have_always_had() -> None:
    day = date(2026, 11, 22)  # a Sunday
    keys = [period_of(PeriodKind.WEEK, day, begins).key for begins in range(7)]
    assert keys == [
        *("2026-W47", "2026-11-17", "2026-11-18", "2026-11-19"),
        *("2026-11-20", "2026-11-21", "2026-11-22"),
    ]


def test_a_day_counts_in_the_weeks_that_are_counted_on_it() -> None:
    weeks = (CountedWeeks(), CountedWeeks(6, since=date(2026, 11, 15)))

    assert [each.key for each in periods_of(date(2026, 11, 15), weeks)][:3] == [
        "2026-W46",
        "2026-11-15",
        "2026-11",
    ]
    assert [each.key for each in periods_of(date(2026, 11, 14), weeks)][:2] == [
        "2026-W46",
        "2026-11",
    ]


@each_row(
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


@given(moments, zones)
def test_a_local_day_is_the_one_on_the_wall(moment: datetime, zone: ZoneInfo) -> None:
    assert local_day(moment, zone) == moment.astimezone(zone).date()
    assert local_day(moment.astimezone(zone), zone) == local_day(moment, zone)


def test_midnight_belongs_to_the_day_that_it_begins() -> None:
    zone = ZoneInfo("Asia/Tokyo")

    assert local_day(datetime.combine(date(2026, 11, 23), time(), zone), zone) == date(2026, 11, 23)
