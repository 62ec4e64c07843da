"""Amounts in mid-sentence that may be meant as such, so that they have to be asked about.

`deserves 5 points for the demo`, `for the demo, 5 points, thanks` and `please give five to @ada`
may be; `for the 5 points on the agenda`, `fixing 3 bugs` and `a 🌮 for everybody` are not.
"""

from __future__ import annotations

from itertools import pairwise

from bot.domain.parsing.receivers import counts_nothing
from bot.domain.parsing.tokens import Token, TokenForm, TokenKind
from bot.domain.parsing.typed_emoji import is_picture
from bot.domain.parsing.typed_qualities import is_from
from bot.domain.parsing.typed_totals import total_before
from bot.domain.parsing.typed_words import (
    OPENERS,
    gives_points,
    gives_thanks,
    leads_to_reason,
    measures,
    word_of,
)

_MARKS = (TokenKind.COMMA, TokenKind.PUNCTUATION)
_OF_POINTS = (TokenForm.UNITS, TokenForm.QUALIFIED)
_MAY_BE_MEANT = (*_OF_POINTS, TokenForm.BARE, TokenForm.KEYCAP)
_GIVEN_BEFORE_MAX = 4  # words: `accept my very humble five`
_OF_MINE = frozenset({"a", "my", "another", "solid", "full"})
_NO_AMOUNT_BEHIND = frozenset({"high", "top", "low", "number", "no"})
_IN_CLAUSE_MAX = 100  # a number alone that is larger is a year, an order, a room


def may_be_meant(items: list[Token], words: list[int], *, is_led: bool) -> list[int]:
    """Returns which words of the reason may be amounts by what stands beside them."""
    candidates = [
        index
        for index in words
        if (items[index].number or items[index].kind is TokenKind.AMOUNT)
        and not items[index].is_code
    ]
    if not candidates:  # most reasons have none
        return []
    begins = next((index for index in words if _leads_to_words(items[index])), len(items))
    before = {index: items[previous] for previous, index in pairwise(words)}
    return [
        index
        for index in candidates
        if _is_meant(items, index, before.get(index), is_led=is_led, is_begun=begins < index)
    ]


def _leads_to_words(item: Token) -> bool:
    """Returns whether what for comes next, in which anything is counted."""
    return item.kind is TokenKind.WORD and leads_to_reason(item) and not gives_thanks(item)


def _is_meant(
    items: list[Token], index: int, before: Token | None, *, is_led: bool, is_begun: bool
) -> bool:
    item = items[index]
    if item.form not in _MAY_BE_MEANT:
        return item.form is TokenForm.PLUS and not item.is_unsure
    is_points = item.form in _OF_POINTS
    if before is None:
        return _leads_to_receiver(items, index + 1)
    is_given = gives_points(before)
    if _leads_to_receiver(items, index + 1) and not (is_led and is_begun):
        is_total = item.is_total or total_before(items, index)
        return is_points or is_given or is_total or is_picture(before)
    is_begun &= not item.begins_line
    if measures(before) and (is_begun or not total_before(items, index)):
        return False
    if not is_begun and (is_given or total_before(items, index) or _is_given_before(items, index)):
        return is_points or counts_nothing(items, index)
    is_many = item.number > 1 or not item.is_emoji or before.kind is TokenKind.JOINER
    if is_points and is_many:
        is_led_on = _leads_on(items, index, is_begun=is_begun)
    else:
        is_led_on = not is_begun and _stands_alone(items, index, before)
    is_total = item.is_total and total_before(items, index)
    return is_led_on or is_total or _is_clause(items, index, before)


def _is_given_before(items: list[Token], index: int) -> bool:
    """Returns whether a word for giving stands a few words before a number."""
    if word_of(items[index - 1]) in _NO_AMOUNT_BEHIND:
        return False
    for before in range(index - 1, max(-1, index - 1 - _GIVEN_BEFORE_MAX), -1):
        item = items[before]
        if item.kind is not TokenKind.WORD or ends_clause(item):
            return False
        is_first = before == 0 or items[before - 1].kind is not TokenKind.WORD
        if gives_points(item) or (is_first and word_of(item) in _OF_MINE):
            return True
    return False


def _stands_alone(items: list[Token], index: int, before: Token) -> bool:
    """Returns whether a number is parted from all before it, and what for follows."""
    item = items[index]
    is_apart = ends_clause(before) or is_picture(before)
    if item.form not in (TokenForm.BARE, TokenForm.KEYCAP) or not is_apart or _is_listed(before):
        return False
    return index + 1 < len(items) and _leads_to_words(items[index + 1])


def _leads_on(items: list[Token], index: int, *, is_begun: bool) -> bool:
    """Returns whether `5 points` is followed by what for, or by thanks."""
    if index + 1 == len(items):
        return False
    after = items[index + 1]
    is_thanks = gives_thanks(after) and word_of(after) != "kudos"  # which is our name, too
    return is_thanks or (not is_begun and _leads_to_words(after))


def _leads_to_receiver(items: list[Token], index: int) -> bool:
    if index < len(items) and items[index].text.casefold() in OPENERS:
        index += 1
    return index < len(items) and items[index].is_who


def _is_clause(items: list[Token], index: int, before: Token) -> bool:
    """Returns whether an amount stands between marks: `…, 5 points, …`."""
    item = items[index]
    is_apart = ends_clause(before) or item.text[0] == "(" or _is_given_at_end(items, index)
    if _is_listed(before) or not is_apart or item.number > _IN_CLAUSE_MAX:
        return False
    after = items[index + 1] if index + 1 < len(items) else None
    if after is None or item.kind is TokenKind.WORD:
        return after is None
    is_given = item.form is TokenForm.UNITS and is_from(after)
    return is_given or after.kind in _MARKS or item.text[-1] in ",;:.!)"


def _is_given_at_end(items: list[Token], index: int) -> bool:
    """Returns whether a clause of giving ends with an amount: `…, have five`."""
    given = index - 1
    is_begun = given > 0 and (items[given].begins_line or ends_clause(items[given - 1]))
    return is_begun and index + 1 == len(items) and gives_points(items[given])


def _is_listed(before: Token) -> bool:
    """Returns whether another number comes before, as in `3, 4, 5`."""
    return before.kind is TokenKind.AMOUNT or before.number > 0


def ends_clause(item: Token) -> bool:
    """Returns whether something new may begin after it."""
    return item.kind in _MARKS or item.text[-1:] in ",;.!?:="
