"""Thanks as tests of parsing write them down."""

from __future__ import annotations

from bot.domain.parsing.commands import (
    ParsedGive,
)
from bot.domain.parsing.tokens import Currency
from bot.domain.parsing.words import parse_command

TACO = Currency(frozenset({"taco"}))
ADA = "<@UADA>"
BO = "<@UBO>"


def give(
    *receiver_ids: str,
    reason: str = "",
    amounts: tuple[int, ...] = (),
    hashtags: tuple[str, ...] = (),
    group_ids: tuple[str, ...] = (),
    names_everyone: bool = False,
    unresolved_names: tuple[str, ...] = (),
    is_private: bool = False,
) -> ParsedGive:
    return ParsedGive(
        receiver_ids=receiver_ids,
        group_ids=group_ids,
        reason=reason,
        hashtags=hashtags,
        amounts=amounts,
        names_everyone=names_everyone,
        unresolved_names=unresolved_names,
        is_private=is_private,
    )


def parsed(text: str, currency: Currency = TACO) -> ParsedGive:
    command = parse_command(text, currency)
    assert isinstance(command, ParsedGive), command
    return command
