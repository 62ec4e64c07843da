"""Values, which people type after `#`: how admins list them, and which one may have been meant."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING

from bot.domain.parsing.tokenizer import read_items
from bot.domain.settings.fields import Fault, FaultKind, WrongFieldError

if TYPE_CHECKING:
    from collections.abc import Iterable

VALUE_LIMIT = 50  # characters of one value
VALUES_LIMIT = 50
# Of the letters, in their order. Where any hashtag is a value, only a slip of the fingers is asked
# about: `#courge` for `#courage`, and not `#dare` for `#care`.
CLOSE_RATIO = 0.6
SLIP_RATIO = 0.8

_BULLET = re.compile(r"^(?:[-*•·\u2013]|\d+[.)])\s+")


def read_values(typed: object) -> tuple[str, ...]:
    """Return the values, each once; raises `WrongFieldError`.

    They stand on lines of their own, or with commas between them; a blank within one becomes a
    hyphen, since a hashtag has none.
    """
    text = typed if isinstance(typed, str) else ""
    values: dict[str, str] = {}
    for written in re.split(r"[\n\r,;]+|\s+(?=#)", text):
        words = _BULLET.sub("", written.strip()).removeprefix("#").split()
        value = unicodedata.normalize("NFC", "-".join(words))
        if not value:
            continue
        if len(value) > VALUE_LIMIT:
            raise WrongFieldError(Fault(FaultKind.TOO_LONG, most=VALUE_LIMIT))
        if not is_hashtag(value):
            raise WrongFieldError(Fault(FaultKind.NO_VALUE, found=" ".join(words)))
        values.setdefault(value.casefold(), value)
    if len(values) > VALUES_LIMIT:
        raise WrongFieldError(Fault(FaultKind.TOO_MANY, most=VALUES_LIMIT))
    return tuple(values.values())


def is_hashtag(value: str) -> bool:
    """Return whether people can give for this value by typing it after `#`."""
    items = read_items(f"#{value}")
    return len(items) == 1 and items[0].tags == (value.casefold(),)


def known_among(hashtags: Iterable[str], values: Iterable[str]) -> str | None:
    """Returns the value, as admins wrote it, that is the first among hashtags."""
    known = {value.casefold(): value for value in values}
    return next((known[tag.casefold()] for tag in hashtags if tag.casefold() in known), None)


def nearest(typed: str, values: Iterable[str], ratio: float = CLOSE_RATIO) -> str | None:
    """Return the value that is written most like what was typed; None where none is close."""
    by_letters = {_letters(value): value for value in values}
    found = get_close_matches(_letters(typed), by_letters, 1, ratio)
    return by_letters[found[0]] if found else None


def _letters(value: str) -> str:
    """Return what is left of a value without capitals, accents and hyphens."""
    spread = unicodedata.normalize("NFKD", value.casefold())
    return "".join(each for each in spread if each.isalnum()) or value
