"""What each setting may be: what an admin typed or chose becomes a value, or is found wrong.

A field's value comes as `bot.domain.fields` says.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.domain.emoji import fold
from bot.domain.errors import SettingsError
from bot.domain.fields import (
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
    whole,
    yes_or_no,
)
from bot.domain.settings_schedules import (
    DIGEST_FIELDS,
    MONTHLY_FIELDS,
    SCHEDULE_READERS,
    WEEKLY_FIELDS,
    parts_missing,
)
from bot.domain.typed import read_items
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

POINTS_LIMIT = 100_000
UNDO_MINUTES_LIMIT = 1_440
NAME_LIMIT = 30
VALUE_LIMIT = 50  # characters of one value
VALUES_LIMIT = 50
REACTIONS_LIMIT = 50
CHANNELS_LIMIT = 100
ADMINS_LIMIT = 50
EMOJI_LIMIT = 130  # characters of an emoji between colons, in a skin tone
LINES_LIMIT = 3_000  # characters: as much as Slack's field takes

_EMOJI = re.compile(r":?([\w+'-]{1,100})(?:::skin-tone-[2-6])?:?", re.UNICODE)
_REACTION = re.compile(r"(?P<emoji>:[^:\s]+(?:::skin-tone-[2-6])?:)\s*[=x]?\s*(?P<worth>\S+)?")
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


def _emoji(typed: object, aliases: Mapping[str, str]) -> str:
    """Return the one name under which an emoji counts."""
    text = line(typed, EMOJI_LIMIT)
    if not text:
        raise WrongFieldError(Fault(FaultKind.MISSING))
    found = _EMOJI.fullmatch(text)
    if found is None:
        raise WrongFieldError(Fault(FaultKind.NO_EMOJI, found=text))
    return fold(found[1], aliases)


def _values(typed: object) -> tuple[str, ...]:
    """Return the values, each once: they are separated by lines, commas or blanks."""
    text = typed if isinstance(typed, str) else ""
    values: dict[str, str] = {}
    for word in re.split(r"[\s,;]+", text):
        value = unicodedata.normalize("NFC", word.removeprefix("#"))
        if not value:
            continue
        if len(value) > VALUE_LIMIT:
            raise WrongFieldError(Fault(FaultKind.TOO_LONG, most=VALUE_LIMIT))
        if not is_hashtag(value):
            raise WrongFieldError(Fault(FaultKind.NO_VALUE, found=value))
        values.setdefault(value.casefold(), value)
    if len(values) > VALUES_LIMIT:
        raise WrongFieldError(Fault(FaultKind.TOO_MANY, most=VALUES_LIMIT))
    return tuple(values.values())


def _reactions(typed: object, aliases: Mapping[str, str]) -> dict[str, int]:
    """Return what each emoji is worth: `:taco: 2` on each line, and without a number 1."""
    text = typed if isinstance(typed, str) else ""
    worth: dict[str, int] = {}
    for raw in text.splitlines():
        written = raw.strip()
        if not written:
            continue
        found = _REACTION.fullmatch(written)
        if found is None:
            raise WrongFieldError(Fault(FaultKind.UNCLEAR_LINE, found=written))
        name = _emoji(found["emoji"], aliases)
        if name in worth:
            raise WrongFieldError(Fault(FaultKind.SAID_TWICE, found=written))
        try:
            worth[name] = whole(found["worth"] or "1", 1, POINTS_LIMIT)
        except WrongFieldError:
            raise WrongFieldError(Fault(FaultKind.UNCLEAR_LINE, found=written)) from None
    if len(worth) > REACTIONS_LIMIT:
        raise WrongFieldError(Fault(FaultKind.TOO_MANY, most=REACTIONS_LIMIT))
    return worth


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


def is_hashtag(value: str) -> bool:
    """Return whether people can give for this value by typing it after `#`."""
    items = read_items(f"#{value}")
    return len(items) == 1 and items[0].tags == (value.casefold(),)


_EMOJI_READERS: dict[str, Callable[[object, Mapping[str, str]], Any]] = {
    "reaction_worth": _reactions,
    "currency_emoji": _emoji,
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
    "undo_minutes": number(0, UNDO_MINUTES_LIMIT),
    "pair_cap": number_or_none(1, POINTS_LIMIT),
    "pair_cap_mode": one_of(PairCapMode),
    "amounts_hidden": yes_or_no,
    "boards_shown": yes_or_no,
    "externals_take_part": yes_or_no,
    "guests_take_part": yes_or_no,
    "reason_min_length": number(0, REASON_MAX_LENGTH),
    "value_mode": one_of(ValueMode),
    "values": _values,
    "points_name_one": lambda typed: line(typed, NAME_LIMIT),
    "points_name_many": lambda typed: line(typed, NAME_LIMIT),
    "locale": _locale,
    "announcement_channel_id": channel_or_none,
    "channel_ids": channels(CHANNELS_LIMIT),
    "admin_ids": people(ADMINS_LIMIT),
    **SCHEDULE_READERS,
}
