"""Emoji in settings: as characters or by name, in any tone; and what each is worth.

A line with an emoji and its worth may read `🌮 2`, `🌮x2`, `:taco: 2`, `taco=2` or `:taco:`, which
is worth 1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.emoji import fold, is_known, name_of
from bot.domain.settings.fields import (
    POINTS_LIMIT,
    Fault,
    FaultKind,
    WrongFieldError,
    line,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

REACTIONS_LIMIT = 50
EMOJI_LIMIT = 130  # characters of an emoji between colons, in a skin tone

_NAMED = re.compile(r":?([\w+'-]{1,100})(?:::skin-tone-[2-6](?:-[2-6])?)?:?")
# An `x` stands between the two only where it can't be the end of a name, as in `box 2`.
_BETWEEN = r"(?:\s*(?:[=\u00d7*:]|->|→)\s*|\s+x?\s*|(?<=\W)x\s*)"
_WORTH = re.compile(rf"(?P<emoji>\S+?){_BETWEEN}(?P<worth>[^\s=x\u00d7*:]+)", re.IGNORECASE)
_WORD = re.compile(r"[\w'-]+")
_CLOSE = re.compile(r"(?P<emoji>[^\w\s]+)(?P<worth>\d+)")  # `🌮2`


def read_emoji(typed: object, aliases: Mapping[str, str]) -> str:
    """Return the one name under which an emoji counts; raises `WrongFieldError`."""
    text = line(typed, EMOJI_LIMIT)
    if not text:
        raise WrongFieldError(Fault(FaultKind.MISSING))
    found = _read(text, aliases)
    if found is None:
        raise WrongFieldError(Fault(FaultKind.NO_EMOJI, found=text))
    return found


def read_reactions(typed: object, aliases: Mapping[str, str]) -> dict[str, int]:
    """Return what each emoji is worth, one on each line; raises `WrongFieldError`."""
    text = typed if isinstance(typed, str) else ""
    worth: dict[str, int] = {}
    for raw in re.split(r"[\n\r,;]+", text):
        written = raw.strip()
        if not written:
            continue
        name, points = _valued(written, aliases)
        if name in worth:
            raise WrongFieldError(Fault(FaultKind.SAID_TWICE, found=written))
        worth[name] = points
    if len(worth) > REACTIONS_LIMIT:
        raise WrongFieldError(Fault(FaultKind.TOO_MANY, most=REACTIONS_LIMIT))
    return worth


def _valued(written: str, aliases: Mapping[str, str]) -> tuple[str, int]:
    alone = _read(written, aliases)
    # A word without colons may be anything; by itself it is an emoji if there is one of that name.
    if alone is not None and (not _WORD.fullmatch(written) or is_known(alone)):
        return alone, 1
    found = _WORTH.fullmatch(written) or _CLOSE.fullmatch(written)
    name = _read(found["emoji"], aliases) if found else None
    if found is None or name is None:
        raise WrongFieldError(Fault(FaultKind.UNCLEAR_LINE, found=written))
    try:
        return name, whole(found["worth"], 1, POINTS_LIMIT)
    except WrongFieldError:
        raise WrongFieldError(Fault(FaultKind.UNCLEAR_LINE, found=written)) from None


def _read(text: str, aliases: Mapping[str, str]) -> str | None:
    """Return the name of an emoji that is written as a character or by its name."""
    known = name_of(text)
    if known is not None:
        return fold(known, aliases)
    found = _NAMED.fullmatch(text)
    return fold(found[1], aliases) if found else None
