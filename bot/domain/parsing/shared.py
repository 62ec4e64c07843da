"""Amounts and hashtags that are said once for several thanks, on a line above or below them.

They are for all that name none of their own. `+5` below several thanks may be for the last alone,
and is asked; `+5 each` is for all. An amount in total is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.parsing.amounts import amounts_of, doubt_of_counted
from bot.domain.parsing.commands import Ask, ParsedGive, Question, Unclear
from bot.domain.parsing.receivers import led
from bot.domain.parsing.tokens import Token, TokenKind
from bot.domain.parsing.typed_amounts import says_each

if TYPE_CHECKING:
    from collections.abc import Sequence

    Read = ParsedGive | Unclear

_SAYS_NOTHING = (
    TokenKind.AMOUNT,
    TokenKind.TAG,
    TokenKind.COMMA,
    TokenKind.PUNCTUATION,
    TokenKind.KARMA,
)


@dataclass(frozen=True, slots=True)
class Shared:
    """What is said for several thanks."""

    amounts: tuple[int, ...] = ()
    hashtags: tuple[str, ...] = ()
    question: Question | None = None  # about the amount

    @classmethod
    def of(cls, items: list[Token]) -> Shared:
        """Returns what stands on a line of its own."""
        counted = [index for index, item in enumerate(items) if item.kind is TokenKind.AMOUNT]
        tags = tuple(dict.fromkeys(tag for item in items for tag in item.tags))
        question = next(filter(None, (_question(items[index]) for index in counted)), None)
        return cls(() if question else amounts_of(items, [], counted), tags, question)

    def given_to(self, read: Read) -> Read:
        """Returns thanks with what is said for all, where they name none themselves."""
        give = read.understood if isinstance(read, Unclear) else read
        if give is None:
            return read
        give = replace(
            give,
            amounts=give.amounts or self.amounts,
            hashtags=give.hashtags or self.hashtags,
        )
        return replace(read, understood=give) if isinstance(read, Unclear) else give


def _question(item: Token) -> Question | None:
    if item.is_total:
        return Question(Ask.AMOUNT, item.text)
    doubt = doubt_of_counted(item)
    return None if doubt is None else doubt.question


def said_below(block: list[Token]) -> int:
    """Returns where in the last of several thanks begins what may be said for all of them."""
    start = last_line_of(block)
    if all(item.kind in _SAYS_NOTHING for item in block[start:]):
        is_any = any(item.kind in (TokenKind.AMOUNT, TokenKind.TAG) for item in block[start:])
        if is_any:
            return start
    return len(block) - _is_each_of_one(block)


def _is_each_of_one(block: list[Token]) -> bool:
    reading = led(block)
    return (
        reading is not None
        and block[-1].kind is TokenKind.AMOUNT
        and says_each(block[-1])
        and len({item.value for item in reading.receivers}) == 1
        and reading.receivers[0].kind in (TokenKind.USER, TokenKind.NAME)
    )


def is_for_all(below: list[Token], others: Sequence[Read]) -> bool:
    """Returns whether what is said below is for all: it says so, or nobody names such."""
    if any(item.kind is TokenKind.AMOUNT and says_each(item) for item in below):
        return True
    if any(item.kind is TokenKind.AMOUNT for item in below):
        return not any(_amounts(read) for read in others)
    return not any(_hashtags(read) for read in others)


def may_be_for_all(
    block: list[Token], before: Sequence[Read], last: Read, last_above: Read
) -> bool:
    """Returns whether an amount among the words of the last line may be for all above it.

    `last_above` is the last of several thanks, read without that line.
    """
    line = block[last_line_of(block) :]
    if any(_amounts(read) for read in (*before, last_above)):
        return False
    return bool(_amounts(last)) or any(
        item.kind is TokenKind.AMOUNT and says_each(item) for item in line
    )


def last_line_of(block: list[Token]) -> int:
    """Returns where the last line begins that goes on with thanks above it."""
    begins = [index for index, item in enumerate(block) if index and item.begins_line]
    return begins[-1] if begins else len(block)


def question_below(below: list[Token], *, is_sure: bool = True) -> Question | None:
    """Returns what is asked about an amount that may be for all or for the last."""
    amount = next((item for item in below if item.kind is TokenKind.AMOUNT), None)
    if amount is None or (is_sure and any(says_each(item) for item in below)):
        return None
    amounts = (amount.number,) if amount.number > 0 else ()
    return Question(Ask.AMOUNT, amount.text, amounts=amounts)


def question_among(blocks: list[list[Token]], reads: Sequence[Read]) -> Question | None:
    """Returns what is asked about one of several whose amount is `in total`, or `each`."""
    is_any_without = not all(_amounts(read) for read in reads)
    for block, read in zip(blocks, reads, strict=True):
        for item in block:
            if item.kind is not TokenKind.AMOUNT or item.number not in _amounts(read):
                continue
            is_each = says_each(item) and is_any_without and len(_receivers(read)) == 1
            if item.is_total or is_each:
                return Question(Ask.AMOUNT, item.text, amounts=(item.number,))
    return None


def _amounts(read: Read) -> tuple[int, ...]:
    give = read.understood if isinstance(read, Unclear) else read
    return give.amounts if give else ()


def _hashtags(read: Read) -> tuple[str, ...]:
    give = read.understood if isinstance(read, Unclear) else read
    return give.hashtags if give else ()


def _receivers(read: Read) -> tuple[str, ...]:
    give = read.understood if isinstance(read, Unclear) else read
    if give is None or give.group_ids or give.names_everyone:
        return ()
    return (*give.receiver_ids, *give.unresolved_names)
