"""Names of time zones: which this machine knows, and as people type them, such as `São Paulo`."""

from __future__ import annotations

import unicodedata
from collections import Counter
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.settings.fields import Fault, FaultKind, WrongFieldError, line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.members import Member

UNKNOWN_ZONE = "UTC"  # of whom Slack tells none; it has other names for the zone itself
ZONE_LIMIT = 60  # characters; the longest name has 32
CLOSE_MOST = 3
CLOSE_RATIO = 0.7  # of the letters, in their order: enough for a slip of the fingers
SHORTEST_CITY = 4  # characters

# The machine's own zone under other names, and what says that none is set.
_NO_ZONES = frozenset({"localtime", "posixrules", "Factory", "leapseconds", "tzdata.zi"})
# Names that Slack may still tell, and that the tz database has given up.
_FORMER = {
    "US/Pacific-New": "America/Los_Angeles",
    "Asia/Rangoon": "Asia/Yangon",
    "Europe/Kiev": "Europe/Kyiv",
    "Asia/Calcutta": "Asia/Kolkata",
    "America/Godthab": "America/Nuuk",
}


@lru_cache(maxsize=1024)
def known_zone(name: str) -> str | None:
    """Return the name under which this machine knows a zone; None where it knows none of it.

    What Slack tells of, or another machine has stored, need not be in its tz database.
    """
    bare = (
        name.strip().removeprefix("posix/").removeprefix("right/")
    )  # the latter count leap seconds
    if bare in _NO_ZONES:
        return None
    candidates = (bare, _FORMER.get(bare, ""))
    return next((each for each in candidates if each and _is_there(each)), None)


def zone_named(name: str, otherwise: str = UNKNOWN_ZONE) -> ZoneInfo:
    """Return a zone, or the other one where this machine does not know it; at last UTC."""
    return ZoneInfo(known_zone(name) or known_zone(otherwise) or UNKNOWN_ZONE)


def _is_there(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return False
    return True


def zone_of_most(people: Iterable[Member]) -> str | None:
    """Returns the known zone in which most people of a company live; None where nobody's is.

    Whoever has left has no zone any more, and people of other companies have their own.
    """
    zones = Counter(
        zone
        for member in people
        if not (member.is_bot or member.is_deactivated or member.is_external)
        and (zone := known_zone(member.time_zone)) not in {None, UNKNOWN_ZONE}
    )
    return zones.most_common(1)[0][0] if zones else None


def zone_or_none(typed: object) -> str | None:
    """Return the name of a zone as the tz database has it, and None where nothing was typed.

    Raises `WrongFieldError` for what is no zone or could be several.
    """
    text = line(typed, ZONE_LIMIT)
    if not text:
        return None
    by_name, by_city = _zones()
    folded = folded_name(text)
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
    names = sorted(
        name for name in available_timezones() - _NO_ZONES if not name.isupper() or name == "UTC"
    )
    by_city: dict[str, list[str]] = {}
    for name in names:
        region, _, city = name.rpartition("/")
        if region and region != "Etc":
            by_city.setdefault(folded_name(city), []).append(name)
    return (
        {folded_name(name): name for name in names},
        {city: tuple(zones) for city, zones in by_city.items()},
    )


def folded_name(text: str) -> str:
    """Return a name without capitals and accents, and with one kind of gap."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return "_".join(bare.replace("_", " ").split())
