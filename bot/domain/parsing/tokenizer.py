"""The words that a person typed, cut into items: who, value, amount, and all other words.

This module knows Slack's spelling of a message and nothing about what a line means; that is
`bot.domain.parsing.words`. Every step looks at a character a bounded number of times, so 10,000
characters of anything take milliseconds.
"""
# ruff: noqa: RUF001, RUF002 - people type dashes, quotes and commas of every script

from __future__ import annotations

import re
import unicodedata
from itertools import groupby, repeat
from typing import TYPE_CHECKING

from bot.domain.parsing.tokens import NO_CURRENCY, Currency, Token, TokenForm, TokenKind
from bot.domain.parsing.typed_amounts import amounts_in
from bot.domain.parsing.typed_words import each_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.domain.parsing.typed_amounts import Amounts

PRIVATE_CHANNEL = "#private-channel"  # Slack leaves its name out, and so do we
EVERYONE = frozenset({"here", "channel", "everyone"})

# Direction marks and zero-width spaces that phones put around names and numbers.
_INVISIBLE = "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_CONTROL = r"(?:[@#!][^<>]*|[A-Za-z][A-Za-z0-9+.-]*:[^<>]*)"
_TOKEN = re.compile(
    rf"(?P<gap>[\s{_INVISIBLE}]+)"
    rf"|<(?P<control>{_CONTROL})>"
    # A bracket that begins nothing of Slack's is a letter like others, as its entity is.
    rf"|(?P<word>(?:[^\s<{_INVISIBLE}]++|<(?!{_CONTROL}>))++)"
)
_UNWRITABLE = re.compile("[\0-\x08\x0e-\x1f\x7f]")  # no store takes NUL, no reader sees the others
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: UTF-8 cannot write it
_ENTITY = re.compile("&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_MARKUP = re.compile(r"<((?:[@#!]|[A-Za-z][A-Za-z0-9+.-]*:)[^<>]*)(>?)")
_USER_ID = re.compile("[UW][A-Z0-9]+")
_GROUP_ID = re.compile("S[A-Z0-9]+")
_NAME = re.compile(r"@([^\s@<>,;:!?()\[\]{}\"'’/|&#+、，،]+)([,;:!?.)&+、，،]*)")
_COMMAS = re.compile("[,;、，،]+")
# Read between two names only, where a missed one would leave somebody out.
_JOINERS = each_of(
    "& + ➕ :heavy_plus_sign: / and plus und et y e og och en samt sowie ve ja sekä и да та و 和 "
    "与 與 及 跟 と や 및 와 과 และ"
)
_PUNCTUATION = re.compile(r"[-–—:.!?()…]+")
_KARMA = re.compile(r"\+\+[,;:.!]*")
_MORE_KARMA = re.compile(r"(?:\+{3,}|(?P<digits>\d{1,9})(?:\+{1,9}|[-–]\d{1,9}))[,;:.!]*")
_QUOTE = re.compile(
    r"```.*?```|`[^`\n]+`|^[^\S\n]*(?:>>>|&gt;&gt;&gt;).*|^[^\S\n]*(?:>|&gt;)[^\n]*",
    re.DOTALL | re.MULTILINE,
)
_AMOUNT_IN_CODE_MAX_LENGTH = 30
_TAG_BEFORE = "([{\"'“‘«,;"
_TAG_AFTER = ".,:;!?)"
_JOINERS_OF_LETTERS = "\u200c\u200d"


def read_items(text: str, currency: Currency = NO_CURRENCY) -> list[Token]:
    """Return the items of a line in their order."""
    text = _SURROGATE.sub("\ufffd", _UNWRITABLE.sub("", text))
    amounts = amounts_in(currency)
    return amounts.joined(list(_single_items(text, amounts)))


def quotes_in(text: str) -> list[tuple[int, int]]:
    """Returns where quotes and code stand, from their beginnings to their ends."""
    if "`" not in text and ">" not in text and "&gt;" not in text:
        return []
    return [match.span() for match in _QUOTE.finditer(text)]


def render(items: list[Token]) -> str:
    """Return the items as they were typed, in plain words.

    Of Slack's markup only `<@U1>` is left, and only where Slack put it: the brackets of typed words
    that would read like markup become `‹` and `›`.
    """
    parts: list[str] = []
    for is_mention, group in groupby(items, key=_is_mention):
        text = "".join(item.gap + item.text for item in group)
        parts.append(text if is_mention else _MARKUP.sub(_without_brackets, text))
    text = "".join(parts)
    return text[len(items[0].gap) :] if items else ""


def _is_mention(item: Token) -> bool:
    return item.kind in (TokenKind.USER, TokenKind.SPOKEN_OF)


def _without_brackets(markup: re.Match[str]) -> str:
    return f"‹{markup[1]}{'›' if markup[2] else ''}"


def _single_items(text: str, amounts: Amounts) -> Iterator[Token]:
    gap = ""
    after_who = False
    for match, is_quote in _tokens(text, amounts):
        blank, control, word = match.groups()
        if blank:
            gap += blank
            continue
        if is_quote:
            yield _quoted(word, control)._replace(gap=gap)
            gap = ""
            after_who = False
            continue
        if word is not None and word.isascii() and word.isalpha():
            # Most words: no mark, sign or digit, for which everything below looks.
            yield Token(
                TokenKind.JOINER if word.casefold() in _JOINERS else TokenKind.WORD, word, gap
            )
            gap = ""
            after_who = False
            continue
        if control is not None:
            found = [_control(control)]
        else:
            found = list(_word_items(_unescape(word), amounts, after_who=after_who and not gap))
        yield found[0]._replace(gap=gap) if gap else found[0]
        yield from found[1:]
        gap = ""
        after_who = found[-1].is_who


def _tokens(text: str, amounts: Amounts) -> Iterable[tuple[re.Match[str], bool]]:
    """Cut the text into blanks, words and Slack's sequences; tell which of them are quoted.

    An amount alone in code is none: people write `+5` so that it stands out.
    """
    quotes = quotes_in(text)
    if quotes:
        quotes = [span for span in quotes if not _is_amount(text, *span, amounts)]
    if quotes:
        return _quoted_tokens(text, quotes)
    return zip(_TOKEN.finditer(text), repeat(object=False), strict=False)


def _is_amount(text: str, start: int, end: int, amounts: Amounts) -> bool:
    """Returns whether a quote is code of one amount, and no part of a longer word."""
    code = text[start:end].strip("`")
    if text[start] != "`" or not code or len(code) > _AMOUNT_IN_CODE_MAX_LENGTH:
        return False
    if text[start - 1 : start].isalnum() or text[end : end + 1].isalnum():
        return False
    items = amounts.joined(list(_single_items(code, amounts)))
    return len(items) == 1 and (items[0].kind is TokenKind.AMOUNT or items[0].number > 0)


def _quoted_tokens(
    text: str, quotes: list[tuple[int, int]]
) -> Iterator[tuple[re.Match[str], bool]]:
    position = 0
    for start, end in [*quotes, (len(text), len(text))]:
        for match in _TOKEN.finditer(text, position, start):
            yield match, False
        for match in _TOKEN.finditer(text, start, end):
            yield match, True
        position = end


def _quoted(word: str | None, control: str | None) -> Token:
    if control is None:
        return Token(TokenKind.WORD, _unescape(word or ""), is_quote=True)
    item = _control(control)
    kind = TokenKind.SPOKEN_OF if item.kind is TokenKind.USER else TokenKind.WORD
    return item._replace(kind=kind, is_quote=True)


def _control(inner: str) -> Token:
    """Return what one of Slack's own `<…>` sequences stands for."""
    head, _, label = inner.partition("|")
    name, label = head[1:], _plain(label)
    if head.startswith("@"):
        if _USER_ID.fullmatch(name):
            return Token(TokenKind.USER, f"<{head}>", value=name)
        name = (label or _plain(name)).lstrip("@")
        return Token(TokenKind.NAME, f"@{name}", value=name) if name else Token(TokenKind.WORD, "@")
    if head.startswith("!"):
        return _special(name, label)
    if head.startswith("#"):
        return Token(TokenKind.WORD, f"#{label.lstrip('#')}" if label else PRIVATE_CHANNEL)
    return Token(TokenKind.WORD, _link(_plain(head), label))


def _special(name: str, label: str) -> Token:
    name, _, argument = name.partition("^")
    if name in EVERYONE:
        return Token(TokenKind.EVERYONE, f"@{name}", value=name)
    if name == "subteam" and _GROUP_ID.fullmatch(argument):
        return Token(TokenKind.GROUP, f"@{label.lstrip('@') or 'group'}", value=argument)
    return Token(TokenKind.WORD, label or _plain(name) or "!")  # such as a date, with its fallback


def _link(address: str, label: str) -> str:
    scheme, _, rest = address.partition(":")
    if not label or label == address:
        return rest if scheme in {"mailto", "tel"} else address
    if label in {rest, rest.removeprefix("//"), rest.removeprefix("//").rstrip("/")}:
        return label if scheme in {"mailto", "tel"} else address
    return f"{label} ({rest if scheme in {'mailto', 'tel'} else address})"


def _word_items(word: str, amounts: Amounts, *, after_who: bool) -> Iterator[Token]:
    """Cut a word into items: usually one, more in `@ada,@bo` and in `<@U1>,thanks`."""
    if after_who and (commas := _COMMAS.match(word)):
        yield Token(TokenKind.COMMA, commas[0])
        word = word[commas.end() :]
    while name := _raw_name(word):
        yield name[0]
        if name[1]:
            yield _plain_item(name[1], amounts)
        word = name[2]
    if word:
        yield from _plain_items(word, amounts)


def _raw_name(word: str) -> tuple[Token, str, str] | None:
    """Return a name at the beginning of a word, the punctuation after it, and what is left."""
    match = _NAME.match(word)
    if match is None or word.startswith("/", match.end()):  # `@types/node` is no person
        return None
    name = match[1].rstrip(".…*_~`")
    name = name.rstrip("-") if name.endswith("--") else name
    if not name or name[0].isdecimal():
        return None
    after = match[1][len(name) :] + match[2]
    if name.casefold() in EVERYONE:
        item = Token(TokenKind.EVERYONE, f"@{name}", value=name.casefold())
    else:
        item = Token(TokenKind.NAME, f"@{name}", value=name)
    return item, after, word[match.end() :]


def _plain_items(word: str, amounts: Amounts) -> Iterator[Token]:
    item = _plain_item(word, amounts)
    parts = amounts.parts_of(word) if item.kind is TokenKind.WORD else []
    if parts:
        yield from (_plain_item(part, amounts) for part in parts)
    else:
        yield item


def _plain_item(word: str, amounts: Amounts) -> Token:
    kind = _kind_of_marks(word)
    if kind is not None:
        return Token(kind, word)
    if match := _MORE_KARMA.fullmatch(word):
        number = int(match["digits"] or 0)
        return Token(TokenKind.AMOUNT, word, number=number, form=TokenForm.VAGUE, is_unsure=True)
    if amount := amounts.of_word(word):
        return amount
    tags, is_only_tag = _tags(word)
    return Token(TokenKind.TAG if is_only_tag else TokenKind.WORD, word, tags=tags)


def _kind_of_marks(word: str) -> TokenKind | None:
    if _COMMAS.fullmatch(word):
        return TokenKind.COMMA
    if word.strip(",;").casefold() in _JOINERS:
        return TokenKind.JOINER
    if _PUNCTUATION.fullmatch(word):
        return TokenKind.PUNCTUATION
    return TokenKind.KARMA if _KARMA.fullmatch(word) else None


def _tags(word: str) -> tuple[tuple[str, ...], bool]:
    """Return the hashtags of a word, folded, and whether the word is one hashtag and no more."""
    found: list[str] = []
    is_only_tag = False
    start = word.find("#")
    while start >= 0:
        end = start + 1
        while end < len(word) and _is_tag_character(word[end]):
            end += 1
        tag = unicodedata.normalize("NFC", word[start + 1 : end].strip("-").casefold())
        if any(map(str.isalpha, tag)) and (start == 0 or word[start - 1] in _TAG_BEFORE):
            found.append(tag)
            is_only_tag = start == 0 and not word[end:].strip(_TAG_AFTER)
        start = word.find("#", end)
    return tuple(found), is_only_tag


def _is_tag_character(character: str) -> bool:
    return (
        character.isalnum()
        or character in "_-"
        or character in _JOINERS_OF_LETTERS
        or unicodedata.category(character).startswith("M")  # vowel signs of Indic scripts, accents
    )


def _unescape(text: str) -> str:
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda match: _ENTITIES[match[1]], text)


def _plain(text: str) -> str:
    """Return words that came inside one of Slack's sequences, unable to be read as one again."""
    return _unescape(text).replace("<", "‹").replace(">", "›")
