"""Where the receivers stand among typed words; the rules are told in `thanks`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.parsing.tokens import Token, TokenForm, TokenKind
from bot.domain.parsing.typed_emoji import is_picture
from bot.domain.parsing.typed_words import (
    OPENERS,
    OPENERS_AGAIN,
    copies,
    counts_part,
    follows_thanks,
    gives_thanks,
    leads_to_reason,
    measures,
)

COUNTED_ANYWHERE = (TokenForm.PLUS, TokenForm.UNITS)


@dataclass(slots=True)
class Reading:
    """Which items are receivers, which make the reason, and which only counted."""

    receivers: list[Token]
    first: int  # of the reason's items
    end: int  # of the reason's items, excluded
    is_led: bool = False  # receivers stand before the reason
    is_trailed: bool = False  # receivers stand after it
    aside: frozenset[int] = frozenset()  # items between the two that are no words of it
    beside: tuple[int, ...] = ()  # marks directly after receivers

    @property
    def words(self) -> list[int]:
        """The items of the reason."""
        if not self.aside:
            return list(range(self.first, self.end))
        return [index for index in range(self.first, self.end) if index not in self.aside]


def without_copied(items: list[Token]) -> list[Token]:
    """Return the items, with those as words who follow `cc`."""
    if not any(item.kind is TokenKind.WORD and copies(item) for item in items):
        return items
    found: list[Token] = []
    is_copied = False
    for item in items:
        if item.is_who and is_copied:
            kind = TokenKind.SPOKEN_OF if item.kind is TokenKind.USER else TokenKind.WORD
            found.append(item._replace(kind=kind, is_quote=True))
            continue
        is_mark = (
            item.kind in (TokenKind.COMMA, TokenKind.JOINER, TokenKind.PUNCTUATION)
            and not item.begins_line
        )
        is_copied = copies(item) or (is_copied and is_mark)
        found.append(item)
    return found


def led(items: list[Token]) -> Reading | None:
    """Read receivers at the beginning; None if there are none."""
    start = 0
    while start < len(items) and (is_beside(items[start]) or is_opener(items, start)):
        start += 1
    if start == len(items) or not items[start].is_who:
        return None
    receivers: list[Token] = []
    end = start
    joined_by: set[TokenKind] = set()  # since the last item that belongs to the receivers
    marks: list[int] = []
    opened = start  # up to where words were read that lead to another receiver
    for index in range(start, len(items)):
        item = items[index]
        if index < opened:
            continue
        if item.kind in (TokenKind.COMMA, TokenKind.JOINER, TokenKind.PUNCTUATION):
            marks.append(index)
            joined_by.add(item.kind)
            continue
        if joined_by == {TokenKind.JOINER} and (opened := _opens_again(items, index)) > index:
            continue
        if not _continues_receivers(items, index, joined_by):
            break
        if item.is_who:
            receivers.append(item)
        if item.is_who and has_suffix(items, index):  # `@ada's help`: also a word of the reason
            return Reading(receivers, index, without_end(items, index + 1), is_led=True)
        end = index + 1
        joined_by.clear()
    beside = tuple(marks)
    return Reading(receivers, end, without_end(items, end), is_led=True, beside=beside)


def _opens_again(items: list[Token], index: int) -> int:
    """Returns where the next receiver stands after `and to`, `and thanks to`; 0 if none does."""
    while index < len(items) and items[index].text.casefold() in OPENERS_AGAIN:
        index += 1
    if index == len(items) or not items[index].is_who or has_suffix(items, index):
        return 0
    after = items[index + 1] if index + 1 < len(items) else None
    is_one_thanks = after is None or after.kind is not TokenKind.WORD or leads_to_reason(after)
    return index if is_one_thanks else 0


def _continues_receivers(items: list[Token], index: int, joined_by: set[TokenKind]) -> bool:
    item = items[index]
    if item.is_who:
        return TokenKind.PUNCTUATION not in joined_by
    if item.kind is TokenKind.KARMA:
        return not joined_by
    if is_plain_number(item):
        return not joined_by and (_is_no_count(item) or counts_nothing(items, index))
    if item.kind is TokenKind.AMOUNT and item.form not in COUNTED_ANYWHERE:
        return not joined_by
    if is_part_of_words(items, index):
        return False
    return is_told_beside(item) and TokenKind.JOINER not in joined_by


def _is_no_count(item: Token) -> bool:
    is_negative = item.number < 0 and not item.text[0].isalpha()  # `minus 5 degrees` counts
    return is_negative or (item.is_unsure and item.form is not TokenForm.KEYCAP)


def is_part_of_words(items: list[Token], index: int) -> bool:
    """Returns whether it is an amount of something else: `by 5 points`, `2 points of contact`."""
    if items[index].kind is not TokenKind.AMOUNT or items[index].is_emoji:
        return False
    is_measured = index > 0 and measures(items[index - 1])
    return is_measured or (index + 1 < len(items) and counts_part(items[index + 1]))


def counts_nothing(items: list[Token], index: int) -> bool:
    """Returns whether a number stands for itself: `5 for …`, not `5 bugs`."""
    if index + 1 == len(items) or items[index].text[-1] in ",:;.!)":
        return True
    after = items[index + 1]
    if after.begins_line or after.is_who or leads_to_reason(after):
        return True
    return after.kind is not TokenKind.WORD and after.kind is not TokenKind.SPOKEN_OF


def trailed(items: list[Token]) -> Reading | None:
    """Read receivers at the end, or before a `cc` that ends it; None if there are none."""
    end = _copied_from(items)
    reading = _trailed(items[:end])
    if reading is None or end == len(items):
        return reading
    aside = frozenset(range(reading.end, end))
    return replace(reading, end=len(items), aside=aside)


def _copied_from(items: list[Token]) -> int:
    """Returns where the words begin by which others are told."""
    index = len(items)
    while index > 0:
        item = items[index - 1]
        if copies(item):
            return index - 1
        if not item.is_quote and item.kind not in (
            TokenKind.COMMA,
            TokenKind.JOINER,
            TokenKind.PUNCTUATION,
        ):
            return len(items)
        index -= 1
    return len(items)


def _trailed(items: list[Token]) -> Reading | None:
    receivers: list[Token] = []
    start = index = len(items)
    joined = False
    marks: list[int] = []
    while index > 0:
        index -= 1
        item = items[index]
        if item.is_who:
            receivers.append(item)
        elif item.kind is TokenKind.JOINER and receivers:
            joined = True
            continue
        elif joined and item.kind in (TokenKind.KARMA, TokenKind.TAG, TokenKind.AMOUNT):
            continue  # `@bo++ and @chidi++`
        elif item.kind is TokenKind.COMMA or (item.kind is TokenKind.PUNCTUATION and not receivers):
            marks.append(index)
            continue
        elif joined or not (is_beside(item) and _counts_after_words(items, index)):
            break
        start = index
        joined = False
    if not receivers:
        return None
    first = without_beginning(items, start, is_bare_counted=True)
    return Reading(receivers[::-1], first, start, is_trailed=True, beside=tuple(marks))


def told(items: list[Token], among: range) -> Reading:
    """Read a sentence in which receivers stand anywhere within a range."""
    aside: set[int] = set()
    marks: list[int] = []
    for index in among:
        if items[index].is_who:
            for neighbours in (range(index - 1, -1, -1), range(index + 1, len(items))):
                for neighbour in neighbours:
                    beside = items[neighbour]
                    if is_picture(beside):
                        continue
                    if neighbour in aside or not _is_beside_told(beside):
                        break
                    aside.add(neighbour)
            marks.append(index + 1)
    first = without_beginning(items, len(items), is_bare_counted=False)
    receivers = [items[index] for index in among if items[index].is_who]
    return Reading(
        receivers,
        first,
        without_end(items, first),
        aside=frozenset(aside),
        beside=tuple(index for index in marks if index < len(items)),
    )


def _is_beside_told(item: Token) -> bool:
    is_amount = item.kind is TokenKind.AMOUNT and not is_plain_number(item)
    return item.kind in (TokenKind.TAG, TokenKind.KARMA) or is_amount


def runs_of_receivers(items: list[Token]) -> list[range]:
    """Returns where receivers stand together, from the first of them to the last."""
    runs: list[range] = []
    is_open = False
    for index, item in enumerate(items):
        if item.is_who:
            if is_open:
                runs[-1] = range(runs[-1].start, index + 1)
            else:
                runs.append(range(index, index + 1))
            is_open = True
        elif not (is_beside(item) or item.kind is TokenKind.JOINER):
            is_open = False
    return runs


def follows_word_of_thanks(items: list[Token], index: int) -> bool:
    """Returns whether the receiver at `index` is one by a word of thanks before it."""
    index -= 1
    while index > 0 and (follows_thanks(items[index]) or is_beside(items[index])):
        if gives_thanks(items[index]):
            return True
        index -= 1
    return index >= 0 and gives_thanks(items[index])


def is_opener(items: list[Token], index: int) -> bool:
    """Returns whether it is a word that may stand before the receivers."""
    word = items[index].text.rstrip(",:!").casefold()
    is_after_thank = index > 0 and items[index - 1].text.casefold() == "thank"
    return word in OPENERS or (word == "you" and is_after_thank)


def is_beside(item: Token) -> bool:
    """Return whether it may stand among receivers without being one."""
    return item.kind in (TokenKind.AMOUNT, TokenKind.TAG, TokenKind.COMMA, TokenKind.KARMA)


def is_told_beside(item: Token) -> bool:
    """Return whether it is no word of a sentence, also at an end of it."""
    return item.kind is TokenKind.TAG or (
        item.kind is TokenKind.AMOUNT and item.form in COUNTED_ANYWHERE
    )


def is_plain_number(item: Token) -> bool:
    """Returns whether it may count something else than points."""
    return item.kind is TokenKind.AMOUNT and item.form in (
        TokenForm.BARE,
        TokenForm.TIMES,
        TokenForm.KEYCAP,
    )


def _counts_after_words(items: list[Token], index: int) -> bool:
    """Return whether the item is none of the words; `closed issue 5 @ada` names an issue."""
    item = items[index]
    is_sure = item.form in (*COUNTED_ANYWHERE, TokenForm.REACTION) and not item.is_code
    if item.kind is not TokenKind.AMOUNT or is_sure:
        return not is_part_of_words(items, index)
    return index > 0 and items[index - 1].is_who


def has_suffix(items: list[Token], index: int) -> bool:
    """Returns whether the receiver at `index` is part of a longer word."""
    after = items[index + 1] if index + 1 < len(items) else None
    if after is None or after.gap or after.kind is not TokenKind.WORD:
        return False
    return after.text[0].isalpha() or after.text[0] in "'’"  # noqa: RUF001 - both are typed


def without_beginning(items: list[Token], end: int, *, is_bare_counted: bool) -> int:
    """Return where the words begin that are no amount or hashtag."""
    first = 0
    if end > 1 and items[0].text.casefold() == "give" and items[1].kind is TokenKind.AMOUNT:
        first = 1
    if first < end and _is_amount_at_beginning(items, first, is_bare_counted=is_bare_counted):
        first += 1
    while first < end and (is_told_beside(items[first]) or items[first].kind is TokenKind.COMMA):
        first += 1
    return first


def _is_amount_at_beginning(items: list[Token], index: int, *, is_bare_counted: bool) -> bool:
    item = items[index]
    if item.kind is not TokenKind.AMOUNT or not is_plain_number(item):
        return item.kind is TokenKind.AMOUNT
    return is_bare_counted and (item.is_unsure or counts_nothing(items, index))


def without_end(items: list[Token], first: int) -> int:
    """Return where the words end that are no amount or hashtag.

    Hashtags joined by `and` are part of a sentence and stay.
    """
    end = index = len(items)
    while index > first:
        index -= 1
        item = items[index]
        if item.is_code:
            break
        if is_told_beside(item) and not is_part_of_words(items, index):
            end = index
        elif item.kind is TokenKind.JOINER and end == index + 1 < len(items):
            return end + 1 if items[end].kind is TokenKind.TAG else index
        elif item.kind not in (TokenKind.COMMA, TokenKind.PUNCTUATION):
            break
    return end
