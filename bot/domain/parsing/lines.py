"""Thanks on several lines: each line that begins with receivers of its own is thanks of its own.

Lines that begin otherwise go on with what is above them. Receivers on lines without another word
belong to the words that follow (`@ada`, `@bo`, `for the demo`). A line that begins with `private`
is private, whatever the others are. Amounts and hashtags on a line above or below them are for all
(`bot.domain.parsing.shared`). All of it is clear, or nothing is given.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from bot.domain.parsing.commands import Ask, GiveSeveral, ParsedGive, Question, Unclear
from bot.domain.parsing.names import bare_names
from bot.domain.parsing.private import PRIVATE, private_words
from bot.domain.parsing.reason import shortened
from bot.domain.parsing.receivers import has_suffix, is_beside, is_opener, led, without_copied
from bot.domain.parsing.shared import (
    Shared,
    is_for_all,
    last_line_of,
    may_be_for_all,
    question_among,
    question_below,
    said_below,
)
from bot.domain.parsing.suggestion import line_of
from bot.domain.parsing.thanks import parse_give
from bot.domain.parsing.tokenizer import read_items, render
from bot.domain.parsing.tokens import Token, TokenKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_SHORTEST = ("ada", "for")
BULLET = r"(?:[-*•–]|\d{1,2}[.)])"  # noqa: RUF001 - people type dashes of every kind
_BULLET = re.compile(BULLET)


def parse_thanks(
    items: list[Token], private: str = "", no_names: Collection[str] = ()
) -> ParsedGive | GiveSeveral | Unclear:
    """Returns the thanks that these items are, of which there may be several.

    A line that begins with some of `no_names`, which are nobody's, goes on with what is above it.
    """
    items = without_copied(items)
    lines = _lines(items)
    found = [] if private else [*map(_private_words, lines)]
    if any(found):
        return _asked_in_private(lines, found, no_names)
    return _thanks(items, private, no_names)


def _thanks(
    items: list[Token], private: str, no_names: Collection[str]
) -> ParsedGive | GiveSeveral | Unclear:
    if not any("\n" in item.gap for item in items[1:]):
        return parse_give(items, private)
    lines = _lines(items)
    begin = [number for number, line in enumerate(lines) if _receivers_of(line)]
    named = next((names for names in map(_names_of, lines) if not set(names) <= {*no_names}), ())
    blocks = _blocks(lines, begin)
    if not blocks or (len(blocks) == 1 and not _is_private(blocks[0]) and not named):
        return parse_give(items, private)
    preamble = [item for line in lines[: begin[0]] for item in line]
    read, asked = _read(blocks, preamble, private)
    doubt = _doubt(preamble, named, read, asked)
    if doubt is not None:
        return _all_in_one(items, read, doubt)
    gives = tuple(one for one in read if isinstance(one, ParsedGive))
    return GiveSeveral(gives) if len(gives) > 1 else gives[0]


def _read(
    blocks: list[list[Token]], preamble: list[Token], private: str
) -> tuple[list[ParsedGive | Unclear], Question | None]:
    """Returns what is said on each of the lines and for all, and what is asked about the latter."""
    above = Shared.of(preamble)
    questions = [above.question]
    cut = said_below(blocks[-1]) if len(blocks) > 1 else len(blocks[-1])
    below = blocks[-1][cut:]
    parts = [*blocks[:-1], blocks[-1][:cut]]
    read = [parse_give(*_own(block, private)) for block in parts]
    if below and is_for_all(below, read):
        shared = Shared.of(below)
        questions += [shared.question, question_below(below)]
        read = [shared.given_to(one) for one in read]
    elif below:
        read[-1] = parse_give(*_own(blocks[-1], private))
    elif len(blocks) > 1 and (start := last_line_of(blocks[-1])) < len(blocks[-1]):
        above_it = parse_give(*_own(blocks[-1][:start], private))
        if may_be_for_all(blocks[-1], read[:-1], read[-1], above_it):
            questions.append(question_below(blocks[-1][start:], is_sure=False))
    if len(blocks) > 1:
        questions.append(question_among(blocks, read))
    return [above.given_to(one) for one in read], next(filter(None, questions), None)


def _doubt(
    preamble: list[Token],
    names: tuple[str, ...],
    read: list[ParsedGive | Unclear],
    asked_of_all: Question | None,
) -> Question | None:
    """Returns what has to be asked about several thanks."""
    if names:
        return Question(Ask.NAME, ", ".join(names), names=names)
    if not all(
        is_opener(preamble, index) or _says_nothing(item) for index, item in enumerate(preamble)
    ):
        return Question(Ask.RECEIVERS)
    if asked_of_all is not None:
        return asked_of_all
    asked = [one.question or Question(Ask.RECEIVERS) for one in read if isinstance(one, Unclear)]
    # What is meant as thanks, whoever is asked says for all of it.
    return next((one for one in asked if one.ask is not Ask.THANKS), next(iter(asked), None))


def _private_words(line: list[Token]) -> list[int]:
    """Returns where a line is said to be private, unless it is clear that it is."""
    return [] if _is_private(line) and _receivers_of(line) else private_words(line)


def _without_loose_end(items: list[Token]) -> list[Token]:
    """Returns items without the marks that led over to what has been taken away."""
    while items and items[-1].kind in (TokenKind.COMMA, TokenKind.PUNCTUATION):
        items = items[:-1]
    return [*items[:-1], *(last._replace(text=last.text.rstrip(",;")) for last in items[-1:])]


def _asked_in_private(
    lines: list[list[Token]], found: list[list[int]], no_names: Collection[str]
) -> Unclear:
    """Returns the thanks as private ones, with the question whether that is meant."""
    items: list[Token] = []
    said: list[Token] = []
    private = ""
    for number, (line, words) in enumerate(zip(lines, found, strict=True)):
        said += [line[index] for index in words]
        left = [item for index, item in enumerate(line) if index not in words]
        if len(line) - 1 in words:
            left = _without_loose_end(left)
        if words and number and left and _receivers_of(left):
            bullet, begins = left[: -len(_without_bullet(left))], _without_bullet(left)
            own = Token(TokenKind.WORD, PRIVATE, gap=" ")
            left = [*bullet, own, begins[0]._replace(gap=" "), *begins[1:]]
        elif words:
            private = PRIVATE
        items += [left[0]._replace(gap=line[0].gap), *left[1:]] if left else []
    question = Question(Ask.PRIVATE, render(said))
    read = _thanks(items, private, no_names)
    if isinstance(read, Unclear) and read.understood is not None:
        asked = question if read.question == Question(Ask.THANKS) else read.question
        return replace(read, understood=replace(read.understood, is_private=True), question=asked)
    gives = read.gives if isinstance(read, GiveSeveral) else ()
    give = read if isinstance(read, ParsedGive) else replace(in_one(gives), reason=render(items))
    suggestion = shortened(f"{private} {render(items)}")
    return Unclear(suggestion, question.text, replace(give, is_private=True), question, gives)


def _says_nothing(item: Token) -> bool:
    return is_beside(item) or item.kind is TokenKind.PUNCTUATION


def _lines(items: list[Token]) -> list[list[Token]]:
    starts = [0, *(i for i, item in enumerate(items) if i and item.begins_line), len(items)]
    return [items[start:end] for start, end in pairwise(starts)]


def _receivers_of(line: list[Token]) -> bool:
    """Returns whether a line begins with receivers of its own."""
    begins = _without_bullet(line)
    begins = begins[1:] if _is_private(begins) else begins
    if begins and begins[0].text.casefold() in {"for", "to"}:  # what is above goes on
        return False
    reading = led(begins)
    if reading is None:
        return False
    first = next(index for index, item in enumerate(begins) if item.is_who)
    return not has_suffix(begins, first)


def begins_with_names(line: str) -> tuple[str, ...]:
    """Returns the bare names with which a typed line begins."""
    found = bare_names(_without_bullet(read_items(line)))
    return found.names if found else ()


def _names_of(line: list[Token]) -> tuple[str, ...]:
    """Returns the bare names with which a line begins."""
    begins = _without_bullet(line)
    if len(begins) <= len(_SHORTEST) or any(item.is_who for item in begins):
        return ()
    found = bare_names(begins)
    return found.names if found and found.items[0].kind is TokenKind.NAME else ()


def _without_bullet(line: list[Token]) -> list[Token]:
    return line[1:] if len(line) > 1 and _BULLET.fullmatch(line[0].text) else line


def _is_private(line: list[Token]) -> bool:
    begins = _without_bullet(line)
    return bool(begins) and begins[0].text.rstrip(":,").casefold() == PRIVATE


def _blocks(lines: list[list[Token]], begin: list[int]) -> list[list[Token]]:
    """Returns the lines of each thanks; receivers without a word belong to what follows."""
    blocks: list[list[Token]] = []
    is_open = False
    for start, end in pairwise([*begin, len(lines)]):
        block = [item for line in lines[start:end] for item in line]
        if is_open and not _is_private(block):
            blocks[-1].extend(_without_bullet(block))
        else:
            blocks.append(block)
        is_open = not _has_words(block)
    if len(blocks) > 1 and is_open and not _is_private(blocks[-1]):
        last = blocks.pop()  # `@ada for the demo`, `@bo`: whom that belongs to is asked
        blocks[-1] = [*blocks[-1], *last]
    return blocks


def _has_words(block: list[Token]) -> bool:
    reading = led(_own(block, "")[0])
    return reading is None or reading.first < reading.end


def _own(block: list[Token], private: str) -> tuple[list[Token], str]:
    own = _without_bullet(block)
    if _is_private(own):
        return own[1:], PRIVATE
    return own, private


def _all_in_one(
    items: list[Token], read: list[ParsedGive | Unclear], question: Question
) -> Unclear:
    """Returns everything as one, with what is asked; nothing typed is lost."""
    understood = [one.understood if isinstance(one, Unclear) else one for one in read]
    gives = tuple(one for one in understood if one)
    whole = replace(in_one(gives), reason=render(items))
    if question.ask is Ask.NAME:
        question = replace(question, reason_without_names=whole.reason)
    unclear = next((one for one in read if isinstance(one, Unclear)), None)
    line = unclear.suggestion if unclear else shortened(line_of(gives[0]))
    return Unclear(line, shortened(question.text) or None, whole, question, gives)


def in_one(gives: tuple[ParsedGive, ...]) -> ParsedGive:
    """Returns several thanks as one, for a form; the amount is left open."""
    return ParsedGive(
        receiver_ids=_each(give.receiver_ids for give in gives),
        group_ids=_each(give.group_ids for give in gives),
        reason="\n".join(give.reason for give in gives),
        hashtags=_each(give.hashtags for give in gives),
        amounts=(),
        names_everyone=any(give.names_everyone for give in gives),
        unresolved_names=_each(give.unresolved_names for give in gives),
        is_private=any(give.is_private for give in gives),
    )


def _each(values: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(values)))
