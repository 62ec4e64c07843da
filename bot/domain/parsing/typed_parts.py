"""The words of an amount: numbers without the marks around them, and several words as one."""
# ruff: noqa: RUF001 - people type signs and marks of every script

from __future__ import annotations

import re

from bot.domain.parsing.tokens import Token, TokenForm, TokenKind
from bot.domain.parsing.typed_numbers import number_of

NUMBER = re.compile(
    r"\(?(?P<sign>[+＋\-−]?)(?P<before>[x×х]?)(?P<digits>\d+)(?P<fraction>[.,]\d+)?"
    r"(?P<after>[x×х]?)(?P<end>[)\],.:;!]*)",
    re.IGNORECASE,
)
AROUND = "*_~`\"'“”„«»‘’([{)]}"
END = ")],.:;!،"
MARKS = AROUND + END
_DIGITS_MAX = 100  # far above any limit, far below what makes int() refuse
_MAGNITUDE_MAX = 10**_DIGITS_MAX


def as_number(item: Token) -> Token:
    """Returns a word with the number that it is."""
    return item._replace(number=number_of(item))


def number_in(word: str, match: re.Match[str]) -> Token:
    """Returns the amount that a number is."""
    digits, fraction = match["digits"], match["fraction"]
    number = integer(digits)
    if fraction:
        is_thousands = len(fraction) == len(",000")
        half_or_more = fraction[1] in "56789"
        number = integer(digits + fraction[1:]) if is_thousands else number + half_or_more
    if match["sign"] in {"-", "−"}:
        number = -number
    form = TokenForm.TIMES if match["before"] or match["after"] else TokenForm.BARE
    if match["sign"] in {"+", "＋"}:
        form = TokenForm.PLUS
    return Token(TokenKind.AMOUNT, word, number=number, form=form, is_unsure=fraction is not None)


def integer(digits: str) -> int:
    """Returns what digits say, as far as any limit goes."""
    return int(digits) if len(digits) <= _DIGITS_MAX else _MAGNITUDE_MAX


def is_plain_digits(items: list[Token], index: int) -> bool:
    """Returns whether a number in digits, without a sign, stands there."""
    return (
        index < len(items)
        and items[index].kind is TokenKind.AMOUNT
        and not items[index].is_emoji
        and items[index].text[0].isdecimal()
    )


def amount_of(items: list[Token], number: int) -> Token:
    """Returns words as one amount."""
    first = items[0]._replace(kind=TokenKind.AMOUNT, number=number, form=TokenForm.UNITS, tags=())
    return joined_with(first, items[1:])


def in_doubt(amount: Token) -> Token:
    """Returns an amount that may be something else."""
    return amount._replace(form=TokenForm.QUALIFIED, is_unsure=True)


def joined_with(first: Token, more: list[Token]) -> Token:
    """Returns an item with the words of others behind its own."""
    return first._replace(text=first.text + "".join(item.gap + item.text for item in more))


def begun(item: Token) -> str:
    """Returns a word that may be the first of an amount, without the marks before it."""
    text = item.text
    return (text if text[0].isalpha() else text.lstrip(AROUND).rstrip("*_`")).casefold()


def bare_word(item: Token) -> str:
    """Returns a word without marks; nothing for people and quotes."""
    return "" if item.is_quote or item.is_who else item.text.strip(MARKS).casefold()
