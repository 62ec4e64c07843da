"""The words that a person typed, cut into items: who, value, amount, and all other words.

This module knows Slack's spelling of a message and nothing about what a line means; that is
`bot.domain.parsing`. Every step looks at a character a bounded number of times, so 10,000
characters of anything take milliseconds.
"""
# ruff: noqa: RUF001, RUF002 - people type dashes, quotes and commas of every script

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from bot.domain import emoji

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PRIVATE_CHANNEL = "#private-channel"  # Slack leaves its name out, and so do we
EVERYONE = frozenset({"here", "channel", "everyone"})


class Kind(Enum):
    """What an item is."""

    USER = auto()
    GROUP = auto()
    EVERYONE = auto()
    NAME = auto()  # `@ada` that was not picked from Slack's list
    TAG = auto()
    AMOUNT = auto()
    COMMA = auto()
    JOINER = auto()  # `and`, `&`, `+`
    PUNCTUATION = auto()
    WORD = auto()


_WHO = (Kind.USER, Kind.GROUP, Kind.EVERYONE, Kind.NAME)


class Form(Enum):
    """How an amount was written; the plainer it is, the fewer places it counts in."""

    PLUS = auto()  # `+5`, `+5 points`
    UNITS = auto()  # `5 points`, or the currency emoji repeated
    BARE = auto()  # `5`, `-3`


class Item(NamedTuple):
    """A word with a meaning of its own, or several that make one amount."""

    kind: Kind
    text: str  # as it reads in a reason: entities and links undone, mentions as `<@U1>`
    gap: str = ""  # the blanks before it
    value: str = ""  # the id or name of who is meant
    tags: tuple[str, ...] = ()
    number: int = 0
    form: Form = Form.BARE
    is_emoji: bool = False
    is_decimal: bool = False  # `1.5`: no amount, `number` is the closest that would be one

    @property
    def is_who(self) -> bool:
        """Whether it names somebody who may be a receiver."""
        return self.kind in _WHO


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
_JOINERS = frozenset(
    {"&", "+", "and", "plus", "und", "et", "y", "e", "og", "och", "en", "ve", "и", "و"}
)
_PUNCTUATION = re.compile(r"[-–—:.!?()…]+")
_NUMBER = re.compile(
    r"\(?(?P<sign>[+＋\-−]?)(?P<digits>\d+)(?P<fraction>[.,]\d+)?(?P<unit>points?|pts?)?"
    r"(?P<end>[)\],.:;!]*)",
    re.IGNORECASE,
)
_UNIT = re.compile(r"(?:points?|pts?|kudos)[)\],.:;!]*", re.IGNORECASE)
_EACH = re.compile(r"each[)\],.:;!]*", re.IGNORECASE)
_TAG_BEFORE = "([{\"'“‘«,;"
_TAG_AFTER = ".,:;!?)"
_JOINERS_OF_LETTERS = "\u200c\u200d"
_DIGITS_MAX = 100  # far above any limit, far below what makes int() refuse
_MAGNITUDE_MAX = 10**_DIGITS_MAX


def read_items(text: str, currency_emoji: frozenset[str] = frozenset()) -> list[Item]:
    """Return the items of a line in their order."""
    text = _SURROGATE.sub("\ufffd", _UNWRITABLE.sub("", text))
    items = _single_items(text, _currency(currency_emoji))
    return list(_joined_items(_joined_items(items, _emoji_run), _whole_amount))


def render(items: list[Item]) -> str:
    """Return the items as they were typed, in plain words.

    Of Slack's markup only `<@U1>` is left, and only where Slack put it: the brackets of typed words
    that would read like markup become `‹` and `›`.
    """
    parts: list[str] = []
    for is_mention, group in groupby(items, key=lambda item: item.kind is Kind.USER):
        text = "".join(item.gap + item.text for item in group)
        parts.append(text if is_mention else _MARKUP.sub(_without_brackets, text))
    text = "".join(parts)
    return text[len(items[0].gap) :] if items else ""


def _without_brackets(markup: re.Match[str]) -> str:
    return f"‹{markup[1]}{'›' if markup[2] else ''}"


def _single_items(text: str, currency: _Currency) -> Iterator[Item]:
    gap = ""
    after_who = False
    for match in _TOKEN.finditer(text):
        blank, control, word = match.groups()
        if blank:
            gap += blank
            continue
        if word is not None and word.isascii() and word.isalpha():
            # Most words: no mark, sign or digit, for which everything below looks.
            yield Item(Kind.JOINER if word.casefold() in _JOINERS else Kind.WORD, word, gap)
            gap = ""
            after_who = False
            continue
        if control is not None:
            found = [_control(control)]
        else:
            found = list(_word_items(_unescape(word), currency, after_who=after_who and not gap))
        yield found[0]._replace(gap=gap) if gap else found[0]
        yield from found[1:]
        gap = ""
        after_who = found[-1].is_who


def _control(inner: str) -> Item:
    """Return what one of Slack's own `<…>` sequences stands for."""
    head, _, label = inner.partition("|")
    name, label = head[1:], _plain(label)
    if head.startswith("@"):
        if _USER_ID.fullmatch(name):
            return Item(Kind.USER, f"<{head}>", value=name)
        name = (label or _plain(name)).lstrip("@")
        return Item(Kind.NAME, f"@{name}", value=name) if name else Item(Kind.WORD, "@")
    if head.startswith("!"):
        return _special(name, label)
    if head.startswith("#"):
        return Item(Kind.WORD, f"#{label.lstrip('#')}" if label else PRIVATE_CHANNEL)
    return Item(Kind.WORD, _link(_plain(head), label))


def _special(name: str, label: str) -> Item:
    name, _, argument = name.partition("^")
    if name in EVERYONE:
        return Item(Kind.EVERYONE, f"@{name}", value=name)
    if name == "subteam" and _GROUP_ID.fullmatch(argument):
        return Item(Kind.GROUP, f"@{label.lstrip('@') or 'group'}", value=argument)
    return Item(Kind.WORD, label or _plain(name) or "!")  # such as a date, with its fallback


def _link(address: str, label: str) -> str:
    scheme, _, rest = address.partition(":")
    if not label or label == address:
        return rest if scheme in {"mailto", "tel"} else address
    if label in {rest, rest.removeprefix("//"), rest.removeprefix("//").rstrip("/")}:
        return label if scheme in {"mailto", "tel"} else address
    return f"{label} ({rest if scheme in {'mailto', 'tel'} else address})"


def _word_items(word: str, currency: _Currency, *, after_who: bool) -> Iterator[Item]:
    """Cut a word into items: usually one, more in `@ada,@bo` and in `<@U1>,thanks`."""
    if after_who and (commas := _COMMAS.match(word)):
        yield Item(Kind.COMMA, commas[0])
        word = word[commas.end() :]
    while name := _raw_name(word):
        yield name[0]
        if name[1]:
            yield _plain_item(name[1], currency)
        word = name[2]
    if word:
        yield _plain_item(word, currency)


def _raw_name(word: str) -> tuple[Item, str, str] | None:
    """Return a name at the beginning of a word, the punctuation after it, and what is left."""
    match = _NAME.match(word)
    if match is None or word.startswith("/", match.end()):  # `@types/node` is no person
        return None
    name = match[1].rstrip(".…*_~`")
    if not name or name[0].isdecimal():
        return None
    after = match[1][len(name) :] + match[2]
    if name.casefold() in EVERYONE:
        item = Item(Kind.EVERYONE, f"@{name}", value=name.casefold())
    else:
        item = Item(Kind.NAME, f"@{name}", value=name)
    return item, after, word[match.end() :]


def _plain_item(word: str, currency: _Currency) -> Item:
    if _COMMAS.fullmatch(word):
        return Item(Kind.COMMA, word)
    if word.strip(",;").casefold() in _JOINERS:
        return Item(Kind.JOINER, word)
    if _PUNCTUATION.fullmatch(word):
        return Item(Kind.PUNCTUATION, word)
    if match := _NUMBER.fullmatch(word):
        return _number(word, match)
    if count := currency.count(word):
        return Item(Kind.AMOUNT, word, number=count, form=Form.UNITS, is_emoji=True)
    tags, is_only_tag = _tags(word)
    return Item(Kind.TAG if is_only_tag else Kind.WORD, word, tags=tags)


def _number(word: str, match: re.Match[str]) -> Item:
    digits, fraction = match["digits"], match["fraction"]
    number = _integer(digits)
    if fraction:
        is_thousands = len(fraction) == len(",000")
        half_or_more = fraction[1] in "56789"
        number = _integer(digits + fraction[1:]) if is_thousands else number + half_or_more
    if match["sign"] in {"-", "−"}:
        number = -number
    form = Form.UNITS if match["unit"] else Form.BARE
    if match["sign"] in {"+", "＋"}:
        form = Form.PLUS
    return Item(Kind.AMOUNT, word, number=number, form=form, is_decimal=fraction is not None)


def _integer(digits: str) -> int:
    return int(digits) if len(digits) <= _DIGITS_MAX else _MAGNITUDE_MAX


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


class _Currency:
    """The emoji that stand for one point each."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = frozenset(emoji.fold(name) for name in names)
        signs = {sign for name in self._names if (sign := emoji.unicode_of(name))}
        self._signs = sorted({_without_tone(sign) for sign in signs}, key=len, reverse=True)

    def count(self, word: str) -> int:
        """Return how many of them the word is made of, 0 if there is anything else in it."""
        if not self._names:
            return 0
        word = word.rstrip(",.;!")
        if len(word) > 2 and word[0] == word[-1] == ":":  # noqa: PLR2004 - `:` name `:`
            names = [name for name in word[1:-1].split("::") if not name.startswith("skin-tone-")]
            return len(names) if all(emoji.fold(name) in self._names for name in names) else 0
        return self._count_signs(_without_tone(word))

    def _count_signs(self, word: str) -> int:
        count = position = 0
        while position < len(word):
            sign = next((one for one in self._signs if word.startswith(one, position)), None)
            if sign is None:
                return 0
            position += len(sign)
            count += 1
        return count


@lru_cache(maxsize=256)
def _currency(names: frozenset[str]) -> _Currency:
    return _Currency(names)


_TONES = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f]")


def _without_tone(sign: str) -> str:
    return _TONES.sub("", sign)


def _joined_items(
    items: Iterable[Item], join: Callable[[Item, Item], Item | None]
) -> Iterator[Item]:
    """Join every two neighbours of which `join` makes one; words never are."""
    before: Item | None = None
    for item in items:
        if before is None:
            before = item
            continue
        joined = None if before.kind is Kind.WORD else join(before, item)
        if joined is None:
            yield before
        before = joined or item
    if before is not None:
        yield before


def _emoji_run(before: Item, item: Item) -> Item | None:
    """Return `:taco:` and `:taco:` as one."""
    if not (before.is_emoji and item.is_emoji):
        return None
    text = before.text + item.gap + item.text
    return before._replace(text=text, number=before.number + item.number)


def _whole_amount(before: Item, item: Item) -> Item | None:
    """Return `+` and `5`, `5` and `points`, or `5 points` and `each` as one."""
    if before.kind is not Kind.AMOUNT and before.kind is not Kind.JOINER:
        return None
    text = before.text + item.gap + item.text
    is_number = item.kind is Kind.AMOUNT and item.text[0].isdecimal()
    if before.kind is Kind.JOINER and before.text == "+" and is_number:
        return item._replace(text=text, gap=before.gap, form=Form.PLUS)
    if before.kind is not Kind.AMOUNT:
        return None
    # After punctuation something new begins: `5, points out of…`.
    is_unit = (item.is_emoji and item.number == 1) or _UNIT.fullmatch(item.text)
    if is_unit and before.text[-1].isdecimal():
        return before._replace(text=text, form=_with_unit(before.form))
    is_each = _EACH.fullmatch(item.text) and before.text[-1].isalnum()
    return before._replace(text=text) if is_each else None


def _with_unit(form: Form) -> Form:
    return form if form is Form.PLUS else Form.UNITS


def _unescape(text: str) -> str:
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda match: _ENTITIES[match[1]], text)


def _plain(text: str) -> str:
    """Return words that came inside one of Slack's sequences, unable to be read as one again."""
    return _unescape(text).replace("<", "‹").replace(">", "›")
