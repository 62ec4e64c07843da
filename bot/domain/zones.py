"""Names of time zones, as people type them: `europe/berlin`, `Berlin`, `São Paulo`."""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import available_timezones

from bot.domain.fields import Fault, FaultKind, WrongFieldError, line

ZONE_LIMIT = 60  # characters; the longest name has 32
CLOSE_MOST = 3
CLOSE_RATIO = 0.7  # of the letters, in their order: enough for a slip of the fingers
SHORTEST_CITY = 4  # characters


def zone_or_none(typed: object) -> str | None:
    """Return the name of a zone as the tz database has it, and None where nothing was typed.

    Raises `WrongFieldError` for what is no zone or could be several.
    """
    text = line(typed, ZONE_LIMIT)
    if not text:
        return None
    by_name, by_city = _zones()
    folded = _folded(text)
    if folded in by_name:
        return by_name[folded]
    of_city = by_city.get(folded, ())
    if len(of_city) == 1:
        return of_city[0]
    if of_city:
        raise WrongFieldError(Fault(FaultKind.SEVERAL_ZONES, found=text, close=of_city))
    raise WrongFieldError(Fault(FaultKind.NO_ZONE, found=text, close=_close_to(folded)))


def _close_to(folded: str) -> tuple[str, ...]:
    """Return zones whose city is written like this; to an abbreviation, nothing is close."""
    _, by_city = _zones()
    city = folded.rpartition("/")[2]
    if len(city) < SHORTEST_CITY:
        return ()
    cities = get_close_matches(city, by_city, CLOSE_MOST, CLOSE_RATIO)
    return tuple(zone for city in cities for zone in by_city[city])[:CLOSE_MOST]


@lru_cache(maxsize=1)
def _zones() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return the zones by their names, and by the cities that most of them are named after."""
    # Abbreviations are left out: people who type EST want New York's clock, and get one that knows
    # no summer time. So is "GMT+2" without its region: there it means two hours behind.
    names = sorted(name for name in available_timezones() if not name.isupper() or name == "UTC")
    by_city: dict[str, list[str]] = {}
    for name in names:
        region, _, city = name.rpartition("/")
        if region and region != "Etc":
            by_city.setdefault(_folded(city), []).append(name)
    return (
        {_folded(name): name for name in names},
        {city: tuple(zones) for city, zones in by_city.items()},
    )


def _folded(text: str) -> str:
    """Return a name without capitals and accents, and with one kind of gap."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return "_".join(bare.replace("_", " ").split())
