"""Words between a number and what points are called: `five well deserved points`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.parsing.tokens import TokenKind
from bot.domain.parsing.typed_numbers import LANGUAGE_OF_POINTS, number_of
from bot.domain.parsing.typed_totals import ends_at
from bot.domain.parsing.typed_words import each_of, leads_to_reason, measures, word_of

if TYPE_CHECKING:
    from bot.domain.parsing.tokens import Token

QUALITIES_MAX = 4
_FROM = each_of("from fra van от من")
_DESERVED = each_of(
    "deserved well-deserved earned well-earned ansaittua ansaitut hyvinansaittua fortjente "
    "velfortjente fortjent velfortjent заслуженных заслуженные заслуженный заслуженное verdiende "
    "welverdiende مستحقة"
)
ARTICLES = each_of("the these those your our of a an my een no")
DESERVED = _DESERVED | each_of("well richly truly fully hyvin vel wel")
"""May be the first of words that say so."""


def qualifies(item: Token, *, may_join: bool) -> bool:
    """Returns whether it may be a word between a number and a word for points."""
    if item.kind is TokenKind.JOINER:
        return may_join
    if item.kind is not TokenKind.WORD or item.is_quote or number_of(item):
        return False
    letters = item.text.strip("(),*_").replace("-", "").replace("'", "")
    return letters.isalpha() and not leads_to_reason(item) and not measures(item)


def deserves(item: Token) -> bool:
    """Returns whether it says that what comes next is deserved."""
    return word_of(item) in _DESERVED


def is_surely_given(item: Token) -> bool:
    """Returns whether an amount with such words is one wherever it ends a line."""
    words = [word.strip(",") for word in item.text.casefold().split()]
    return words[-1].strip(".!") not in LANGUAGE_OF_POINTS or not _DESERVED.isdisjoint(words)


def is_all(items: list[Token], end: int) -> bool:
    """Returns whether what ends at `end` is no part of more: `points about the plan` is."""
    return ends_at(items, end) or word_of(items[end]) in _FROM


def is_from(item: Token) -> bool:
    """Returns whether it tells from whom points are."""
    return word_of(item) in _FROM
