"""The settings of what is posted by itself: when, where, and what is in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.domain.periods import WEEK_BEGINS
from bot.domain.schedules import FIRST_WORKING_DAY, LAST_DAY
from bot.domain.settings.fields import (
    Fault,
    FaultKind,
    WrongFieldError,
    channel_or_none,
    no_choice,
    number,
    one_of,
    some_of,
    yes_or_no,
)
from bot.domain.workdays import Weekend, country_or_none
from bot.domain.workspaces import EmptyPeriod, MonthlyPart, WeeklyPart
from bot.domain.zones import zone_or_none

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet

    from bot.domain.workspaces import WorkspaceSettings

WEEKLY_LENGTHS = (3, 25)
MONTHLY_LENGTHS = (1, 10)
MONTH_DAYS = (FIRST_WORKING_DAY, *map(str, range(1, 29)), LAST_DAY)
"""The days on which a monthly post may come: every month has each of them."""

WEEKLY_FIELDS = (
    "weekly_on",
    "weekly_channel_id",
    "weekly_weekday",
    "week_begins",
    "weekly_time",
    "weekly_zone",
    "weekly_length",
    "weekly_parts",
    "weekly_empty",
    "weekly_mentions",
)
MONTHLY_FIELDS = (
    "monthly_on",
    "monthly_channel_id",
    "monthly_day",
    "monthly_country",
    "monthly_weekend",
    "monthly_time",
    "monthly_zone",
    "monthly_length",
    "monthly_parts",
    "monthly_empty",
    "monthly_mentions",
)
DIGEST_FIELDS = ("digest_on", "digest_weekday", "digest_time")

_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


def parts_missing(settings: WorkspaceSettings, names: AbstractSet[str]) -> dict[str, Fault]:
    """Return what is wrong with posts that are on and would tell nothing, where it was changed."""
    faults: dict[str, Fault] = {}
    for is_on, parts, fields in (
        (settings.weekly_on, settings.weekly_parts, ("weekly_parts", "weekly_on")),
        (settings.monthly_on, settings.monthly_parts, ("monthly_parts", "monthly_on")),
    ):
        at = [name for name in fields if name in names]
        if is_on and not parts and at:
            faults[at[0]] = Fault(FaultKind.NO_PART)
    return faults


def _wall_time(typed: object) -> str:
    if typed in (None, ""):
        raise WrongFieldError(Fault(FaultKind.MISSING))
    if not isinstance(typed, str) or not _TIME.fullmatch(typed):
        raise no_choice()
    return typed


def _month_day(typed: object) -> str:
    if typed not in MONTH_DAYS:
        raise no_choice()
    return str(typed)


def _week_begins(typed: object) -> int:
    weekday = number(0, 6)(typed)
    if weekday not in WEEK_BEGINS:
        raise no_choice()
    return weekday


SCHEDULE_READERS: Mapping[str, Callable[[object], Any]] = {
    "weekly_on": yes_or_no,
    "weekly_channel_id": channel_or_none,
    "weekly_weekday": number(0, 6),
    "week_begins": _week_begins,
    "weekly_time": _wall_time,
    "weekly_zone": zone_or_none,
    "weekly_length": number(*WEEKLY_LENGTHS),
    "weekly_parts": some_of(WeeklyPart),
    "weekly_empty": one_of(EmptyPeriod),
    "weekly_mentions": yes_or_no,
    "monthly_on": yes_or_no,
    "monthly_channel_id": channel_or_none,
    "monthly_day": _month_day,
    "monthly_country": country_or_none,
    "monthly_weekend": one_of(Weekend),
    "monthly_time": _wall_time,
    "monthly_zone": zone_or_none,
    "monthly_length": number(*MONTHLY_LENGTHS),
    "monthly_parts": some_of(MonthlyPart),
    "monthly_empty": one_of(EmptyPeriod),
    "monthly_mentions": yes_or_no,
    "digest_on": yes_or_no,
    "digest_weekday": number(0, 6),
    "digest_time": _wall_time,
}
