"""Whether somebody who is named behind the receivers is meant to be thanked as well.

Who is spoken of in mid-sentence is a word of the reason. Who follows a word of thanks, has points,
begins a line or a clause of their own, stands behind words that are whole without the name, or is
parted from the receivers by nothing but marks, emoji and joining words, may be a receiver, and must
not be left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.parsing.receivers import follows_word_of_thanks, has_suffix, is_plain_number
from bot.domain.parsing.tokens import Token, TokenKind
from bot.domain.parsing.typed_words import (
    gives_thanks,
    is_sentence_of_thanks,
    joins,
    leads_to_reason,
    word_of,
)
from bot.domain.parsing.within import is_within

if TYPE_CHECKING:
    from bot.domain.parsing.receivers import Reading

_MARKS = (TokenKind.JOINER, TokenKind.COMMA, TokenKind.PUNCTUATION)
_SAYS_NO_WORD = (*_MARKS, TokenKind.KARMA, TokenKind.TAG, TokenKind.AMOUNT)
_PLEASE = frozenset({"please", "pls", "plz"})
_TO = frozenset({"to", "til", "aan"})


def begins_other_thanks(items: list[Token], reading: Reading, behind: int) -> int | None:
    """Returns the first item from `behind` on that begins something like thanks of its own.

    `behind` is where the receivers end. `… for the demo, @bo for the review`, `… for the demo
    @bo +2` and `… for the demo. Thanks @bo` do.
    """
    if not any(items[index].is_who for index in range(behind, reading.end)):
        return None  # as nearly always
    between = _Between(behind, _end_of_words(items, behind))
    for index in range(behind, reading.end):
        if index in reading.aside:
            continue
        item = items[index]
        if item.begins_line:
            between.begins_line()
        if not item.is_who:
            between.reads(item)
            continue
        if not has_suffix(items, index) and between.may_lead_to(items, index, reading.end):
            return index
        between.names_somebody()
    return None


def _end_of_words(items: list[Token], start: int) -> int:
    """Returns from where on nothing is left but people, marks, and words that say no more."""
    end = len(items)
    while end > start and _says_no_more(items[end - 1]):
        end -= 1
    return end


def _says_no_more(item: Token) -> bool:
    if item.is_who or item.kind in _SAYS_NO_WORD or joins(item):
        return True
    return gives_thanks(item) or word_of(item) in _PLEASE


class _Between:
    """What stands before somebody who is named, since the line, the clause, or the receivers."""

    def __init__(self, behind: int, end: int) -> None:
        self._behind = behind  # the receivers: where the words begin
        self._end = end  # of the words that say something
        self._is_near = True  # to the receivers: nothing but what joins since
        self._is_clause = False  # begun, with nothing but what joins since
        self._is_run = False  # of people, who are spoken of together
        self._is_first = False  # to be named on a line, or behind the receivers and `and`
        self._words = 0  # since then, without those that join

    def begins_line(self) -> None:
        """Notes that a line begins."""
        self._is_clause = self._is_first = True
        self._is_run = False
        self._words = 0

    def names_somebody(self) -> None:
        """Notes that somebody is spoken of."""
        self._is_near = self._is_clause = self._is_first = False
        self._is_run = True

    def reads(self, item: Token) -> None:
        """Notes an item that names nobody."""
        self._is_run = self._is_run and item.kind in (TokenKind.COMMA, TokenKind.JOINER)
        self._is_first |= self._is_near and item.kind is TokenKind.JOINER
        if item.kind not in _SAYS_NO_WORD and not joins(item):
            self._is_near = self._is_clause = False
            self._words += 1
        if item.kind in _MARKS or item.text[-1:] in ",;.!?":
            self._is_clause = True

    def may_lead_to(self, items: list[Token], index: int, end: int) -> bool:
        """Returns whether thanks of their own may begin with who stands at `index`.

        `end` is that of the reason: `… for the demo, @bo` may add a name that was forgotten.
        """
        if self._is_near or (self._is_first and self._words == 0):
            return True
        if follows_word_of_thanks(items, index) and not is_sentence_of_thanks(items[index - 1]):
            return True
        is_picked = items[index].kind in (TokenKind.USER, TokenKind.GROUP)
        is_apart = self._is_clause and not self._is_run
        is_apart |= is_picked and not is_within(items, index, self._behind)
        if index + 1 >= self._end:
            return is_apart and is_picked
        after = items[index + 1]
        if after.kind in (TokenKind.KARMA, TokenKind.AMOUNT) and not is_plain_number(after):
            return True
        if index + 1 == end and is_apart and is_picked:
            return True
        is_begun = self._is_first and (self._words == 1 or word_of(items[index - 1]) in _TO)
        return (is_apart or is_begun) and leads_to_reason(after)
