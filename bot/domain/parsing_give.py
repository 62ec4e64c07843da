"""Thanks that a person typed: who is meant, how much, and what for.

Who is thanked. Word order is free, so the place of a mention decides:

1. Mentions at the beginning are the receivers, however they are joined (spaces, commas, `and`,
   `&`, `+`), with amounts and hashtags between them, after `thanks`, `thank you`, `kudos`, `give`,
   `to` or `for`: `@ada and @bo +5 for …`, `thanks to @ada for …`, `give 5 points to @ada for …`.
2. Without such, the mentions at the end are: `thanks for the help @ada`, `+3 for the release @ada`.
3. Without those either, all mentions are: `a big thank-you to @ada for …`.

Mentions elsewhere are words of the reason (`@ada for helping @bo`), and so are those of 3, whose
sentence would not read without them. User groups, `@channel` and names that were not picked from
Slack's list follow the same rule: what stands among the receivers is never left out silently.

What counts as an amount: `+5` anywhere; `5 points` and the currency's emoji, repeated, beside the
receivers and at the beginning and end; `5` and `-3` beside the receivers of 1, directly after those
of 2, and as the first word before those of 2. `1.5` in such a place is unclear, elsewhere a word.

The reason is what is left: without receivers, and without amounts and hashtags at its ends or
beside receivers; in mid-sentence they stay. `for`, `because`, `because of`, `to` and `give` at its
beginning are dropped. Mentions in it read `<@U1>`, all else of Slack's markup has become plain
words, and entities are undone: whoever posts it escapes it.
"""
# ruff: noqa: RUF001 - people type dashes and quotes of every kind

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.domain.commands import ParsedGive, Unclear
from bot.domain.typed import Form, Item, Kind, render

SUGGESTION_MAX_LENGTH = 150
COLLEAGUE = "@colleague"  # stands for a person in a suggestion
_OPENERS = frozenset({"thanks", "thank", "thx", "kudos", "give", "to", "for"})
_LEADING_PUNCTUATION = re.compile(r"(?:\s+|[:;,!.–—-]+(?=\s|$)|[,;]+|:(?!\S*:))*")
_CONNECTOR_AFTER_RECEIVERS = re.compile(r"(?:to|give)(?=[\s:,]|$)", re.IGNORECASE)
_CONNECTOR = re.compile(r"(?:because\s+of|because|for)(?=[\s:,]|$)", re.IGNORECASE)


@dataclass(slots=True)
class _Reading:
    """Which items are receivers, which make the reason, and which only counted."""

    receivers: list[Item]
    first: int  # of the reason's items
    end: int  # of the reason's items, excluded
    is_led: bool = False  # receivers stand before the reason
    is_trailed: bool = False  # receivers stand after it
    aside: frozenset[int] = frozenset()  # items between the two that are no words of it


def parse_give(items: list[Item], private: str = "") -> ParsedGive | Unclear:
    """Return the thanks that these items are; `private` is the word that made them private."""
    prefix = f"{private} " if private else ""
    names_somebody, is_told = any(item.is_who for item in items), bool(items)
    if not names_somebody:
        items = [Item(Kind.NAME, COLLEAGUE), *_after_colleague(items)]
    reading = _led(items) or _trailed(items) or _told(items)
    words = [index for index in range(reading.first, reading.end) if index not in reading.aside]
    counted = _counted(items, frozenset(words))
    give = _parsed(items, reading, words, counted)
    if private:
        give = replace(give, is_private=True)
    if decimals := [index for index in counted if items[index].is_decimal]:
        line = prefix + render(_with_whole_amounts(items, decimals))
        problem = shortened(items[decimals[0]].text)
        return Unclear(shortened(line), problem, understood=give)
    if not names_somebody:
        nobody = replace(give, unresolved_names=(), reason=give.reason if is_told else "")
        return Unclear(shortened(prefix + render(items)), understood=nobody)
    return give


def _parsed(
    items: list[Item], reading: _Reading, words: list[int], counted: list[int]
) -> ParsedGive:
    who = reading.receivers
    return ParsedGive(
        receiver_ids=_values(who, Kind.USER),
        group_ids=_values(who, Kind.GROUP),
        reason=_reason([items[index] for index in words], reading, len(items)),
        hashtags=tuple(dict.fromkeys(tag for item in items for tag in item.tags)),
        amounts=_amounts([items[index] for index in counted]),
        names_everyone=any(item.kind is Kind.EVERYONE for item in who),
        unresolved_names=_values(who, Kind.NAME),
    )


def _after_colleague(items: list[Item]) -> list[Item]:
    if not items:
        return [Item(Kind.WORD, "for …", gap=" ")]
    return [items[0]._replace(gap=" "), *items[1:]]


def _led(items: list[Item]) -> _Reading | None:
    """Read receivers at the beginning; None if there are none."""
    start = 0
    while start < len(items) and (_is_beside(items[start]) or _is_opener(items, start)):
        start += 1
    if start == len(items) or not items[start].is_who:
        return None
    receivers: list[Item] = []
    end = start
    joined_by: set[Kind] = set()  # since the last item that belongs to the receivers
    for index in range(start, len(items)):
        item = items[index]
        if item.kind in (Kind.COMMA, Kind.JOINER, Kind.PUNCTUATION):
            joined_by.add(item.kind)
            continue
        if not _continues_receivers(item, joined_by):
            break
        if item.is_who:
            receivers.append(item)
        if item.is_who and _has_suffix(items, index):  # `@ada's help`: also a word of the reason
            return _Reading(receivers, index, _without_end(items, index + 1), is_led=True)
        end = index + 1
        joined_by.clear()
    return _Reading(receivers, end, _without_end(items, end), is_led=True)


def _continues_receivers(item: Item, joined_by: set[Kind]) -> bool:
    if item.is_who:
        return Kind.PUNCTUATION not in joined_by
    if _is_plain_number(item):
        return not joined_by
    return _is_told_beside(item) and Kind.JOINER not in joined_by


def _trailed(items: list[Item]) -> _Reading | None:
    """Read receivers at the end; None if there are none."""
    receivers: list[Item] = []
    start = index = len(items)
    joined = False
    while index > 0:
        index -= 1
        item = items[index]
        if item.is_who:
            receivers.append(item)
        elif item.kind is Kind.JOINER and receivers:
            joined = True
            continue
        elif item.kind is Kind.COMMA or (item.kind is Kind.PUNCTUATION and not receivers):
            continue
        elif joined or not (_is_beside(item) and _counts_after_words(items, index)):
            break
        start = index
        joined = False
    if not receivers:
        return None
    first = _without_beginning(items, start, is_bare_counted=True)
    return _Reading(receivers[::-1], first, start, is_trailed=True)


def _told(items: list[Item]) -> _Reading:
    """Read a sentence in which receivers stand anywhere."""
    aside: set[int] = set()
    for index, item in enumerate(items):
        if item.is_who:
            for neighbours in (range(index - 1, -1, -1), range(index + 1, len(items))):
                for neighbour in neighbours:
                    beside = items[neighbour]
                    if neighbour in aside or not _is_told_beside(beside):
                        break
                    aside.add(neighbour)
    first = _without_beginning(items, len(items), is_bare_counted=False)
    receivers = [item for item in items if item.is_who]
    return _Reading(receivers, first, _without_end(items, first), aside=frozenset(aside))


def _is_opener(items: list[Item], index: int) -> bool:
    word = items[index].text.rstrip(",:!").casefold()
    is_after_thank = index > 0 and items[index - 1].text.casefold() == "thank"
    return word in _OPENERS or (word == "you" and is_after_thank)


def _is_beside(item: Item) -> bool:
    """Return whether it may stand among receivers without being one."""
    return item.kind in (Kind.AMOUNT, Kind.TAG, Kind.COMMA)


def _is_told_beside(item: Item) -> bool:
    """Return whether it is no word of a sentence, also at an end of it."""
    return item.kind is Kind.TAG or (item.kind is Kind.AMOUNT and item.form is not Form.BARE)


def _is_plain_number(item: Item) -> bool:
    return item.kind is Kind.AMOUNT and item.form is Form.BARE


def _counts_after_words(items: list[Item], index: int) -> bool:
    """Return whether the item is none of the words; `closed issue 5 @ada` names an issue."""
    return not _is_plain_number(items[index]) or (index > 0 and items[index - 1].is_who)


def _has_suffix(items: list[Item], index: int) -> bool:
    after = items[index + 1] if index + 1 < len(items) else None
    if after is None or after.gap or after.kind is not Kind.WORD:
        return False
    return after.text[0].isalpha() or after.text[0] in "'’"


def _without_beginning(items: list[Item], end: int, *, is_bare_counted: bool) -> int:
    """Return where the words begin that are no amount or hashtag."""
    first = 0
    if end > 1 and items[0].text.casefold() == "give" and items[1].kind is Kind.AMOUNT:
        first = 1
    if is_bare_counted and first < end and items[first].kind is Kind.AMOUNT:
        first += 1
    while first < end and (_is_told_beside(items[first]) or items[first].kind is Kind.COMMA):
        first += 1
    return first


def _without_end(items: list[Item], first: int) -> int:
    """Return where the words end that are no amount or hashtag.

    Hashtags joined by `and` are part of a sentence and stay.
    """
    end = index = len(items)
    while index > first:
        index -= 1
        item = items[index]
        if _is_told_beside(item):
            end = index
        elif item.kind is Kind.JOINER and end == index + 1 < len(items):
            return end + 1 if items[end].kind is Kind.TAG else index
        elif item.kind not in (Kind.COMMA, Kind.PUNCTUATION):
            break
    return end


def _counted(items: list[Item], words: frozenset[int]) -> list[int]:
    return [
        index
        for index, item in enumerate(items)
        if item.kind is Kind.AMOUNT
        and (index not in words or (item.form is Form.PLUS and not item.is_decimal))
    ]


def _amounts(counted: list[Item]) -> tuple[int, ...]:
    """Return the different amounts in their order; emoji before and after the receivers add up."""
    emoji_total = sum(item.number for item in counted if item.is_emoji)
    return tuple(dict.fromkeys(emoji_total if item.is_emoji else item.number for item in counted))


def _values(who: list[Item], kind: Kind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.value for item in who if item.kind is kind))


def _reason(words: list[Item], reading: _Reading, count: int) -> str:
    text = render(words)
    text = text[_leading(text) :]
    connector = _CONNECTOR.match(text)
    if connector is None and reading.is_led:
        connector = _CONNECTOR_AFTER_RECEIVERS.match(text)
    if connector is not None:
        text = text[connector.end() :]
        text = text[_leading(text) :]
    if reading.end < count:
        text = _without_loose_end(text)
    if reading.is_trailed and text.split()[-1:] and text.split()[-1].casefold() == "to":
        text = text[: -len("to")]
    return text.strip()


def _leading(text: str) -> int:
    match = _LEADING_PUNCTUATION.match(text)
    return match.end() if match else 0


def _without_loose_end(text: str) -> str:
    """Drop the punctuation that led over to what has been taken away."""
    while text:
        text = text.rstrip()
        is_dash = text[-1:] in {"-", "–", "—", ":"} and text[-2:-1].isspace()
        if not is_dash and text[-1:] not in {",", ";", "("}:
            break
        text = text[:-1]
    return text


def _with_whole_amounts(items: list[Item], decimals: list[int]) -> list[Item]:
    whole = list(items)
    for index in decimals:
        whole[index] = items[index]._replace(text=f"{max(items[index].number, 1):+d}")
    return whole


def shortened(line: str) -> str:
    """Return the line without line breaks, cut between words if it is too long."""
    line = " ".join(line[: 4 * SUGGESTION_MAX_LENGTH].split())
    if len(line) <= SUGGESTION_MAX_LENGTH:
        return line
    line = line[: SUGGESTION_MAX_LENGTH - 1]
    words, space, rest = line.rpartition(" ")
    is_mention_cut = rest.startswith("<")
    if space and (is_mention_cut or len(words) > SUGGESTION_MAX_LENGTH // 2):
        line = words
    return f"{line}…"
