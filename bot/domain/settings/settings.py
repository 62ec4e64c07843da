"""What each setting may be: what an admin typed or chose becomes a value, or is found wrong.

A field's value comes as `bot.domain.settings.fields` says.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.domain.errors import SettingsError
from bot.domain.settings.emoji import read_emoji, read_reactions
from bot.domain.settings.fields import (
    POINTS_LIMIT,
    Fault,
    FaultKind,
    WrongFieldError,
    channel_or_none,
    channels,
    line,
    no_choice,
    number,
    number_or_none,
    one_of,
    people,
    yes_or_no,
)
from bot.domain.settings.schedules import (
    DIGEST_FIELDS,
    MONTHLY_FIELDS,
    SCHEDULE_READERS,
    WEEKLY_FIELDS,
    parts_missing,
)
from bot.domain.values import read_values
from bot.domain.workspaces import (
    REASON_MAX_LENGTH,
    AllowanceKind,
    PairCapMode,
    ValueMode,
    WorkspaceSettings,
    ZoneOf,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet

UNDO_MINUTES_LIMIT = 1_440
NAME_LIMIT = 30
CHANNELS_LIMIT = 100
ADMINS_LIMIT = 50
LINES_LIMIT = 3_000  # characters: as much as Slack's field takes

_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


class Section(StrEnum):
    """Settings that stand together behind one button of the Home tab."""

    POINTS = "points"
    REACTIONS = "reactions"
    VALUES = "values"
    CHANNELS = "channels"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    DIGEST = "digest"
    WORDS = "words"
    FAIRNESS = "fairness"
    ADMINS = "admins"


FIELDS: Mapping[Section, tuple[str, ...]] = {
    Section.POINTS: (
        "allowance",
        "allowance_kind",
        "reset_weekday",
        "reset_hour",
        "zone_of",
        "roll_over_max",
        "points_default",
        "points_max",
        "thanks_go_on",
        "undo_minutes",
    ),
    Section.REACTIONS: ("reaction_worth",),
    Section.VALUES: ("values", "value_mode", "reason_min_length"),
    Section.CHANNELS: ("announcement_channel_id", "channel_ids"),
    Section.WEEKLY: WEEKLY_FIELDS,
    Section.MONTHLY: MONTHLY_FIELDS,
    Section.DIGEST: DIGEST_FIELDS,
    Section.WORDS: ("points_name_one", "points_name_many", "currency_emoji", "locale"),
    Section.FAIRNESS: (
        "pair_cap",
        "pair_cap_thanks",
        "pair_cap_mode",
        "amounts_hidden",
        "boards_shown",
        "guests_take_part",
        "externals_take_part",
    ),
    Section.ADMINS: ("admin_ids",),
}


def settings_with(
    settings: WorkspaceSettings, changes: Mapping[str, object], emoji_aliases: Mapping[str, str]
) -> WorkspaceSettings:
    """Return the settings with what was typed and chosen; raises `SettingsError` by field.

    A name that is no setting raises `LookupError`.
    """
    faults: dict[str, Fault] = {}
    read: dict[str, Any] = {}
    for name, typed in changes.items():
        try:
            if name in _EMOJI_READERS:
                read[name] = _EMOJI_READERS[name](typed, emoji_aliases)
            else:
                read[name] = _READERS[name](typed)
        except WrongFieldError as error:
            faults[name] = error.fault
    changed = replace(settings, **read)
    if not faults:
        faults = _together(changed, read.keys())
    if faults:
        raise SettingsError(faults)
    return changed


def _locale(typed: object) -> str:
    if not isinstance(typed, str) or not _LOCALE.fullmatch(typed):
        raise no_choice()
    return typed


def _together(settings: WorkspaceSettings, names: AbstractSet[str]) -> dict[str, Fault]:
    """Return what is wrong between fields, at one of those that were just changed."""
    faults = parts_missing(settings, names)
    most = settings.points_max
    at = names & {"points_default", "points_max"}
    if settings.points_default > most and at:
        faults[min(at)] = Fault(FaultKind.ABOVE_MOST, most=most)
    dearest = max(settings.reaction_worth, key=settings.reaction_worth.__getitem__, default="")
    at = names & {"reaction_worth", "points_max"}
    if dearest and settings.reaction_worth[dearest] > most and at:
        faults[min(at)] = Fault(
            FaultKind.WORTH_ABOVE_MOST,
            least=settings.reaction_worth[dearest],
            most=most,
            found=dearest,
        )
    needs_values = settings.value_mode is not ValueMode.FREE
    at = names & {"values", "value_mode"}
    if needs_values and not settings.values and at:
        faults[min(at)] = Fault(FaultKind.VALUES_NEEDED)
    one, many = settings.points_name_one, settings.points_name_many
    at = names & {"points_name_one", "points_name_many"}
    if bool(one) != bool(many) and at:
        empty = "points_name_many" if one else "points_name_one"
        faults[empty if empty in at else min(at)] = Fault(FaultKind.ONE_NAME_MISSING)
    return faults


_EMOJI_READERS: dict[str, Callable[[object, Mapping[str, str]], Any]] = {
    "reaction_worth": read_reactions,
    "currency_emoji": read_emoji,
}
_READERS: dict[str, Callable[[object], Any]] = {
    "allowance": number(0, POINTS_LIMIT),
    "allowance_kind": one_of(AllowanceKind),
    "reset_weekday": number(0, 6),
    "reset_hour": number(0, 23),
    "zone_of": one_of(ZoneOf),
    "roll_over_max": number(0, POINTS_LIMIT),
    "points_default": number(1, POINTS_LIMIT),
    "points_max": number(1, POINTS_LIMIT),
    "thanks_go_on": yes_or_no,
    "undo_minutes": number(0, UNDO_MINUTES_LIMIT),
    "pair_cap": number_or_none(1, POINTS_LIMIT),
    "pair_cap_thanks": number_or_none(1, POINTS_LIMIT),
    "pair_cap_mode": one_of(PairCapMode),
    "amounts_hidden": yes_or_no,
    "boards_shown": yes_or_no,
    "externals_take_part": yes_or_no,
    "guests_take_part": yes_or_no,
    "reason_min_length": number(0, REASON_MAX_LENGTH),
    "value_mode": one_of(ValueMode),
    "values": read_values,
    "points_name_one": lambda typed: line(typed, NAME_LIMIT),
    "points_name_many": lambda typed: line(typed, NAME_LIMIT),
    "locale": _locale,
    "announcement_channel_id": channel_or_none,
    "channel_ids": channels(CHANNELS_LIMIT),
    "admin_ids": people(ADMINS_LIMIT),
    **SCHEDULE_READERS,
}
