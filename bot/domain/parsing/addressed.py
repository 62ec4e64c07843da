"""Whether words in a channel are said to Kudos, and which of them.

They are if the mention of Kudos is the first word of a line, perhaps after a greeting, or the last
of the message, perhaps before an amount or hashtags. What stands above such a line is said to
others, unless the line has no words of its own: then it ends the message. What such a mention ends
is thanks if it says so, has an amount, or begins with receivers; else it is asked, as `have you
seen the new @Kudos?` is. Elsewhere Kudos is spoken about, and whether thanks are meant is asked.
Quotes and code are no words to Kudos: who quotes thanks does not give them again.
"""
# ruff: noqa: RUF001 - people type dashes of every kind

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.parsing.commands import (
    Ask,
    Command,
    GiveSeveral,
    ParsedGive,
    Question,
    ShowHelp,
    Unclear,
)
from bot.domain.parsing.lines import in_one
from bot.domain.parsing.reason import shortened
from bot.domain.parsing.receivers import follows_word_of_thanks, led
from bot.domain.parsing.suggestion import checked, line_of
from bot.domain.parsing.tokenizer import quotes_in, read_items
from bot.domain.parsing.tokens import NO_CURRENCY, Currency, TokenKind
from bot.domain.parsing.typed_words import gives_thanks, praises, says_nothing
from bot.domain.parsing.words import parse_command

if TYPE_CHECKING:
    from collections.abc import Collection

OUR_NAME = "Kudos"
_GREETING_MAX_LENGTH = 100
_TAIL_LENGTH = 20  # in which something stands that led over to the mention
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_GREETING = re.compile(
    r"(?:[\s,.!:;*_~–-]|:[\w+-]+:|\b(?:hey|hi|hello|dear|ok|okay|please|yo|thanks|thank you|"
    r"hei|moi|hallo|hoi|привет|مرحبا)\b)*",
    re.IGNORECASE,
)
_LEADING_OVER = re.compile(r"[\s,.!:;]+|\s*[–-]\s")
_COPIED_AT_END = re.compile(r"[\s(]*\b(?:cc|via|by)[:\s]*$", re.IGNORECASE)
_LOOSE_AT_END = re.compile(r"(?:[\s,;:]|\s[–—-])+$")
_MARKS = re.compile(r"\s*[.,;:!?…]+(?=\s|$)")
_PAIRS = {"(": ")", "*": "*", "_": "_", "~": "~", "[": "]"}
_CLOSING = ")*_~\"'”’»"
_ASKING = frozenset("?？؟")
_COUNTS = (TokenKind.AMOUNT, TokenKind.KARMA)
_UNSAID = frozenset(
    {TokenKind.AMOUNT, TokenKind.TAG, TokenKind.COMMA, TokenKind.PUNCTUATION, TokenKind.KARMA}
)


def parse_mention(
    text: str, bot_ids: Collection[str], currency: Currency = NO_CURRENCY
) -> Command | None:
    """Returns what is asked of Kudos, whose names are `bot_ids`; None if only quotes name it."""
    spans = quotes_in(text)
    named = [
        match
        for match in _MENTION.finditer(text)
        if match[1] in bot_ids and not any(start <= match.start() < end for start, end in spans)
    ]
    if not named:
        return None
    first = next((match for match in named if _begins_line(text, match)), None)
    if first is None:
        last = named[-1]
        if _ends(text[last.end() :], currency):
            said = _Ending(text[: last.start()], text[last.end() :])
            spoken = _without(text, bot_ids, OUR_NAME)
            return _said_at_end(said, bot_ids, currency, spoken)
        return _asked(parse_command(_without(text, bot_ids, OUR_NAME), currency), text, currency)
    above, below = text[: text.rfind("\n", 0, first.start()) + 1], text[first.end() :]
    if _has_words(above) and _ends(below, currency):
        return _said_at_end(_Ending(above, below), bot_ids, currency)
    led_over = _LEADING_OVER.match(below)
    said_to_us = below[led_over.end() :] if led_over else below
    return parse_command(_without(said_to_us, bot_ids, " "), currency)


class _Ending:
    """A message that a mention of Kudos ends, as what stands before and behind it."""

    def __init__(self, before: str, behind: str) -> None:
        tail = max(0, len(before) - _TAIL_LENGTH)
        copied = _COPIED_AT_END.search(before, tail)
        if copied is not None:
            before = before[: copied.start()]
            behind = behind.removeprefix(")") if "(" in copied[0] else behind
        before = before.rstrip()
        tail = max(0, len(before) - _TAIL_LENGTH)
        before = before[:tail] + _LOOSE_AT_END.sub("", before[tail:])
        if _PAIRS.get(before[-1:]) == behind[:1] != "":
            before, behind = before[:-1].rstrip(), behind[1:]
        self._before, self._behind = before, behind

    def __str__(self) -> str:
        """Returns the words, with no gap and no mark left over."""
        marks = _MARKS.match(self._behind)
        if marks is None:
            gap = "" if self._behind[:1].isspace() else " "
            return f"{self._before}{gap}{self._behind}".rstrip()
        is_ended = self._before[-1:] in ".,;:!?…"
        kept = "" if is_ended else marks[0].strip()
        return f"{self._before}{kept}{self._behind[marks.end() :]}"

    def is_thanks(self, currency: Currency) -> bool:
        """Returns whether they thank, as far as their words and their place tell."""
        items = [item for item in read_items(self._before, currency) if not item.is_quote]
        behind = read_items(self._behind, currency)
        who = next((index for index, item in enumerate(items) if item.is_who), None)
        if who is None:
            return False
        has_amount = any(item.kind in _COUNTS for item in behind)
        begins = led(items) is not None
        if any(item.text.rstrip(_CLOSING)[-1:] in _ASKING for item in [*items, *behind]):
            has_amount |= begins and any(item.kind in _COUNTS for item in items)
            return has_amount or gives_thanks(items[0]) or follows_word_of_thanks(items, who)
        if begins or has_amount or any(item.kind in _COUNTS for item in items):
            return True
        last = next(item for item in reversed(items) if item.is_who or not says_nothing(item.text))
        is_praised = last.is_who and any(map(praises, items))
        return is_praised or any(map(gives_thanks, items))


def _said_at_end(
    ending: _Ending, bot_ids: Collection[str], currency: Currency, spoken: str = ""
) -> Command:
    """Returns what words ask for that a mention of Kudos ends; `spoken` are the words about it."""
    command = parse_command(_without(str(ending), bot_ids, " "), currency)
    if not isinstance(command, ParsedGive | GiveSeveral) or ending.is_thanks(currency):
        return command
    about = parse_command(spoken, currency) if spoken else command
    return _asked(about, spoken or str(ending), currency)


def _has_words(text: str) -> bool:
    return any(not item.is_quote for item in read_items(text))


def without_mentions(text: str, bot_ids: Collection[str]) -> str:
    """Returns a message without the mentions of Kudos."""
    return _without(text, bot_ids, " ")


def _without(text: str, bot_ids: Collection[str], name: str) -> str:
    return _MENTION.sub(lambda match: name if match[1] in bot_ids else match[0], text)


def _begins_line(text: str, match: re.Match[str]) -> bool:
    line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    return len(line) <= _GREETING_MAX_LENGTH and _GREETING.fullmatch(line) is not None


def _ends(after: str, currency: Currency) -> bool:
    items = read_items(after, currency)
    return all(item.kind in _UNSAID or says_nothing(item.text) for item in items)


def _asked(command: Command, text: str, currency: Currency) -> Command:
    """Returns what to ask about words that speak of Kudos, where they may be thanks."""
    question = Question(Ask.THANKS)
    match command:
        case ParsedGive() | GiveSeveral():
            give = command if isinstance(command, ParsedGive) else in_one(command.gives)
            first = command.gives[0] if isinstance(command, GiveSeveral) else command
            asked = Unclear(shortened(line_of(first)), None, give, question)
            if isinstance(command, GiveSeveral):
                asked = replace(asked, gives=command.gives, lines=command.lines)
            return checked(asked, lambda line: parse_command(line, currency))
        case Unclear(question=Question(ask=ask)) if ask is not Ask.WHO:
            return command
        case _:
            return ShowHelp(shortened(text))
