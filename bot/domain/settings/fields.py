"""Fields of forms: how what was typed or chosen becomes a value, or is found wrong.

A field's value comes as Slack's inputs give it: text for numbers and choices, lists for several
people, channels or ticks, None for nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

POINTS_LIMIT = 100_000  # of any amount

_WHOLE = re.compile(r"[+-]?\d{1,12}")
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{1,30}")
_USER_ID = re.compile(r"[UW][A-Z0-9]{1,30}")


class FaultKind(StrEnum):
    """In which way a field is wrong."""

    MISSING = "missing"
    NO_NUMBER = "no_number"
    OUT_OF_RANGE = "out_of_range"  # least to most
    TOO_LONG = "too_long"  # most characters
    TOO_MANY = "too_many"  # most
    NO_CHOICE = "no_choice"  # none of what can be chosen
    NO_EMOJI = "no_emoji"  # found
    UNCLEAR_LINE = "unclear_line"  # found
    SAID_TWICE = "said_twice"  # found
    NO_VALUE = "no_value"  # found is no hashtag
    VALUES_NEEDED = "values_needed"  # for the mode that was chosen
    ABOVE_MOST = "above_most"  # more than the most for one give
    WORTH_ABOVE_MOST = "worth_above_most"  # an emoji's worth: found, most
    ONE_NAME_MISSING = "one_name_missing"  # singular and plural belong together
    NOT_THERE = "not_there"  # Kudos is not in the channel
    SHARED = "shared"  # people of another company are in the channel, and leaderboards stay inside
    SHARED_FALLBACK = "shared_fallback"  # the same, where posts without a channel of their own go
    NO_PART = "no_part"  # a post that would tell nothing
    NO_ZONE = "no_zone"  # found; close are names that may have been meant
    NO_COUNTRY = "no_country"  # found; close are names that may have been meant
    SEVERAL_ZONES = "several_zones"  # found; close are all that it may mean
    NOT_BOTH = "not_both"  # a group and a person
    PAST = "past"  # a day that is over


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a field's value cannot be taken; which data there are depends on the kind."""

    kind: FaultKind
    least: int = 0
    most: int = 0
    found: str = ""  # as it was typed
    close: tuple[str, ...] = ()


class WrongFieldError(Exception):
    """A field's value cannot be taken."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.kind)
        self.fault = fault


def whole(typed: object, least: int, most: int) -> int:
    """Return a whole number; raises `WrongFieldError`."""
    text = str(typed).strip() if isinstance(typed, str | int) else ""
    if not text:
        raise WrongFieldError(Fault(FaultKind.MISSING))
    if not _WHOLE.fullmatch(text):
        raise WrongFieldError(Fault(FaultKind.NO_NUMBER, least, most))
    number = int(text)
    if not least <= number <= most:
        raise WrongFieldError(Fault(FaultKind.OUT_OF_RANGE, least, most))
    return number


def line(typed: object, most: int) -> str:
    """Return words without line breaks, which may be none; raises `WrongFieldError`."""
    text = " ".join(typed.split()) if isinstance(typed, str) else ""
    if len(text) > most:
        raise WrongFieldError(Fault(FaultKind.TOO_LONG, most=most))
    return text


def no_choice() -> WrongFieldError:
    """Return what is raised for something that is not offered."""
    return WrongFieldError(Fault(FaultKind.NO_CHOICE))


def number(least: int, most: int) -> Callable[[object], int]:
    """Return a reader of whole numbers."""
    return lambda typed: whole(typed, least, most)


def number_or_none(least: int, most: int) -> Callable[[object], int | None]:
    """Return a reader of whole numbers that may be left out."""
    return lambda typed: None if typed in (None, "") else whole(typed, least, most)


def one_of(kind: type[StrEnum]) -> Callable[[object], StrEnum]:
    """Return a reader of one choice."""

    def read(typed: object) -> StrEnum:
        try:
            return kind(str(typed))
        except ValueError:
            raise no_choice() from None

    return read


def some_of(kind: type[StrEnum]) -> Callable[[object], tuple[StrEnum, ...]]:
    """Return a reader of ticks, which come back in the order in which they are offered."""

    def read(typed: object) -> tuple[StrEnum, ...]:
        ticked = typed if isinstance(typed, list | tuple) else ()
        chosen = {one_of(kind)(each) for each in ticked}
        return tuple(each for each in kind if each in chosen)

    return read


def yes_or_no(typed: object) -> bool:
    """Return a choice between the two."""
    if typed not in ("yes", "no"):
        raise no_choice()
    return typed == "yes"


def channels(most: int) -> Callable[[object], tuple[str, ...]]:
    """Return a reader of channels, each once."""
    return _ids(_CHANNEL_ID, most)


def people(most: int) -> Callable[[object], tuple[str, ...]]:
    """Return a reader of people, each once."""
    return _ids(_USER_ID, most)


def channel_or_none(typed: object) -> str | None:
    """Return a channel that may be left out: it is chosen where there is room for several."""
    ids = channels(1)(typed)
    return ids[0] if ids else None


def _ids(pattern: re.Pattern[str], most: int) -> Callable[[object], tuple[str, ...]]:
    def read(typed: object) -> tuple[str, ...]:
        ids = typed if isinstance(typed, list | tuple) else ()
        if len(ids) > most:
            raise WrongFieldError(Fault(FaultKind.TOO_MANY, most=most))
        if not all(isinstance(each, str) and pattern.fullmatch(each) for each in ids):
            raise no_choice()
        return tuple(dict.fromkeys(ids))

    return read
