"""Which days people work on: by country, with its holidays, and by which days of a week are off.

Countries and the zones in them come from the tz database, whose tables lie beside the zones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from bot.domain.settings.fields import Fault, FaultKind, WrongFieldError, line
from bot.domain.zones import folded_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

COUNTRY_LIMIT = 60  # characters
NO_HOLIDAYS = "none"
_CLOSE_MOST = 3
_CLOSE_RATIO = 0.7
_CODE = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,3}))?")
# What people call countries and their parts, and the tz database does not.
_ALSO = {
    "uk": "GB",
    "united_kingdom": "GB",
    "great_britain": "GB",
    "england": "GB-ENG",
    "scotland": "GB-SCT",
    "wales": "GB-WLS",
    "northern_ireland": "GB-NIR",
    "usa": "US",
    "united_states_of_america": "US",
    "south_korea": "KR",
    "czechia": "CZ",
    "turkiye": "TR",
    "uae": "AE",
    "the_netherlands": "NL",
    "holland": "NL",
    "hong_kong_sar": "HK",
    "cote_d'ivoire": "CI",
    "ivory_coast": "CI",
}


class Weekend(StrEnum):
    """Which days of a week are off; 0 is Monday."""

    COUNTRY = "country"  # as is usual there
    SATURDAY_SUNDAY = "56"
    FRIDAY_SATURDAY = "45"
    FRIDAY = "4"
    SATURDAY = "5"
    SUNDAY = "6"
    NONE = "none"

    @property
    def days(self) -> frozenset[int] | None:
        """The days; None where the country decides."""
        if self is Weekend.COUNTRY:
            return None
        return frozenset() if self is Weekend.NONE else frozenset(map(int, self.value))


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """By what a day is a working day."""

    country: str = ""  # `DE`, or `DE-BY` for a part of it; empty where nobody knows
    weekend: Weekend = Weekend.COUNTRY
    has_holidays: bool = True


def is_first_working_day(day: date, is_working: Callable[[date], bool]) -> bool:
    """Return whether a day is the first of its month on which people work."""
    earlier = (day.replace(day=n) for n in range(1, day.day))
    return is_working(day) and not any(map(is_working, earlier))


def country_of(zone: str) -> str:
    """Return the country that a time zone is in; empty where it is in none, as UTC is."""
    zones, links = _zones()
    return zones.get(zone) or zones.get(links.get(zone, ""), "")


def country_or_none(typed: object) -> str | None:
    """Return a country's code; None where nothing was typed. Raises `WrongFieldError`.

    `none` stands for no holidays at all.
    """
    text = line(typed, COUNTRY_LIMIT)
    if not text:
        return None
    if text.casefold() == NO_HOLIDAYS:
        return NO_HOLIDAYS
    by_name = _countries()
    code = _CODE.fullmatch(text.upper())
    if code and code[1] in by_name.values():
        return text.upper()
    if folded_name(text) in by_name:
        return by_name[folded_name(text)]
    raise no_country(text)


def no_country(typed: str) -> WrongFieldError:
    """Return what is raised for something that is no country, or may be one of several."""
    names = {folded_name(name): name for name in _names().values()}
    close = get_close_matches(folded_name(typed), names, _CLOSE_MOST, _CLOSE_RATIO)
    several = tuple(_names()[code] for code in _bare_names().get(folded_name(typed), ()))
    return WrongFieldError(
        Fault(
            FaultKind.NO_COUNTRY, found=typed, close=several or tuple(names[each] for each in close)
        )
    )


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Return the codes of countries by their folded names, with and without what is in brackets."""
    sure = {bare: codes[0] for bare, codes in _bare_names().items() if len(codes) == 1}
    return _ALSO | sure | {folded_name(name): code for code, name in _names().items()}


@lru_cache(maxsize=1)
def _bare_names() -> dict[str, tuple[str, ...]]:
    """Return the codes by folded names without what is in brackets: there are two Koreas."""
    found: dict[str, tuple[str, ...]] = {}
    for code, name in _names().items():
        bare = folded_name(name.partition(" (")[0])
        found[bare] = (*found.get(bare, ()), code)
    return found


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {row[0]: row[1] for row in _rows("iso3166.tab")}


@lru_cache(maxsize=1)
def _zones() -> tuple[dict[str, str], dict[str, str]]:
    """Return the countries of zones, and what other names of zones stand for."""
    links = (row.split() for row in _text("tzdata.zi").splitlines() if row.startswith("L "))
    return (
        {row[2]: row[0] for row in _rows("zone.tab")},
        {name: target for _, target, name in links},
    )


def _rows(table: str) -> list[list[str]]:
    lines = _text(table).splitlines()
    return [row.split("\t") for row in lines if row and not row.startswith("#")]


def _text(table: str) -> str:
    return resources.files("tzdata").joinpath("zoneinfo", table).read_text(encoding="utf-8")
