"""The words of thanks that are left as their reason, and a line cut to a suggestion's length."""
# ruff: noqa: RUF001 - people type dashes and quotes of every kind

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.parsing.tokenizer import render

if TYPE_CHECKING:
    from bot.domain.parsing.tokens import Token

SUGGESTION_MAX_LENGTH = 150
_LEADING_PUNCTUATION = re.compile(r"(?:\s+|[:;,!.–—-]+(?=\s|$)|[,;、，،。：]+|:(?!\S*:))*")
_CONNECTOR_AFTER_RECEIVERS = re.compile(r"(?:to|give)(?=[\s:,]|$)", re.IGNORECASE)
_CONNECTOR = re.compile(r"(?:because\s+of|because|for)(?=[\s:,]|$)", re.IGNORECASE)


def reason_of(words: list[Token], *, is_led: bool, is_trailed: bool, ends_early: bool) -> str:
    """Return the words without what led over to them from the receivers and amounts around."""
    text = render(words)
    text = text[_leading(text) :]
    connector = _CONNECTOR.match(text)
    if connector is None and is_led:
        connector = _CONNECTOR_AFTER_RECEIVERS.match(text)
    if connector is not None:
        text = text[connector.end() :]
        text = text[_leading(text) :]
    if ends_early:
        text = _without_loose_end(text)
    if is_trailed and text.split()[-1:] and text.split()[-1].casefold() == "to":
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
