"""Words by which somebody means thanks in private, other than `private` in its own place.

Such words are misspelt, of another language, or misplaced. `for the private beta` has none: behind
what leads to the reason it is a word like others, unless a receiver comes next.
"""
# ruff: noqa: RUF001 - people type dashes and quotes of every kind

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from bot.domain.parsing.receivers import has_suffix, is_beside, is_opener
from bot.domain.parsing.tokens import Token, TokenKind
from bot.domain.parsing.typed_words import (
    each_of,
    gives_thanks,
    leads_from_names,
    leads_to_reason,
    says_nothing,
    word_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

PRIVATE = "private"
_WORDS = each_of(
    "private privately priv prvt pvt confidential confidentially privat privado privé prive privée "
    "yksityinen yksityisesti yksityisenä luottamuksellisesti fortrolig vertrouwelijk приватно "
    "приватное лично конфиденциально خاص خاصة سرا سراً"
)
_BEFORE = each_of("in please pls just also på i в по på بشكل en")
_LEADS = _BEFORE | each_of("a an some my")
_LENGTHS = range(5, 11)  # of what may be `private` or `privately` with a slip
_SIMILARITY = 0.8
_SAME_LETTERS = 5
_LETTERS = frozenset(PRIVATE)
_AROUND = "#*_~`()[]{}<>.,:;!?/…-–—'\"’‘“”«»"
_MARKED = ("(", "*", "_", "[", "#")


def private_words(line: Sequence[Token]) -> list[int]:
    """Returns which items of a line say that it is private: one such word, and what leads to it."""
    items = list(line)
    who = next((index for index, item in enumerate(items) if item.is_who), None)
    found = _before(items, who)
    if found is None and who is not None:
        found = _behind(items, who)
    if found is None:
        return []
    is_led = found > 0 and word_of(items[found - 1]) in _BEFORE
    return [found - 1, found] if is_led else [found]


def is_private_word(item: Token) -> bool:
    """Returns whether a word means `private`, or was easily meant to be that word."""
    if item.kind not in (TokenKind.WORD, TokenKind.TAG) or item.is_quote:
        return False
    word = item.text.strip(_AROUND).casefold()
    if word in _WORDS:
        return True
    if len(word) not in _LENGTHS or len(_LETTERS.intersection(word)) < _SAME_LETTERS:
        return False
    return SequenceMatcher(None, PRIVATE, word).ratio() >= _SIMILARITY


def _before(items: list[Token], who: int | None) -> int | None:
    """Finds the word before receivers; where nobody is named, at the beginning."""
    is_reason = False
    for index, item in enumerate(items[:who]):
        if is_private_word(item):
            if not is_reason or _comes_next(items, index + 1):
                return index
        elif who is None and not _may_stand_before(items, index):
            return None
        elif leads_from_names(item) and not gives_thanks(item):
            is_reason = True
    return None


def _may_stand_before(items: list[Token], index: int) -> bool:
    item = items[index]
    is_word = is_opener(items, index) or word_of(item) in _BEFORE
    return is_word or is_beside(item) or says_nothing(item.text)


def _comes_next(items: list[Token], index: int) -> bool:
    """Returns whether a receiver stands at `index`, or behind marks there."""
    while index < len(items) and says_nothing(items[index].text):
        index += 1
    return index < len(items) and items[index].is_who


def _behind(items: list[Token], who: int) -> int | None:
    """Finds the word directly behind the receivers, and marked as an aside at the end."""
    index = who
    while index < len(items) and (items[index].is_who or _is_aside(items[index])):
        index += 1
    if index + 1 < len(items) and word_of(items[index]) in _LEADS:
        index += 1
    if index < len(items) and is_private_word(items[index]) and not has_suffix(items, index - 1):
        after = items[index + 1] if index + 1 < len(items) else None
        is_marked = items[index].text[0] in _MARKED or not items[index].text[-1].isalpha()
        if after is None or is_marked or leads_to_reason(after) or says_nothing(after.text):
            return index
    last = len(items) - 1
    while last > who and (_is_aside(items[last]) and not is_private_word(items[last])):
        last -= 1
    if last > who and is_private_word(items[last]):
        is_apart = items[last - 1].text[-1] in ",;.!:-–—"
        return last if is_apart or items[last].text[0] in _MARKED else None
    return None


def _is_aside(item: Token) -> bool:
    return is_beside(item) or item.kind in (TokenKind.JOINER, TokenKind.PUNCTUATION)
