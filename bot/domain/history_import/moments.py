"""How the days and times of a table are read, and what tells the day from the month."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # what is older was misread
CLOCKS_DIFFER = timedelta(days=1)  # and so do zones
_SECONDS = re.compile(r"\d{9,10}(?:\.\d{1,9})?")
_MILLISECONDS = re.compile(r"\d{12,13}")
_UTC_NAMED = re.compile(r"\s*(?:UTC|GMT)$")
# Months by name: only these say by themselves which number is the day.
_FORMS = (
    *("%Y-%m-%d %H:%M:%S %z", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d"),
    *("%B %d, %Y %I:%M %p", "%b %d, %Y %I:%M %p", "%B %d, %Y at %I:%M %p"),
    *("%b %d, %Y, %I:%M %p", "%B %d, %Y %H:%M", "%b %d, %Y %H:%M", "%B %d, %Y", "%b %d, %Y"),
    *("%d %B %Y %H:%M", "%d %b %Y %H:%M", "%d %B %Y", "%d %b %Y", "%a, %d %b %Y %H:%M:%S %z"),
)
# Two numbers of which either may be the day, such as `03-04-2025 2:05:07 PM`.
_NUMBERS = re.compile(
    r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})"
    r"(?:,?[\sT]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,6})?)?\s*([AaPp])?\.?(?:[Mm]\.?)?)?"
)
_NOON = 12
_A_DAY = datetime(2013, 11, 27, 10, 45, 30, tzinfo=UTC)


class DateOrder(StrEnum):
    """Which of the first two numbers of a date is the day."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


@dataclass
class DateEvidence:
    """What the dates of a whole table say of their order."""

    now: datetime
    ambiguous: str = ""  # the first that could be either
    only_day_first: str = ""  # the first that is a past day in this order alone
    only_month_first: str = ""

    def look(self, cell: str) -> None:
        """Takes note of a date."""
        if _NUMBERS.fullmatch(cell) is None:
            return
        day_first = self._is_past(cell, DateOrder.DAY_FIRST)
        month_first = self._is_past(cell, DateOrder.MONTH_FIRST)
        if day_first and month_first:
            if _of_numbers(cell, DateOrder.DAY_FIRST) != _of_numbers(cell, DateOrder.MONTH_FIRST):
                self.ambiguous = self.ambiguous or cell
        elif day_first:
            self.only_day_first = self.only_day_first or cell
        elif month_first:
            self.only_month_first = self.only_month_first or cell

    @property
    def is_contradictory(self) -> bool:
        """Whether no one order fits all dates."""
        return bool(self.only_day_first and self.only_month_first)

    @property
    def order(self) -> DateOrder | None:
        """The order that alone fits all dates; None where both do, or neither."""
        if bool(self.only_day_first) is bool(self.only_month_first):
            return None
        return DateOrder.DAY_FIRST if self.only_day_first else DateOrder.MONTH_FIRST

    def _is_past(self, cell: str, order: DateOrder) -> bool:
        found = _of_numbers(cell, order)
        return found is not None and found.replace(tzinfo=UTC) <= self.now + CLOCKS_DIFFER


def is_form(form: str) -> bool:
    """Returns whether days can be read that are written like this."""
    try:
        found = datetime.strptime(_A_DAY.strftime(form), form)  # noqa: DTZ007 - only the year counts
    except (ValueError, re.error):  # the latter where a part is named twice
        return False
    return found.year == _A_DAY.year


def read_moment(cell: str, form: str | None, order: DateOrder | None) -> datetime | None:
    """Returns the moment, without a zone where none is named; a day alone is its noon."""
    if form is None:
        if _SECONDS.fullmatch(cell):
            return datetime.fromtimestamp(float(cell), UTC)
        if _MILLISECONDS.fullmatch(cell):
            return datetime.fromtimestamp(int(cell) / 1000, UTC)
        if _NUMBERS.fullmatch(cell):
            return _of_any_order(cell, order)
        text = _UTC_NAMED.sub("+00:00", cell)
        with suppress(ValueError):
            found = datetime.fromisoformat(text)
            return _at_noon(found, "" if len(text) <= len("2026-01-01") else "%H")
    for likely in _FORMS if form is None else (form,):
        with suppress(ValueError):
            # Without a zone it is the workspace's, which is not known here.
            return _at_noon(datetime.strptime(cell, likely), likely)  # noqa: DTZ007
    return None


def _of_any_order(cell: str, order: DateOrder | None) -> datetime | None:
    if order is not None:
        return _of_numbers(cell, order)
    either = {_of_numbers(cell, each) for each in DateOrder}
    return either.pop() if len(either) == 1 else None


def _of_numbers(cell: str, order: DateOrder) -> datetime | None:
    match = _NUMBERS.fullmatch(cell)
    if match is None:
        return None
    first, _, second, year, hour, minute, seconds, half = match.groups()
    day, month = (first, second) if order is DateOrder.DAY_FIRST else (second, first)
    hours = _NOON if hour is None else int(hour)
    if half is not None:
        if not 1 <= hours <= _NOON:
            return None
        hours = hours % _NOON + (_NOON if half.lower() == "p" else 0)
    try:
        return datetime(  # noqa: DTZ001 - as above
            int(year), int(month), int(day), hours, int(minute or 0), int(seconds or 0)
        )
    except ValueError:
        return None


def _at_noon(found: datetime, form: str) -> datetime:
    """Returns the moment; of a day without a time its noon, which is that day in near zones."""
    has_time = any(sign in form for sign in ("%H", "%I", "%c", "%X", "%s", "%T", "%R"))
    return found if has_time else datetime.combine(found.date(), time(12), found.tzinfo)
