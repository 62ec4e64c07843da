"""Working days and holidays of every country, from the library `holidays`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from bot.domain.workdays import NO_HOLIDAYS

if TYPE_CHECKING:
    from datetime import date

    from bot.domain.workdays import WorkingDays


class _Year(NamedTuple):
    """What is known of one year in a country."""

    holidays: frozenset[date]
    weekend: frozenset[int]
    made_up: frozenset[date]  # days of a weekend on which people work, as in China


_USUAL = _Year(frozenset(), frozenset({5, 6}), frozenset())


def is_working_day(days: WorkingDays, day: date) -> bool:
    """Return whether people work on a day."""
    year = _year(days.country, day.year)
    if days.has_holidays and day in year.holidays:
        return False
    weekend = days.weekend.days
    if weekend is not None:
        return day.weekday() not in weekend
    is_made_up = days.has_holidays and day in year.made_up
    return day.weekday() not in year.weekend or is_made_up


def is_country(country: str) -> bool:
    """Return whether holidays are known for a country, or for that part of one."""
    import holidays  # noqa: PLC0415 - takes longer to load than the rest of the program needs

    code, _, part = country.partition("-")
    parts = holidays.list_supported_countries().get(code)
    return country == NO_HOLIDAYS or (parts is not None and (not part or part in parts))


@lru_cache(maxsize=512)
def _year(country: str, year: int) -> _Year:
    import holidays  # noqa: PLC0415 - as above

    code, _, part = country.partition("-")
    for subdivision in dict.fromkeys([part, ""]):
        try:
            known = holidays.country_holidays(code, subdiv=subdivision or None, years=year)
        except NotImplementedError:  # a country, or a part of it, that this version does not know
            continue
        return _Year(frozenset(known), frozenset(known.weekend), frozenset(known.weekend_workdays))
    return _USUAL
