"""Words by which an amount is for all receivers together: `in total`, `split`, `between`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.parsing.tokens import TokenKind
from bot.domain.parsing.typed_words import counts_part, each_of, leads_to_reason, word_of

if TYPE_CHECKING:
    from bot.domain.parsing.tokens import Token

_LINKS = each_of("in to be all i til på om te на в من في")
_LINKS_MAX = 2
_SURE = each_of(
    "altogether yhteensä totalt tilsammen итого суммарно إجمالا إجمالاً إجمالي المجموع بالمجموع "
    "puoliksi пополам مناصفة"
)
_SURE_PAIRS = frozenset({("in", "total"), ("in", "totaal"), ("til", "sammen"), ("i", "alt")})
_PERHAPS = each_of(
    "total together split splitted shared share divided divide between among amongst combined "
    "overall jaettuna jaettu jaetaan kesken yhdessä delt deles dele fordelt fordeles mellom sammen "
    "samlet всего вместе разделить поделить поделите между поровну двоих троих всех samen verdeeld "
    "verdelen delen tussen totaal gedeeld بين معا معاً مقسمة مجموع "
    "halved jakakaa jaa deling del deel deelt разделите разделим делите تقاسما "
    "تقاسموا اقتسما"
)
_TOTALS = _SURE | _PERHAPS
_TO_SEVERAL = each_of("for to the all till til dere voor aan jullie на для вам teille heille ל إلى")
_SEVERAL = each_of(
    "both pair two three four all everyone everybody kahdelle molemmille kolmelle kaikille "
    "begge to tre "
    "alle двоим обоим троим всем двоих beide beiden allebei tweeën twee drie drieën allemaal لكما "
    "كليكما لكلاكما لكم جميعا كلاكما"
)
_OF_YOU = each_of("of you us them both av dere dem oss van jullie ons hen вам нам معا جميعا")
_PLURAL = each_of("لكما لكم вам teille dere jullie")
_BEGINNINGS = _LINKS | _SURE | _PERHAPS | _TO_SEVERAL | _SEVERAL
_TO_SEVERAL_AT_ALL = _TO_SEVERAL | _SEVERAL | _OF_YOU
_LEADING_ALONE = _TO_SEVERAL - (_LINKS | _SURE | _PERHAPS | _SEVERAL | _PLURAL)
"""Words that say nothing of a total without one of the others behind them."""
_AFTER = each_of(
    "it "
    "evenly equally fairly between among amongst them both two three all of you us the jevnt "
    "mellom dem dere tasan kesken heidän поровну между ними eerlijk tussen hen بينهم بينهما"
)
_AFTER_MAX = 6
_LOOKED_AT_MAX = 200  # words in which the receivers stand, whatever anybody types
_BETWEEN_THEM = _AFTER - each_of("evenly equally fairly all")


def total_at(items: list[Token], start: int) -> int:
    """Returns how many items from `start` on say that something is for all together."""
    first = word_of(items[start])
    if first not in _BEGINNINGS:  # most are not
        return 0
    if first in _LEADING_ALONE and (
        start + 1 == len(items) or word_of(items[start + 1]) not in _TO_SEVERAL_AT_ALL
    ):
        return 0
    if count := _to_several_at(items, start):
        return count
    index = start
    while index < len(items) and index - start < _LINKS_MAX and word_of(items[index]) in _LINKS:
        index += 1
    if index == len(items) or items[index].is_quote:
        return 0
    word = word_of(items[index])
    is_sure = word in _SURE or (word_of(items[index - 1]), word) in _SURE_PAIRS
    if not is_sure and word not in _PERHAPS:
        return 0
    index += 1
    end = min(len(items), index + _AFTER_MAX)
    while index < end and word_of(items[index]) in _AFTER and not items[index].begins_line:
        index += 1
    return index - start if is_sure or ends_at(items, index) else 0


def _to_several_at(items: list[Token], start: int) -> int:
    """Returns how many items say `for the two of you`, where each or all of them may be meant."""
    end = min(len(items), start + _AFTER_MAX + 1)
    index, count, is_several, is_you = start, 0, False, False
    while index < end and not items[index].is_quote and (index == start or _goes_on(items, index)):
        word = word_of(items[index])
        if word not in _TO_SEVERAL_AT_ALL:
            break
        is_several |= word in _SEVERAL
        is_you |= word in _OF_YOU or word in _PLURAL
        index += 1
        if is_several and (is_you or index - start > 1) and ends_at(items, index):
            count = index - start
    return 0 if count and _is_for_one(items) else count


def _is_for_one(items: list[Token]) -> bool:
    who = {item.value: item.kind for item in items[:_LOOKED_AT_MAX] if item.is_who}
    return len(who) == 1 and TokenKind.GROUP not in who.values()


def _goes_on(items: list[Token], index: int) -> bool:
    return not items[index].begins_line and items[index - 1].text[-1] not in ",:;.!)"


def total_before(items: list[Token], index: int) -> bool:
    """Returns whether an amount is said to be for all before it: `a total of 10`, `share 10`."""
    before = index - 1
    while before > 0 and word_of(items[before]) in _BETWEEN_THEM:
        before -= 1
    if before > 0 and counts_part(items[before]):
        before -= 1
    return before >= 0 and word_of(items[before]) in _TOTALS


def ends_at(items: list[Token], index: int) -> bool:
    """Returns whether something new begins: `split for …`, not `split the monolith`."""
    if index == len(items) or items[index - 1].text[-1] in ",:;.!)":
        return True
    after = items[index]
    if after.begins_line or after.is_who or leads_to_reason(after):
        return True
    return after.kind is not TokenKind.WORD and after.kind is not TokenKind.SPOKEN_OF
