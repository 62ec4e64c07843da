"""Amounts among typed words: signs, numbers, words for numbers and points, emoji.

Number words count with a word for points of their own language, or with what the workspace calls
its points. What is an amount by its words but has no number (`some points`) is kept as vague, so
that it can be asked for.
"""
# ruff: noqa: RUF001 - people type signs and words of every script

from __future__ import annotations

import re
from functools import lru_cache

from bot.domain.typed_emoji import EmojiWorths
from bot.domain.typed_items import Currency, Form, Item, Kind
from bot.domain.typed_numbers import (
    ARABIC_PAIRS,
    BEYOND,
    LANGUAGE_OF_POINTS,
    LARGE_NUMBER_OF,
    NEVER_VAGUE,
    NUMBER_OF,
    NUMBER_WORDS,
    OTHER_WORDS,
    POINTS,
    SIGNS,
    VAGUE,
    VAGUE_WORDS_MAX,
    WHOLE,
    number_of,
)
from bot.domain.typed_totals import total_at

_NUMBER = re.compile(
    r"\(?(?P<sign>[+＋\-−]?)(?P<before>[x×х]?)(?P<digits>\d+)(?P<fraction>[.,]\d+)?"
    r"(?P<after>[x×х]?)(?P<end>[)\],.:;!]*)",
    re.IGNORECASE,
)
_GLUED = re.compile(r"\(?(?P<sign>[+＋]?)(?P<digits>\d+)(?P<unit>[^\d\s.,:;!?)\]%].*)")
_EMOJI_TIMES = re.compile(r"(?P<emoji>[^\w\s].*)[x×х](?P<digits>\d{1,9})[)\],.:;!]*", re.IGNORECASE)
_EACH = frozenset({"each", "apiece", "hver", "kumpikin", "каждому", "elk", "ieder"})
_END = ")],.:;!،"
_AROUND = "*_~\"'“”„«»‘’([{)]}"
_MARKS = _AROUND + _END
_TIMES = frozenset({"x", "×", "х"})
_WITH = frozenset({"with", "worth", "med", "met", "с"})
_DIGITS_MAX = 100  # far above any limit, far below what makes int() refuse
_MAGNITUDE_MAX = 10**_DIGITS_MAX


class Amounts:
    """Finds amounts in a workspace's typed words."""

    def __init__(self, currency: Currency) -> None:
        self._emoji = EmojiWorths(currency)
        self._names = {tuple(name.casefold().split()) for name in currency.names}
        self._second_words = {*_FIRST_WORDS, *LANGUAGE_OF_POINTS, *_EACH}
        self._second_words |= {name[0] for name in self._names if name}
        self._second_words |= {words[1] for words in (*ARABIC_PAIRS, *WHOLE) if len(words) > 1}
        self._name_lengths = sorted({len(name) for name in self._names}, reverse=True)

    def of_word(self, word: str) -> Item | None:
        """Returns the amount that one word is."""
        if match := _NUMBER.fullmatch(word):
            is_twice = match["before"] and (match["after"] or match["sign"])
            return None if is_twice else _number(word, match)
        if word[0] in _AROUND or word[-1] in _AROUND:  # `*+5*`, `"+5"`, `[+5]`
            amount = self._within(word)
            if amount is not None:
                return amount
        if word[0] in "+＋" and (number := number_of(Item(Kind.WORD, word[1:]))):
            return Item(Kind.AMOUNT, word, number=number, form=Form.PLUS)
        return self._glued(word)

    def _within(self, word: str) -> Item | None:
        """Reads a word without the marks around it; what is struck out is in doubt."""
        bare = word.lstrip(_AROUND).rstrip(_AROUND + _END)
        amount = self.of_word(bare) if bare and bare != word else None
        if amount is None:
            return None
        return amount._replace(text=word, is_unsure=amount.is_unsure or "~" in word)

    def parts_of(self, word: str) -> list[str]:
        """Returns the parts of a word that has emoji with a worth among others: `🎉🌮🌮`."""
        return self._emoji.parts_of(word)

    def _glued(self, word: str) -> Item | None:
        """Reads `5pts`, `3🌮`, `🌮x3` and `🌮🌮`."""
        if match := _GLUED.fullmatch(word):
            unit = match["unit"].rstrip(_END).casefold()
            if not self._is_unit(unit) and self._emoji.of(match["unit"]) != (1, True):
                return None
            form = Form.PLUS if match["sign"] else Form.UNITS
            return Item(Kind.AMOUNT, word, number=_integer(match["digits"]), form=form)
        match = _EMOJI_TIMES.fullmatch(word)
        found = self._emoji.of(match["emoji"] if match else word)
        if found is None:
            return None
        worth, is_currency = found
        form = Form.UNITS if is_currency else Form.REACTION
        if match:
            return Item(Kind.AMOUNT, word, number=worth * _integer(match["digits"]), form=form)
        return Item(Kind.AMOUNT, word, number=worth, form=form, is_emoji=True)

    def joined(self, items: list[Item]) -> list[Item]:
        """Returns the items, with those joined that make one amount."""
        found: list[Item] = []
        index = 0
        while index < len(items):
            item = items[index]
            if item.kind is Kind.WORD:
                text = item.text
                word = text.casefold() if text[0].isalpha() else _begun(item)
                if word not in _FIRST_WORDS:
                    found.append(item)  # most are
                    index += 1
                    continue
                if not self._may_go_on(word, items, index + 1):
                    found.append(_as_number(item) if word in NUMBER_WORDS else item)
                    index += 1
                    continue
            amount, after = self._at(items, index)
            found.append(amount)
            index = after
        return found

    def _may_go_on(self, word: str, items: list[Item], index: int) -> bool:
        """Returns whether an amount that begins with a word may go on at `index`."""
        if word in _ALONE or index == len(items):
            return True
        after = items[index]
        return after.kind is not Kind.WORD or _word(after) in self._second_words

    def _at(self, items: list[Item], start: int) -> tuple[Item, int]:
        """Returns the item at `start`, joined with those that belong to it, and what follows."""
        item, after = items[start], start + 1
        if item.is_quote:
            return item, after
        if item.kind is Kind.WORD:
            amount, after = self._worded(items, start)
        elif item.kind is Kind.JOINER:
            amount, after = self._signed(items, start)
        elif item.kind is Kind.AMOUNT:
            amount, after = self._counted(items, start)
        else:
            return item, after
        if amount is None:
            return _as_number(item) if _begun(item) in NUMBER_WORDS else item, start + 1
        may_be_each = amount.text[-1].isalnum() or amount.is_emoji
        if may_be_each and after < len(items) and _word(items[after]) in _EACH:
            amount, after = _with(amount, items[after : after + 1]), after + 1
        if after < len(items) and amount.text[-1] not in _END:
            count = total_at(items, after)
            if count:
                amount = _with(amount, items[after : after + count])._replace(is_total=True)
                after += count
        return amount, after

    def _worded(self, items: list[Item], start: int) -> tuple[Item | None, int]:
        word = _begun(items[start])
        if word in _TIMES and _is_plain_digits(items, start + 1):
            number = items[start + 1]
            amount = items[start]._replace(kind=Kind.AMOUNT, number=number.number, form=Form.TIMES)
            return _with(amount, [number]), start + 2
        if word in _WITH and start + 1 < len(items):
            if _word(items[start + 1]) in _WITH:
                return None, start + 1
            amount, after = self._at(items, start + 1)
            if amount.kind is Kind.AMOUNT and amount.form is Form.UNITS:
                text = items[start].text + amount.gap + amount.text
                return amount._replace(text=text, gap=items[start].gap), after
            return None, start + 1
        if word in SIGNS:
            return self._spelt(items, start, SIGNS[word])
        return self._in_words(items, start) if word in _BEGINNINGS else (None, start + 1)

    def _in_words(self, items: list[Item], start: int) -> tuple[Item | None, int]:
        """Reads `five points`, and `some points` as vague."""
        words = tuple(_word(item) for item in items[start : start + 2])
        for whole, number in WHOLE.items():
            if words[: len(whole)] == whole:
                return _amount(items[start : start + len(whole)], number), start + len(whole)
        if words in ARABIC_PAIRS:
            count = self._unit_at(items, start + 2, {"ar"})
            if count:
                end = start + 2 + count
                return _amount(items[start:end], ARABIC_PAIRS[words]), end
        word = _begun(items[start])
        if start + 1 < len(items) and _word(items[start + 1]) in _EACH and word in NUMBER_WORDS:
            number = number_of(items[start])
            return (
                _as_number(items[start])._replace(kind=Kind.AMOUNT) if number else None
            ), start + 1
        for language, number in NUMBER_OF.get(word, {}).items():
            languages = {language}
            if word not in OTHER_WORDS:
                languages.add("own")
            if count := self._unit_at(items, start + 1, languages):
                end = start + 1 + count
                return _amount(items[start:end], number), end
        return self._vague(items, start)

    def _vague(self, items: list[Item], start: int) -> tuple[Item | None, int]:
        index = start
        while index - start < VAGUE_WORDS_MAX and index < len(items):
            word = items[index].text.casefold()
            if word not in VAGUE and word not in NUMBER_WORDS:
                break
            index += 1
        if index > start and _is_plain_digits(items, index) and index < start + VAGUE_WORDS_MAX:
            return self._vaguely_counted(items, start, index)
        # `to point out` is none: beside words of their own languages alone are these numbers.
        is_other_word = items[start].text.casefold() in OTHER_WORDS
        languages = {"own"} if is_other_word else {*POINTS, "own"} - {""}
        count = index > start and self._unit_at(items, index, languages)
        if not count or _word(items[index]) in NEVER_VAGUE:
            return None, start + 1
        is_one = index == start + 1
        number = LARGE_NUMBER_OF.get(_begun(items[start]), 0) if is_one else 0
        amount = _amount(items[start : index + count], number)
        return amount._replace(form=Form.VAGUE, is_unsure=True), index + count

    def _vaguely_counted(
        self, items: list[Item], start: int, index: int
    ) -> tuple[Item | None, int]:
        """Reads `another 5 points`."""
        amount, after = self._counted(items, index)
        if amount.form is not Form.UNITS or _begun(items[index - 1]) not in BEYOND:
            return None, start + 1
        words = _with(items[start], [*items[start + 1 : index], amount])
        vague = words._replace(kind=Kind.AMOUNT, tags=(), form=Form.VAGUE, is_unsure=True)
        return vague._replace(number=amount.number), after

    def _spelt(self, items: list[Item], start: int, sign: int) -> tuple[Item | None, int]:
        """Reads `plus 5`, `minus five`."""
        if _is_plain_digits(items, start + 1) and items[start + 1].form is Form.BARE:
            amount, after = self._counted(items, start + 1)
        elif start + 1 < len(items) and (number := number_of(items[start + 1])):
            worded, after = self._in_words(items, start + 1)
            if worded is not None and worded.form is Form.UNITS:
                amount = worded
            else:
                amount = _amount([items[start + 1]], number)._replace(form=Form.BARE)
                after = start + 2
        else:
            return None, start + 1
        spelt = _with(items[start], [amount])._replace(kind=Kind.AMOUNT, form=amount.form)
        return spelt._replace(number=sign * amount.number, is_unsure=amount.is_unsure), after

    def _signed(self, items: list[Item], start: int) -> tuple[Item | None, int]:
        if items[start].text.casefold() in SIGNS:
            return self._spelt(items, start, 1)
        if items[start].text != "+" or not _is_plain_digits(items, start + 1):
            return None, start + 1
        amount, after = self._counted(items, start + 1)
        text = items[start].text + amount.gap + amount.text
        return amount._replace(text=text, gap=items[start].gap, form=Form.PLUS), after

    def _counted(self, items: list[Item], start: int) -> tuple[Item, int]:
        """Reads a run of emoji, or a number with what it counts."""
        amount, after = items[start], start + 1
        if amount.is_emoji:
            while after < len(items) and items[after].is_emoji:
                more = items[after]
                form = Form.UNITS if amount.form is more.form is Form.UNITS else Form.REACTION
                amount = _with(amount, [more])._replace(
                    number=amount.number + more.number, form=form
                )
                after += 1
            times, behind = self._at(items, after) if after < len(items) else (amount, after)
            if times.form is Form.TIMES and times.kind is Kind.AMOUNT:
                number = amount.number * times.number
                return _with(amount, [times])._replace(number=number), behind
            return amount, after
        if not amount.text[-1].isdecimal():
            return amount, after  # after punctuation something new begins: `5, points out of…`
        follows = items[after] if after < len(items) else None
        if follows is not None and follows.is_emoji:
            if amount.form is Form.UNITS:  # `🌮x3 🌮`
                return amount, after
            is_run = after + 1 < len(items) and items[after + 1].is_emoji
            count = int(follows.number == 1 and not is_run)
            is_currency = follows.form is Form.UNITS
        else:
            count = self._unit_at(items, after, {*POINTS, "own"})
            is_currency = True
        if not count or not is_currency:
            return amount, after
        joined = _with(amount, items[after : after + count])
        form = amount.form if amount.form in (Form.PLUS, Form.VAGUE) else Form.UNITS
        return joined._replace(form=form), after + count

    def _unit_at(self, items: list[Item], start: int, languages: set[str]) -> int:
        """Returns how many items from `start` on are a word for points in one of the languages."""
        if start >= len(items) or items[start].is_quote:
            return 0
        if "own" in languages:
            for length in self._name_lengths:
                words = items[start : start + length]
                if tuple(map(_word, words)) in self._names:
                    return length
        return int(LANGUAGE_OF_POINTS.get(_word(items[start]), "none") in languages)

    def _is_unit(self, word: str) -> bool:
        return word in LANGUAGE_OF_POINTS or (word,) in self._names


@lru_cache(maxsize=256)
def amounts_in(currency: Currency) -> Amounts:
    """Returns what finds the amounts of a workspace."""
    return Amounts(currency)


def says_each(item: Item) -> bool:
    """Returns whether an amount is said to be for each."""
    return item.text.rpartition(" ")[2].strip(_MARKS).casefold() in _EACH


def _as_number(item: Item) -> Item:
    return item._replace(number=number_of(item))


def _number(word: str, match: re.Match[str]) -> Item:
    digits, fraction = match["digits"], match["fraction"]
    number = _integer(digits)
    if fraction:
        is_thousands = len(fraction) == len(",000")
        half_or_more = fraction[1] in "56789"
        number = _integer(digits + fraction[1:]) if is_thousands else number + half_or_more
    if match["sign"] in {"-", "−"}:
        number = -number
    form = Form.TIMES if match["before"] or match["after"] else Form.BARE
    if match["sign"] in {"+", "＋"}:
        form = Form.PLUS
    return Item(Kind.AMOUNT, word, number=number, form=form, is_unsure=fraction is not None)


def _integer(digits: str) -> int:
    return int(digits) if len(digits) <= _DIGITS_MAX else _MAGNITUDE_MAX


def _is_plain_digits(items: list[Item], index: int) -> bool:
    return (
        index < len(items)
        and items[index].kind is Kind.AMOUNT
        and not items[index].is_emoji
        and items[index].text[0].isdecimal()
    )


def _amount(items: list[Item], number: int) -> Item:
    first = items[0]._replace(kind=Kind.AMOUNT, number=number, form=Form.UNITS, tags=())
    return _with(first, items[1:])


def _with(first: Item, more: list[Item]) -> Item:
    return first._replace(text=first.text + "".join(item.gap + item.text for item in more))


def _begun(item: Item) -> str:
    """Returns a word that may be the first of an amount, without the marks before it."""
    text = item.text
    return (text if text[0].isalpha() else text.lstrip(_AROUND)).casefold()


def _word(item: Item) -> str:
    return "" if item.is_quote or item.is_who else item.text.strip(_MARKS).casefold()


_BEGINNINGS = NUMBER_WORDS | VAGUE | {words[0] for words in (*ARABIC_PAIRS, *WHOLE)}
_ALONE = frozenset(words[0] for words in WHOLE if len(words) == 1)
_FIRST_WORDS = _BEGINNINGS | _TIMES | _WITH | frozenset(SIGNS)
