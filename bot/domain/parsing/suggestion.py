"""The line that would have worked, in place of thanks that are not clear.

Whoever types it gives exactly what it says: to the people in it, with the amount in it, and without
another question. Where the words allow no such line, the plain pattern is proposed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.parsing.commands import Ask, GiveSeveral, ParsedGive, Unclear
from bot.domain.parsing.reason import shortened
from bot.domain.parsing.receivers import is_part_of_words
from bot.domain.parsing.tokens import Token, TokenKind
from bot.domain.parsing.typed_words import (
    begins_reason,
    each_of,
    gives_thanks,
    leads_to_reason,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.domain.parsing.commands import Command
    from bot.domain.parsing.receivers import Reading

COLLEAGUE = "@colleague"  # stands for a person in a suggestion
_LOOSE_WORDS = each_of(
    "and & + plus to und et y e og och en ve и و ja also with or as well the a by of at from than "
    "under over about til aan for because på av fra van на до из за или eller tai of أو على من في"
)
_THANKS_BEFORE_OTHERS = each_of(
    "thanks thank you kudos props big huge many special kiitos takk dank je спасибо شكرا myös hug"
)
_LOOSE_MARKS = " \t\n,;:-–—(&+|・"  # noqa: RUF001 - people type marks of every script
_SAYS = re.compile(r"[^\W_]")


def plain_line(people: Sequence[str], amount: int | None, reason: str) -> str:
    """Returns the plainest line that says this."""
    reason = _without_loose_end(reason.replace("+", ""))
    parts = list(dict.fromkeys(people)) or [COLLEAGUE]
    if amount is not None:
        parts.append(f"{amount:+d}")
    if not _SAYS.search(reason):
        return " ".join([*parts, "for …"])
    return " ".join([*parts, *([] if begins_reason(reason) else ["for"]), reason])


def line_of(give: ParsedGive) -> str:
    """Returns the plainest line for thanks that are understood."""
    people = [f"<@{user_id}>" for user_id in give.receiver_ids]
    people += [f"@{name}" for name in give.unresolved_names]
    return plain_line(people, next(iter(give.amounts), None), give.reason)


def words_without(items: list[Token], reading: Reading, at: int) -> Reading:
    """Returns the reading without the word at `at`, which the line has as its amount.

    What stands before it goes as well where what for comes next: `deserves 5 for the demo`.
    """
    words = reading.words
    if at not in words or is_part_of_words(items, at):
        return reading
    behind = [index for index in words if index > at]
    last_who = max((index for index in behind if items[index].is_who), default=None)
    if last_who is not None and not reading.is_led and last_who < words[-1]:
        return replace(reading, first=last_who + 1)
    if all(items[index].text.casefold() in _LOOSE_WORDS for index in behind):
        return replace(reading, end=at)
    after = items[behind[0]]
    if leads_to_reason(after) and not gives_thanks(after):
        return replace(reading, first=behind[0])
    is_apart = at == words[0] or items[at].text[-1] in ",;:.!" or gives_thanks(after)
    is_apart |= after.kind in (TokenKind.JOINER, TokenKind.COMMA, TokenKind.PUNCTUATION)
    return replace(reading, aside=reading.aside | {at}) if is_apart else reading


def checked(command: Command, read_again: Callable[[str], Command]) -> Command:
    """Returns a command that proposes nothing but what would have worked."""
    if not isinstance(command, Unclear) or command.understood is None:
        return command
    give, question = command.understood, command.question
    amounts = give.amounts[:1]
    if question is not None and question.ask is Ask.AMOUNT and question.amounts:
        amounts = question.amounts[:1]
    read = read_again(command.suggestion)
    is_thanks = isinstance(read, ParsedGive | GiveSeveral | Unclear)
    if not is_thanks or _works(read, command, amounts):
        return command
    if command.gives:
        give = command.gives[0]
        amounts = give.amounts[:1]
        line = _line_of_one(give)
        if _works(read_again(line), command, amounts):
            return replace(command, suggestion=line)
    line = _line_of_one(replace(give, amounts=amounts, reason=""))
    return replace(command, suggestion=line)


def _line_of_one(give: ParsedGive) -> str:
    return shortened(f"private {line_of(give)}" if give.is_private else line_of(give))


def _works(read: Command, command: Unclear, amounts: tuple[int, ...]) -> bool:
    if not isinstance(read, ParsedGive):
        return False
    if command.gives:
        return any(_is_one(read, give) for give in command.gives) and len(read.amounts) <= 1
    give, question = command.understood, command.question
    is_of_another = question is not None and question.ask is Ask.WHO and not amounts
    return (
        give is not None
        and (read.amounts == amounts or (is_of_another and len(read.amounts) == 1))
        and read.is_private == give.is_private
        and (not give.receiver_ids or set(read.receiver_ids) == set(give.receiver_ids))
    )


def _is_one(read: ParsedGive, give: ParsedGive) -> bool:
    """Returns whether a line is for one of several, and not for what follows it as well."""
    is_cut = read.reason.endswith("…")
    return (
        read.receiver_ids == give.receiver_ids
        and read.is_private == give.is_private
        and (is_cut or len(read.reason.split()) <= len(give.reason.split()))
    )


def cut(reason: str) -> str:
    """Returns the words before somebody else who may be thanked, without what leads to them."""
    return _without_loose_end(reason, _LOOSE_WORDS | _THANKS_BEFORE_OTHERS)


def _without_loose_end(reason: str, loose: frozenset[str] = _LOOSE_WORDS) -> str:
    """Drops what led over to words that are not in the line."""
    reason = " ".join(reason.split())
    while reason:
        before, _, last = reason.rpartition(" ")
        is_emoji = last.startswith(":") and last.endswith(":")
        stripped = last if is_emoji else last.strip(_LOOSE_MARKS)
        if stripped and stripped.rstrip(".").casefold() not in loose:
            return f"{before} {last.rstrip(_LOOSE_MARKS)}".strip() if not is_emoji else reason
        reason = before
    return reason
