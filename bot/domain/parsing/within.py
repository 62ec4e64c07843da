"""Whether somebody who is named behind other words is part of their sentence.

`for helping @chidi`, `because you taught @chidi` and `the demo with @chidi` need the name; `for the
demo @chidi` is whole without it, so that a receiver may have been added. Only the words before the
name tell, and where they tell nothing it is none of the sentence.
"""
# ruff: noqa: RUF001 - people type words of every script

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.parsing.tokens import Token, TokenKind
from bot.domain.parsing.typed_emoji import is_picture
from bot.domain.parsing.typed_words import (
    each_of,
    joins,
    leads_to_reason,
    measures,
    praises,
    word_of,
)
from bot.domain.scripts import unspaced_letters

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEADING = each_of(
    "about after against alongside among around as at before behind beside besides between but by "
    "called except following from in including into like named near off on onto out over per "
    "through till toward towards under until up upon versus via vs w without within is are "
    "was were be being been has had did "
    "kanssa ilman kuten kohti ennen jälkeen "
    "hos mot uten etter før mellom blant gjennom under rundt som ved "
    "без для до из к ко на о об от по при про перед после через между над под у как "
    "bij zonder naar door tegen over onder na tussen als achter rond uit "
    "مع من إلى الى عن عند بدون قبل بعد بين مثل ضد حول "
    "mit ohne bei von zu zur zum für nach avec sans chez par pour con sin por a para"
)
"""Words whose sentence goes on with a name."""
_ACTING = each_of(
    "to i you we they he she it who which always never also really still will would can could "
    "should must may might does do don't not us helped helps helping let lets letting makes "
    "å du dere vi han jeg ikke sinä te minä me ты вы он она они мы я не je jij u wij we hij "
    "ze zij ik niet te"
)
"""Words behind which another is a verb."""
_VERBS = each_of(
    "met taught gave told brought took kept got saw knew heard found led fed held sent "
    "drove showed "
    "understood caught won beat backed paid lent sat felt fought chose wrote bought sold forgave "
    "помощь помощи поддержку поддержки обучение обучения наставничество замену спасение ожидание "
    "помог помогла помогли помогаешь научил научила поддержал поддержала выручил выручила"
)
"""Words that go on with a name whatever stands before them."""
_NAMES_FOLLOW = _LEADING | _VERBS
_ARTICLES = each_of("the a an this that these those your our my his her its their some any all")
_OF_CLAUSES = each_of(
    "kun että joka jotka koska som fordi du dere что чтобы который которая которые когда потому "
    "omdat toen أن لأنك لأنه لأنها عندما حين الذي التي"
)
"""Words in languages whose verbs are not told by their forms, behind which there is one."""
_DEFINITE = ("ال", "لل", "وال", "بال", "فال", "كال")
_ARABIC = range(0x600, 0x700)
_OBJECTS = each_of(
    "me us them everything something anything nothing morning evening meg oss mij ons"
)
_CLAUSE_MAX = 12  # words, far more than a clause has before a name
_PARTICIPLE_MIN = 5  # letters: `need` and `bed` are none


def is_within(items: Sequence[Token], index: int, start: int) -> bool:
    """Returns whether the words from `start` on need the name at `index`."""
    first = max(start, index - _CLAUSE_MAX)
    while index > first and is_picture(items[index - 1]):
        index -= 1
    before = items[index - 1]
    if index <= start or before.kind not in (TokenKind.WORD, TokenKind.AMOUNT):
        return True
    word = word_of(before)
    if before.kind is TokenKind.AMOUNT or word in _OBJECTS:
        return False
    if not word or word in _NAMES_FOLLOW or unspaced_letters(before.text):
        return True
    if _is_verb(before, items[index - 2] if index - 1 > start else None):
        return True
    is_led_on = joins(before) or measures(before) or leads_to_reason(before)
    if is_led_on or not _OF_CLAUSES.isdisjoint(
        map(word_of, items[max(start, index - _CLAUSE_MAX) : index - 1])
    ):
        return True
    return ord(word[0]) in _ARABIC and not word.startswith(_DEFINITE)


def _is_verb(item: Token, before: Token | None) -> bool:
    """Returns whether an English word is a verb by its form, or by the word before it."""
    word = word_of(item)
    said = word_of(before) if before is not None else ""
    if said in _ACTING:
        return True
    if said in _ARTICLES:
        return praises(item)  # `the amazing @chidi`
    if before is not None and praises(before):
        return False
    is_past = word.endswith("ed") and len(word) >= _PARTICIPLE_MIN
    return is_past or (word.endswith("ing") and word.isascii())
