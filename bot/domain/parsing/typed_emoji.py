"""Emoji among typed words: those that are worth something, and those around them."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.domain import emoji
from bot.domain.parsing.tokens import TokenKind
from bot.domain.parsing.typed_signs import KEYCAP

if TYPE_CHECKING:
    from bot.domain.parsing.tokens import Currency, Token

_TONES = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f]")
_TONE = "[\U0001f3fb-\U0001f3ff\ufe0f]*+"
_NAME = r":[\w+'-]++:(?::skin-tone-\d:)?"
_ONLY_NAMES = re.compile(rf"(?:{_NAME})+")
_JOINED = "\u200d"  # between signs that make one picture
_TIMES = re.compile(r"[x×х]\d{1,9}", re.IGNORECASE)  # noqa: RUF001 - of every script


class EmojiWorths:
    """Knows what emoji are worth in a workspace."""

    def __init__(self, currency: Currency) -> None:
        worths = {emoji.fold(name): (worth, False) for name, worth in currency.reactions}
        worths |= {emoji.fold(name): (1, True) for name in currency.emoji}
        self._worth_of_name = worths
        signs = {_without_tone(emoji.unicode_of(name) or ""): name for name in worths}
        signs.pop("", None)
        self._worth_of_sign = {sign: worths[name] for sign, name in signs.items()}
        self._signs = sorted(self._worth_of_sign, key=len, reverse=True)
        signs_of_any = "|".join(map(re.escape, self._signs)) or "(?!)"
        self._one = re.compile(
            rf"{KEYCAP}+|(?P<name>{_NAME})"
            rf"|(?<!{_JOINED})(?:{signs_of_any}){_TONE}(?!{_JOINED})"
        )

    def of(self, word: str) -> tuple[int, bool] | None:
        """Returns what a word of nothing but emoji is worth, and whether all are the currency."""
        if not self._worth_of_name or word.isalnum():
            return None
        word = word.rstrip(",.;!")
        if len(word) > 2 and word[0] == word[-1] == ":":  # noqa: PLR2004 - `:` name `:`
            names = [name for name in word[1:-1].split("::") if not name.startswith("skin-tone-")]
            found = [self._worth_of_name.get(emoji.fold(name)) for name in names]
        else:
            found = list(self._signs_of(_without_tone(word)))
        worths = [one for one in found if one is not None]
        if not worths or len(worths) < len(found):
            return None
        return sum(worth for worth, _ in worths), all(is_currency for _, is_currency in worths)

    def parts_of(self, word: str) -> list[str]:
        """Returns a word cut at emoji that are worth something; nothing if it is all of a piece."""
        if not self._worth_of_name or (":" not in word and word.isascii()):
            return []
        cuts: list[int] = []
        for match in self._one.finditer(word):
            start, end = match.span()
            if match["name"] and emoji.fold(_name_in(match[0])) not in self._worth_of_name:
                continue
            if cuts and cuts[-1] == start:
                cuts.pop()
            else:
                cuts.append(_with_digits(word, start))
            times = _TIMES.match(word, end)
            cuts.append(times.end() if times else end)
        edges = [0, *cuts, len(word)]
        parts = [word[start:end] for start, end in pairwise(edges) if start < end]
        return parts if len(parts) > 1 else []

    def _signs_of(self, word: str) -> list[tuple[int, bool] | None]:
        found: list[tuple[int, bool] | None] = []
        position = 0
        while position < len(word):
            sign = next((one for one in self._signs if word.startswith(one, position)), None)
            if sign is None:
                return [None]
            position += len(sign)
            found.append(self._worth_of_sign[sign])
        return found


def is_picture(item: Token) -> bool:
    """Returns whether it is a word of nothing but emoji, none of which is worth anything."""
    if item.kind is not TokenKind.WORD or item.is_quote or item.text.isalnum():
        return False
    if _ONLY_NAMES.fullmatch(item.text.rstrip(",.;!")):
        return True
    return not any(map(str.isalnum, item.text)) and any(
        unicodedata.category(sign) == "So" for sign in item.text
    )


def _with_digits(word: str, start: int) -> int:
    """Returns where the digits before an emoji begin, if they are no part of something else."""
    first = start
    while first and word[first - 1].isdecimal():
        first -= 1
    is_other = first > 0 and (word[first - 1].isalnum() or word[first - 1] in ".,:/-")
    return start if is_other else first


def _name_in(typed: str) -> str:
    return typed[1:-1].partition("::")[0]


def _without_tone(sign: str) -> str:
    return _TONES.sub("", sign)
