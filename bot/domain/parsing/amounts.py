"""Which of the amounts that were typed are given, and which have to be asked about."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.parsing.commands import Ask, Question
from bot.domain.parsing.meant import ends_clause, may_be_meant
from bot.domain.parsing.receivers import (
    COUNTED_ANYWHERE,
    counts_nothing,
    is_part_of_words,
    is_plain_number,
)
from bot.domain.parsing.tokenizer import render
from bot.domain.parsing.tokens import Token, TokenForm, TokenKind
from bot.domain.parsing.typed_emoji import is_picture
from bot.domain.parsing.typed_numbers import number_of
from bot.domain.parsing.typed_qualities import is_surely_given
from bot.domain.parsing.typed_totals import total_at, total_before
from bot.domain.parsing.typed_words import leads_to_reason

if TYPE_CHECKING:
    from bot.domain.parsing.receivers import Reading

_TOTAL_WORDS_MAX = 4
_TIME = re.compile(r"\d+[:/]\d")  # or a day
_FRACTIONS = frozenset(["½", "¼", "¾"])


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about thanks that has to be asked."""

    question: Question
    is_unsure: bool = False  # about an amount that can be replaced by the closest in a line
    amount: int | None = None  # that a line which would have worked has
    until: int | None = None  # where such a line ends
    at: int | None = None  # which word of the reason it is about
    is_of_total: bool = False  # about an amount that was understood, but not whether for each


def is_several(who: list[Token]) -> bool:
    """Returns whether an amount may be meant for more than one receiver."""
    return len({item.value for item in who}) > 1 or any(
        item.kind in (TokenKind.GROUP, TokenKind.EVERYONE) for item in who
    )


def set_aside(items: list[Token], reading: Reading) -> None:
    """Takes from the words those amounts at their ends that only emoji part from the ends."""
    words = reading.words
    found: set[int] = set()
    for is_end in (False, True):
        is_behind = False
        is_beside = reading.is_led and not is_end
        for index in reversed(words) if is_end else words:
            item = items[index]
            if is_picture(item):
                is_behind = True
            elif is_behind and _counts_behind(items, index, is_beside=is_beside):
                found.add(index)
            elif item.kind not in (TokenKind.COMMA, TokenKind.PUNCTUATION, TokenKind.AMOUNT):
                break
    if found:
        reading.aside |= found


def _counts_behind(items: list[Token], index: int, *, is_beside: bool) -> bool:
    item = items[index]
    if item.kind is not TokenKind.AMOUNT or is_part_of_words(items, index):
        return False
    if is_plain_number(item):
        return is_beside and counts_nothing(items, index)
    return is_beside or item.form in COUNTED_ANYWHERE


def spaced(items: list[Token], reading: Reading) -> list[Token]:
    """Returns the words, apart where an amount between them has been taken away."""
    if not reading.aside:
        return items[reading.first : reading.end]
    found: list[Token] = []
    before = -1
    for index in reading.words:
        item = items[index]
        is_glued = before not in (-1, index - 1) and not item.gap and item.kind is TokenKind.WORD
        found.append(item._replace(gap=" ") if is_glued else item)
        before = index
    return found


def counted_amounts(items: list[Token], reading: Reading) -> list[int]:
    """Returns which items are amounts that are no words of the reason."""
    first, end, aside = reading.first, reading.end, reading.aside
    return [
        index
        for index, item in enumerate(items)
        if item.kind is TokenKind.AMOUNT and (not first <= index < end or index in aside)
    ]


def amounts_of(items: list[Token], who: list[Token], counted: list[int]) -> tuple[int, ...]:
    """Returns the different amounts in their order.

    Emoji before and after one receiver add up; beside several, those between two of them do.
    """
    numbers: list[int] = []
    place_of: dict[int, int] = {}  # in `numbers`, of the emoji after so many receivers
    receivers = {item.value for item in who}
    number_of_receivers = start = 0
    for index in counted:
        item = items[index]
        if item.is_unsure or (item.is_total and is_several(who)):
            continue
        if not item.is_emoji:
            numbers.append(item.number)
            continue
        if len(receivers) > 1:
            before = items[start:index]
            number_of_receivers += sum(one.is_who and one.value in receivers for one in before)
            start = index
        if number_of_receivers in place_of:
            numbers[place_of[number_of_receivers]] += item.number
        else:
            place_of[number_of_receivers] = len(numbers)
            numbers.append(item.number)
    return tuple(dict.fromkeys(numbers))


def doubts_of_amounts(items: list[Token], reading: Reading, counted: list[int]) -> list[Doubt]:
    """Returns what is not clear about the amounts, those that count and those that may."""
    doubts = [*filter(None, (doubt_of_counted(items[index]) for index in counted))]
    doubts += _of_totals(items, reading, counted)
    words = reading.words
    doubts += [
        _of_shared(items, index, reading) or _of_word(items, index)
        for index in may_be_meant(items, words, is_led=reading.is_led)
    ]
    if words and not counted:
        ends = {words[-1], *(words[:1] if reading.is_led else [])}
        doubts += [
            _of_word(items, index) for index in sorted(ends) if _is_worded_amount(items[index])
        ]
    if words and not counted and items[words[-1]].form is TokenForm.TIMES:
        last = items[words[-1]]
        if last.kind is TokenKind.AMOUNT and words[-1] != words[0]:
            doubts.append(_of_word(items, words[-1], until=words[-1]))
    first = next(iter(words), None)
    if first is not None and _may_count_points(items, first, reading):
        doubts.append(_of_word(items, first))
    return doubts


def _of_word(items: list[Token], index: int, until: int | None = None) -> Doubt:
    """Returns the doubt whether a word of the reason is the amount."""
    item = items[index]
    number = item.number if item.kind is TokenKind.AMOUNT else number_of(item)
    amount = number if number > 0 else None
    return Doubt(_asks(item, number), amount=amount, until=until, at=index)


def _is_worded_amount(item: Token) -> bool:
    if item.kind is not TokenKind.AMOUNT:
        return False
    if item.form in (TokenForm.UNITS, TokenForm.KEYCAP) or item.is_code:
        return True
    if item.form is TokenForm.QUALIFIED:
        return is_surely_given(item)
    return item.form is TokenForm.VAGUE and item.text[0].isalpha()


def _of_totals(items: list[Token], reading: Reading, counted: list[int]) -> list[Doubt]:
    """Returns the doubt about an amount that several receivers are to share."""
    if not counted or not is_several(reading.receivers):
        return []
    totals = (i for i in counted if items[i].is_total or total_before(items, i))
    total = next((items[index] for index in totals), None)
    if total is not None:
        return [_of_total(total.text, total.number, reading)]
    start, count = _words_of_total(items, reading)
    if not count:
        return []
    doubt = _of_total(render(items[start : start + count]), items[counted[0]].number, reading)
    is_at_end = start > reading.words[0]
    last = start + count - 1
    return [replace(doubt, until=start) if is_at_end else replace(doubt, at=last)]


def _of_shared(items: list[Token], index: int, reading: Reading) -> Doubt | None:
    """Returns the doubt about a word that may be an amount for several together."""
    is_total = items[index].is_total or total_before(items, index)
    if not is_total or not is_several(reading.receivers):
        return None
    return replace(_of_total(items[index].text, items[index].number, reading), at=index)


def _of_total(text: str, number: int, reading: Reading) -> Doubt:
    people = {item.value for item in reading.receivers}
    is_counted = all(item.kind in (TokenKind.USER, TokenKind.NAME) for item in reading.receivers)
    part = max(1, number // len(people)) if is_counted else None
    amounts = () if part is None else (part,)
    return Doubt(Question(Ask.AMOUNT, text, amounts=amounts), amount=part, is_of_total=True)


def _words_of_total(items: list[Token], reading: Reading) -> tuple[int, int]:
    """Returns where the reason begins or ends with words like `in total`, and how many they are."""
    words = reading.words
    if words and reading.is_led and (count := total_at(items, words[0])):
        return words[0], count
    for start in words[-_TOTAL_WORDS_MAX:]:
        if start > words[0] and ends_clause(items[start - 1]):
            count = total_at(items, start)
            if start + count > words[-1]:
                return start, count
    return 0, 0


def doubt_of_counted(item: Token) -> Doubt | None:
    """Returns the doubt about an amount that stands where amounts count."""
    if item.form in (TokenForm.VAGUE, TokenForm.QUALIFIED):
        return Doubt(_asks(item, item.number), amount=item.number or None)
    if not item.is_unsure and item.form is not TokenForm.REACTION:
        return None
    closest = max(item.number, 1)
    is_unsure = item.is_unsure and item.form is not TokenForm.REACTION
    return Doubt(_asks(item, closest), is_unsure=is_unsure, amount=closest)


def _asks(item: Token, number: int) -> Question:
    return Question(Ask.AMOUNT, item.text, amounts=(number,) if number > 0 else ())


def _may_count_points(items: list[Token], first: int, reading: Reading) -> bool:
    """Returns whether the first word of the reason may be an amount, and was not counted."""
    item = items[first]
    if is_plain_number(item):
        if reading.is_led or reading.is_trailed:
            return True
        return counts_nothing(items, first)
    if item.kind is not TokenKind.WORD or not (reading.is_led or reading.is_trailed):
        return False
    begins = item.text.lstrip("+-(=")[:1] if reading.is_led else ""
    is_time = _TIME.match(item.text) is not None
    is_digit = (begins.isdecimal() and not is_time) or begins in _FRACTIONS
    is_number = is_digit or number_of(item) > 0
    if not is_number:
        return False
    is_ended = first + 1 == reading.end or item.text[-1] in ",;!"
    if is_ended or leads_to_reason(items[first + 1]):
        return True
    return items[first + 1].kind is TokenKind.AMOUNT  # `five (5) points`
