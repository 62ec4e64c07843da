"""Amounts among typed words: signs, numbers, words for numbers and points, emoji.

Number words count with a word for points of their own language, or with what the workspace calls
its points. What is an amount by its words but has no number (`some points`) is kept as vague, so
that it can be asked for.
"""
# ruff: noqa: RUF001 - people type signs and words of every script

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.domain.parsing.tokens import Currency, Token, TokenForm, TokenKind
from bot.domain.parsing.typed_emoji import EmojiWorths
from bot.domain.parsing.typed_numbers import (
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
from bot.domain.parsing.typed_parts import (
    AROUND,
    END,
    MARKS,
    NUMBER,
    amount_of,
    as_number,
    bare_word,
    begun,
    in_doubt,
    integer,
    is_plain_digits,
    joined_with,
    number_in,
)
from bot.domain.parsing.typed_qualities import (
    ARTICLES,
    DESERVED,
    QUALITIES_MAX,
    deserves,
    is_all,
    qualifies,
)
from bot.domain.parsing.typed_signs import PLUS_SIGNS, has_keycap, without_sign_emoji
from bot.domain.parsing.typed_totals import total_at

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_GLUED = re.compile(r"\(?(?P<sign>[+＋]?)(?P<digits>\d+)(?P<unit>[^\d\s.,:;!?)\]%].*)")
_EMOJI_TIMES = re.compile(r"(?P<emoji>[^\w\s].*)[x×х](?P<digits>\d{1,9})[)\],.:;!]*", re.IGNORECASE)
_EACH = frozenset({"each", "apiece", "hver", "kumpikin", "каждому", "elk", "ieder"})
_CLOSING = "*_`\"'”»"
_ANY_POINTS = frozenset({*POINTS, "own"})
_TIMES = frozenset({"x", "×", "х"})
_WITH = frozenset({"with", "worth", "med", "met", "с"})


class Amounts:
    """Finds amounts in a workspace's typed words."""

    def __init__(self, currency: Currency) -> None:
        self._emoji = EmojiWorths(currency)
        self._names = {tuple(name.casefold().split()) for name in currency.names}
        self._units = {*LANGUAGE_OF_POINTS, *(name[0] for name in self._names if name)}
        self._second_words = {*_FIRST_WORDS, *LANGUAGE_OF_POINTS, *_EACH}
        self._second_words |= DESERVED
        self._second_words |= {name[0] for name in self._names if name}
        self._second_words |= {words[1] for words in (*ARABIC_PAIRS, *WHOLE) if len(words) > 1}
        self._name_lengths = sorted({len(name) for name in self._names}, reverse=True)

    def of_word(self, word: str) -> Token | None:
        """Returns the amount that one word is."""
        if match := NUMBER.fullmatch(word):
            is_twice = match["before"] and (match["after"] or match["sign"])
            return None if is_twice else number_in(word, match)
        if word[0] in AROUND or word[-1] in AROUND:  # `*+5*`, `"+5"`, `[+5]`
            amount = self._within(word)
            if amount is not None:
                return amount
        if word[0] in "+＋" and (number := number_of(Token(TokenKind.WORD, word[1:]))):
            return Token(TokenKind.AMOUNT, word, number=number, form=TokenForm.PLUS)
        return self._glued(word) or self._in_emoji(word)

    def _in_emoji(self, word: str) -> Token | None:
        """Reads `5️⃣` as in doubt, and a plus sign that is an emoji."""
        plain = without_sign_emoji(word)
        amount = self.of_word(plain) if plain else None
        if amount is None:
            return None
        if amount.form is TokenForm.BARE and has_keycap(word):
            return amount._replace(text=word, form=TokenForm.KEYCAP, is_unsure=True)
        return amount._replace(text=word)

    def _within(self, word: str) -> Token | None:
        """Reads a word without the marks around it; what is struck out is in doubt."""
        bare = word.lstrip(AROUND).rstrip(AROUND + END)
        amount = self.of_word(bare) if bare and bare != word else None
        if amount is None:
            return None
        return amount._replace(text=word, is_unsure=amount.is_unsure or "~" in word)

    def parts_of(self, word: str) -> list[str]:
        """Returns the parts of a word that has emoji with a worth among others: `🎉🌮🌮`."""
        return self._emoji.parts_of(word)

    def _glued(self, word: str) -> Token | None:
        """Reads `5pts`, `3🌮`, `🌮x3` and `🌮🌮`."""
        if match := _GLUED.fullmatch(word):
            unit = match["unit"].rstrip(END).casefold()
            if not self._is_unit(unit) and self._emoji.of(match["unit"]) != (1, True):
                return None
            form = TokenForm.PLUS if match["sign"] else TokenForm.UNITS
            return Token(TokenKind.AMOUNT, word, number=integer(match["digits"]), form=form)
        match = _EMOJI_TIMES.fullmatch(word)
        found = self._emoji.of(match["emoji"] if match else word)
        if found is None:
            return None
        worth, is_currency = found
        form = TokenForm.UNITS if is_currency else TokenForm.REACTION
        if match:
            return Token(TokenKind.AMOUNT, word, number=worth * integer(match["digits"]), form=form)
        return Token(TokenKind.AMOUNT, word, number=worth, form=form, is_emoji=True)

    def joined(self, items: list[Token]) -> list[Token]:
        """Returns the items, with those joined that make one amount."""
        found: list[Token] = []
        index = 0
        while index < len(items):
            item = items[index]
            if item.kind is TokenKind.WORD:
                text = item.text
                word = text.casefold() if text[0].isalpha() else begun(item)
                if word not in _FIRST_WORDS:
                    # Most are. A mark behind a number ends what it may count.
                    is_number = word[-1:] in END and word.rstrip(END) in NUMBER_WORDS
                    found.append(as_number(item) if is_number else item)
                    index += 1
                    continue
                if not self._may_go_on(word, items, index + 1):
                    found.append(as_number(item) if word in NUMBER_WORDS else item)
                    index += 1
                    continue
            amount, after = self._at(items, index)
            found.append(amount)
            index = after
        return found

    def _may_go_on(self, word: str, items: list[Token], index: int) -> bool:
        """Returns whether an amount that begins with a word may go on at `index`."""
        if word in _ALONE or index == len(items):
            return True
        after = items[index]
        if after.kind is not TokenKind.WORD or bare_word(after) in self._second_words:
            return True
        return word not in ARTICLES and self._is_near_points(items, index + 1)

    def _is_near_points(self, items: list[Token], index: int) -> bool:
        """Returns whether a word for points stands a few words from `index` on, if not there."""
        for item in items[index : index + QUALITIES_MAX]:
            text = item.text
            if (text if text.isalpha() else text.strip(MARKS)).casefold() in self._units:
                return True
        return False

    def _at(self, items: list[Token], start: int) -> tuple[Token, int]:
        """Returns the item at `start`, joined with those that belong to it, and what follows."""
        item, after = items[start], start + 1
        if item.is_quote:
            return item, after
        if item.kind is TokenKind.WORD:
            amount, after = self._worded(items, start)
        elif item.kind is TokenKind.JOINER:
            amount, after = self._signed(items, start)
        elif item.kind is TokenKind.AMOUNT:
            amount, after = self._counted(items, start)
        else:
            return item, after
        if amount is None:
            return as_number(item) if begun(item) in NUMBER_WORDS else item, start + 1
        is_ended = not amount.text.rstrip(_CLOSING)[-1:].isalnum()
        may_be_each = not is_ended or amount.is_emoji or amount.form is TokenForm.KEYCAP
        if may_be_each and after < len(items) and bare_word(items[after]) in _EACH:
            amount, after = joined_with(amount, items[after : after + 1]), after + 1
        if after < len(items) and amount.text[-1] not in END:
            count = total_at(items, after)
            if count:
                amount = joined_with(amount, items[after : after + count])._replace(is_total=True)
                after += count
        return amount, after

    def _worded(self, items: list[Token], start: int) -> tuple[Token | None, int]:
        word = begun(items[start])
        if word in _TIMES and is_plain_digits(items, start + 1):
            number = items[start + 1]
            amount = items[start]._replace(
                kind=TokenKind.AMOUNT, number=number.number, form=TokenForm.TIMES
            )
            return joined_with(amount, [number]), start + 2
        if word in _WITH and start + 1 < len(items):
            if bare_word(items[start + 1]) in _WITH:
                return None, start + 1
            amount, after = self._at(items, start + 1)
            if amount.kind is TokenKind.AMOUNT and amount.form is TokenForm.UNITS:
                text = items[start].text + amount.gap + amount.text
                return amount._replace(text=text, gap=items[start].gap), after
            return None, start + 1
        if word in SIGNS:
            return self._spelt(items, start, SIGNS[word])
        return self._in_words(items, start) if word in _BEGINNINGS else (None, start + 1)

    def _in_words(self, items: list[Token], start: int) -> tuple[Token | None, int]:
        """Reads `five points`, and `some points` as vague."""
        words = tuple(bare_word(item) for item in items[start : start + 2])
        for whole, number in WHOLE.items():
            if words[: len(whole)] == whole:
                return amount_of(items[start : start + len(whole)], number), start + len(whole)
        if words in ARABIC_PAIRS:
            count = self._unit_at(items, start + 2, {"ar"})
            if count:
                end = start + 2 + count
                return amount_of(items[start:end], ARABIC_PAIRS[words]), end
        word = begun(items[start])
        if start + 1 < len(items) and bare_word(items[start + 1]) in _EACH and word in NUMBER_WORDS:
            number = number_of(items[start])
            return (
                as_number(items[start])._replace(kind=TokenKind.AMOUNT) if number else None
            ), start + 1
        for language, number in NUMBER_OF.get(word, {}).items():
            languages = {language}
            if word not in OTHER_WORDS:
                languages.add("own")
            if count := self._unit_at(items, start + 1, languages):
                end = start + 1 + count
                return amount_of(items[start:end], number), end
            if count := self._qualified_at(items, start + 1, languages, number):
                end = start + 1 + count
                return in_doubt(amount_of(items[start:end], number)), end
        return self._vague(items, start)

    def _qualified_at(
        self, items: list[Token], start: int, languages: AbstractSet[str], number: int = 0
    ) -> int:
        """Returns how many items make `well deserved points`, and no more than that.

        `one` and the like are often articles, so `een goed punt` is none.
        """
        is_sure = number != 1
        for index in range(start, min(start + QUALITIES_MAX, len(items) - 1)):
            item = items[index]
            if not qualifies(item, may_join=number > 0 and index > start):
                return 0
            is_sure |= deserves(item)
            if count := self._unit_at(items, index + 1, languages):
                end = index + 1 + count
                is_own = LANGUAGE_OF_POINTS.get(bare_word(items[index + 1])) is None
                return end - start if (is_sure or is_own) and is_all(items, end) else 0
        return 0

    def _vague(self, items: list[Token], start: int) -> tuple[Token | None, int]:
        index = start
        while index - start < VAGUE_WORDS_MAX and index < len(items):
            word = items[index].text.casefold()
            if word not in VAGUE and word not in NUMBER_WORDS:
                break
            index += 1
        if index > start and is_plain_digits(items, index) and index < start + VAGUE_WORDS_MAX:
            return self._vaguely_counted(items, start, index)
        # `to point out` is none: beside words of their own languages alone are these numbers.
        is_other_word = items[start].text.casefold() in OTHER_WORDS
        languages = {"own"} if is_other_word else {*POINTS, "own"} - {""}
        count = index > start and self._unit_at(items, index, languages)
        if index > start and not count and self._is_near_points(items, index + 1):
            count = self._vaguely_qualified(items, start, index, languages)
        if not count or bare_word(items[index]) in NEVER_VAGUE:
            return None, start + 1
        is_one = index == start + 1
        number = LARGE_NUMBER_OF.get(begun(items[start]), 0) if is_one else 0
        amount = amount_of(items[start : index + count], number)
        return amount._replace(form=TokenForm.VAGUE, is_unsure=True), index + count

    def _vaguely_qualified(
        self, items: list[Token], start: int, index: int, languages: AbstractSet[str]
    ) -> int:
        """Returns how many items from `index` on make points as in `some well deserved points`."""
        said = set(map(begun, items[start:index]))
        if said.isdisjoint(LARGE_NUMBER_OF) and not any(map(deserves, items[index : index + 2])):
            languages = {"own"} if said - ARTICLES else set()
        return self._qualified_at(items, index, languages) if languages else 0

    def _vaguely_counted(
        self, items: list[Token], start: int, index: int
    ) -> tuple[Token | None, int]:
        """Reads `another 5 points`."""
        amount, after = self._counted(items, index)
        if amount.form is not TokenForm.UNITS or begun(items[index - 1]) not in BEYOND:
            return None, start + 1
        words = joined_with(items[start], [*items[start + 1 : index], amount])
        vague = words._replace(kind=TokenKind.AMOUNT, tags=(), form=TokenForm.VAGUE, is_unsure=True)
        return vague._replace(number=amount.number), after

    def _spelt(self, items: list[Token], start: int, sign: int) -> tuple[Token | None, int]:
        """Reads `plus 5`, `minus five`."""
        if is_plain_digits(items, start + 1) and items[start + 1].form is TokenForm.BARE:
            amount, after = self._counted(items, start + 1)
        elif start + 1 < len(items) and (number := number_of(items[start + 1])):
            worded, after = self._in_words(items, start + 1)
            if worded is not None and worded.form is TokenForm.UNITS:
                amount = worded
            else:
                amount = amount_of([items[start + 1]], number)._replace(form=TokenForm.BARE)
                after = start + 2
        else:
            return None, start + 1
        spelt = joined_with(items[start], [amount])._replace(
            kind=TokenKind.AMOUNT, form=amount.form
        )
        return spelt._replace(number=sign * amount.number, is_unsure=amount.is_unsure), after

    def _signed(self, items: list[Token], start: int) -> tuple[Token | None, int]:
        if items[start].text.casefold() in SIGNS:
            return self._spelt(items, start, 1)
        if items[start].text not in PLUS_SIGNS or not is_plain_digits(items, start + 1):
            return None, start + 1
        amount, after = self._counted(items, start + 1)
        text = items[start].text + amount.gap + amount.text
        return amount._replace(text=text, gap=items[start].gap, form=TokenForm.PLUS), after

    def _counted(self, items: list[Token], start: int) -> tuple[Token, int]:
        """Reads a run of emoji, or a number with what it counts."""
        amount, after = items[start], start + 1
        if amount.is_emoji:
            return self._run_of_emoji(items, start)
        if not amount.text.rstrip(_CLOSING)[-1].isdecimal() and amount.form is not TokenForm.KEYCAP:
            return amount, after  # after punctuation something new begins: `5, points out of…`
        follows = items[after] if after < len(items) else None
        if follows is not None and follows.is_emoji:
            if amount.form is TokenForm.UNITS:  # `🌮x3 🌮`
                return amount, after
            is_run = after + 1 < len(items) and items[after + 1].is_emoji
            count = int(follows.number == 1 and not is_run)
            is_currency = follows.form is TokenForm.UNITS
        else:
            count = self._unit_at(items, after, _ANY_POINTS)
            is_currency = True
            if not count and amount.form is not TokenForm.TIMES and not amount.is_unsure:
                count = self._qualified_at(items, after, _ANY_POINTS, amount.number)
                if count and amount.form is TokenForm.BARE:
                    return in_doubt(
                        joined_with(amount, items[after : after + count])
                    ), after + count
        if not count or not is_currency:
            return amount, after
        joined = joined_with(amount, items[after : after + count])
        form = amount.form if amount.form in (TokenForm.PLUS, TokenForm.VAGUE) else TokenForm.UNITS
        is_unsure = amount.is_unsure and amount.form is not TokenForm.KEYCAP
        return joined._replace(form=form, is_unsure=is_unsure), after + count

    def _run_of_emoji(self, items: list[Token], start: int) -> tuple[Token, int]:
        amount, after = items[start], start + 1
        while after < len(items) and items[after].is_emoji:
            more = items[after]
            form = (
                TokenForm.UNITS
                if amount.form is more.form is TokenForm.UNITS
                else TokenForm.REACTION
            )
            amount = joined_with(amount, [more])._replace(
                number=amount.number + more.number, form=form
            )
            after += 1
        times, behind = self._at(items, after) if after < len(items) else (amount, after)
        if times.form is TokenForm.TIMES and times.kind is TokenKind.AMOUNT:
            number = amount.number * times.number
            return joined_with(amount, [times])._replace(number=number), behind
        return amount, after

    def _unit_at(self, items: list[Token], start: int, languages: AbstractSet[str]) -> int:
        """Returns how many items from `start` on are a word for points in one of the languages."""
        if start >= len(items) or items[start].is_quote:
            return 0
        if "own" in languages:
            for length in self._name_lengths:
                words = items[start : start + length]
                if tuple(map(bare_word, words)) in self._names:
                    return len(words)
        return int(LANGUAGE_OF_POINTS.get(bare_word(items[start]), "none") in languages)

    def _is_unit(self, word: str) -> bool:
        return word in LANGUAGE_OF_POINTS or (word,) in self._names


@lru_cache(maxsize=256)
def amounts_in(currency: Currency) -> Amounts:
    """Returns what finds the amounts of a workspace."""
    return Amounts(currency)


def says_each(item: Token) -> bool:
    """Returns whether an amount is said to be for each."""
    return item.text.rpartition(" ")[2].strip(MARKS).casefold() in _EACH


_BEGINNINGS = NUMBER_WORDS | VAGUE | {words[0] for words in (*ARABIC_PAIRS, *WHOLE)}
_ALONE = frozenset(words[0] for words in WHOLE if len(words) == 1)
_FIRST_WORDS = _BEGINNINGS | _TIMES | _WITH | frozenset(SIGNS)
