"""Spans of time, end excluded. Everything is stored in UTC and computed in a zone."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


MONDAY, SATURDAY, SUNDAY = 0, 5, 6
WEEK_BEGINS = (MONDAY, SATURDAY, SUNDAY)
"""The weekdays on which the weeks of a workspace may begin."""


class PeriodKind(StrEnum):
    """How long the period of a board is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Period:
    """A period of local days.

    `key` names it in the store: `2026-W47`, `2026-11`, `2026-Q4`, `2026` or `all`. A week that does
    not begin on a Monday is named by its first day: `2026-11-15`.
    """

    kind: PeriodKind
    key: str
    first_day: date
    end_day: date  # excluded


@dataclass(frozen=True, slots=True)
class CountedWeeks:
    """Weeks of which running totals are kept: all that begin on a weekday, from one of them on."""

    begins: int = MONDAY
    since: date | None = None  # the first day of the first one; None: however long ago


EVERY_WEEK = (CountedWeeks(),)
"""What is counted as long as a workspace's weeks have only ever begun on Mondays."""


def period_of(kind: PeriodKind, day: date, week_begins: int = MONDAY) -> Period:
    """Return the period of that kind in which a local day lies.

    Weeks are those of ISO 8601, or begin on another weekday, of which 0 is Monday.
    """
    if kind is PeriodKind.WEEK:
        return week_from(day - timedelta(days=(day.weekday() - week_begins) % 7))
    if kind is PeriodKind.MONTH:
        first = day.replace(day=1)
        return Period(kind, f"{day.year:04}-{day.month:02}", first, _add_months(first, 1))
    if kind is PeriodKind.QUARTER:
        quarter = (day.month - 1) // 3
        first = date(day.year, 3 * quarter + 1, 1)
        return Period(kind, f"{day.year:04}-Q{quarter + 1}", first, _add_months(first, 3))
    if kind is PeriodKind.YEAR:
        return Period(kind, f"{day.year:04}", date(day.year, 1, 1), date(day.year + 1, 1, 1))
    return Period(kind, "all", date.min, date.max)


def week_from(first: date) -> Period:
    """Return the week that begins on a day."""
    key = first.isoformat()
    if first.weekday() == MONDAY:
        iso = first.isocalendar()
        key = f"{iso.year:04}-W{iso.week:02}"
    return Period(PeriodKind.WEEK, key, first, first + timedelta(days=7))


_KEY = re.compile(
    r"(\d{4})(?:-(?:W(?P<week>\d\d)|Q(?P<quarter>[1-4])|(?P<month>\d\d)(?:-(?P<day>\d\d))?))?",
    re.ASCII,
)


def period_named(key: str) -> Period:
    """Return the period that is called so in the store. Raises `ValueError` where none is."""
    if key == PeriodKind.ALL:
        return period_of(PeriodKind.ALL, date.min)
    match = _KEY.fullmatch(key)
    if match is None:
        raise ValueError(key)
    year = int(match[1])
    try:
        if match["week"]:
            return week_from(date.fromisocalendar(year, int(match["week"]), 1))
        if match["day"]:
            week = week_from(date(year, int(match["month"]), int(match["day"])))
            if week.key != key:
                raise ValueError(key)
            return week
        if match["quarter"]:
            return period_of(PeriodKind.QUARTER, date(year, 3 * int(match["quarter"]), 1))
        if match["month"]:
            return period_of(PeriodKind.MONTH, date(year, int(match["month"]), 1))
        return period_of(PeriodKind.YEAR, date(year, 1, 1))
    except OverflowError as error:  # the end of the calendar
        raise ValueError(key) from error


def period_before(period: Period) -> Period:
    """Return the one before it, of the same kind; there is only one that is for all time."""
    if period.kind is PeriodKind.ALL:
        return period
    if period.kind is PeriodKind.WEEK:
        return week_from(period.first_day - timedelta(days=7))
    return period_of(period.kind, period.first_day - timedelta(days=1))


def weeks_with(day: date) -> tuple[Period, ...]:
    """Return the weeks in which a day lies, on whichever weekday weeks begin."""
    return tuple(period_of(PeriodKind.WEEK, day, begins) for begins in WEEK_BEGINS)


@lru_cache(maxsize=64)
def periods_of(day: date, weeks: tuple[CountedWeeks, ...] = EVERY_WEEK) -> tuple[Period, ...]:
    """Return every period in whose boards something of that day counts."""
    return (
        *(
            period_of(PeriodKind.WEEK, day, each.begins)
            for each in weeks
            if each.since is None or each.since <= day
        ),
        *(period_of(kind, day) for kind in PeriodKind if kind is not PeriodKind.WEEK),
    )


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the date that a calendar on the wall shows in that zone."""
    return moment.astimezone(zone).date()


@lru_cache(maxsize=1024)
def first_moment(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """Return the first moment, in UTC, at which the clock on the wall shows that hour of that day.

    Where the clock jumps over it, or a zone leaves out the whole day, that is the moment of the
    jump; where it comes twice, it is the first of the two (PEP 495: `fold=0`).
    """
    wall = datetime.combine(day, time(hour), zone)
    shown = wall.replace(tzinfo=None)
    moment = wall.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == shown:
        return moment
    # A time that the clock jumps over reads with the offset from before the jump for fold=0, which
    # is a moment after it, and with the other for fold=1, which is one before it. Jumps happen at
    # whole seconds.
    before = wall.replace(fold=1).astimezone(UTC)
    seconds = range(int((moment - before).total_seconds()) + 1)
    return before + timedelta(
        seconds=bisect_left(
            seconds,
            shown,
            key=lambda second: (
                (before + timedelta(seconds=second)).astimezone(zone).replace(tzinfo=None)
            ),
        )
    )


def _add_months(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)
