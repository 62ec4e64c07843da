"""Bare names in front of what somebody is thanked for: `ada for the calm`, `@bo and ada for …`.

They are candidates alone. Whether somebody is called so is for others to find out, and the giver is
asked in any case.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.parsing.receivers import is_beside, is_opener, is_plain_number
from bot.domain.parsing.tokens import Token, TokenKind
from bot.domain.parsing.typed_words import NOT_NAMES, leads_from_names

_NAMES_MAX = 5
_WORDS_OF_NAME_MAX = 2
_NAME_MAX_LENGTH = 30
_IN_NAMES = str.maketrans("", "", "-.'’")  # noqa: RUF001 - both are typed
_DASHES = frozenset({"-", "–", "—", ":"})  # noqa: RUF001 - people type dashes of every kind


@dataclass(frozen=True, slots=True)
class BareNames:
    """The items with the bare names in them as people, and these names."""

    items: list[Token]
    names: tuple[str, ...]


def bare_names(items: list[Token]) -> BareNames | None:
    """Returns what the names are that lead to the reason, or end it; None if there are none."""
    return _at_beginning(items) or _at_end(items)


def _at_beginning(items: list[Token]) -> BareNames | None:
    start = 0
    while start < len(items) and (is_beside(items[start]) or is_opener(items, start)):
        start += 1
    run = _Run(items[:start])
    for index in range(start, len(items)):
        if _ends_names(items[index]):
            return run.names_before(items[index:])
        if not run.takes(items[index]):
            return None
        if items[index].text[-1] == ":" and items[index].kind is TokenKind.WORD:
            return run.names_before(items[index + 1 :])
    is_karma = any(item.kind is TokenKind.KARMA for item in items[start:])  # `ada ++ bo ++`
    return run.names_before([]) if is_karma else None


class _Run:
    """Names, people and what joins them, as far as read."""

    def __init__(self, items: list[Token]) -> None:
        self._items = items
        self._names: list[str] = []
        self._words: list[str] = []
        self._is_joined = True  # what comes next is a name of its own

    def takes(self, item: Token) -> bool:
        """Takes one more item; returns False if it cannot be part of such a run."""
        if item.kind is TokenKind.JOINER or is_beside(item):
            self._close()
            self._items.append(item)
            self._is_joined |= item.kind in (TokenKind.JOINER, TokenKind.COMMA, TokenKind.KARMA)
            return True
        if item.is_who:
            if self._words or not self._is_joined:
                return False
            self._items.append(item)
        else:
            name = _name(item)
            if self._items and is_plain_number(self._items[-1]):  # `5 bugs`
                return False
            is_apart = not self._is_joined and not self._words
            if name is None or is_apart or len(self._words) == _WORDS_OF_NAME_MAX:
                return False
            self._words.append(name)
        self._is_joined = False
        if item.text[-1] in ",:" or item.text.endswith("++"):
            self._close()
            self._is_joined = True
        return len(self._names) <= _NAMES_MAX

    def names_before(self, rest: list[Token]) -> BareNames | None:
        """Returns the names, if there are any, with what follows them."""
        self._close()
        is_among_people = any(item.is_who and item.value not in self._names for item in self._items)
        if not self._names or (not is_among_people and any(item.is_who for item in rest)):
            return None
        return BareNames([*self._items, *rest], tuple(dict.fromkeys(self._names)))

    def _close(self) -> None:
        if self._words:
            name = " ".join(self._words)
            self._names.append(name)
            self._items.append(Token(TokenKind.NAME, f"@{name}", gap=" ", value=name))
            self._words.clear()


def _ends_names(item: Token) -> bool:
    return leads_from_names(item) or item.text in _DASHES


def _at_end(items: list[Token]) -> BareNames | None:
    """Reads `for the calm, ada` and `for the calm to ada`."""
    if len(items) < 3 or any(item.is_who for item in items):  # noqa: PLR2004 - `thanks, ada`
        return None
    before, last = items[-2], items[-1]
    name = _name(last)
    is_apart = before.kind is TokenKind.COMMA or before.text[-1] == "," or before.text == "to"
    if name is None or not is_apart or last.begins_line:
        return None
    item = Token(TokenKind.NAME, f"@{name}", gap=last.gap, value=name)
    return BareNames([*items[:-1], item], (name,))


def _name(item: Token) -> str | None:
    """Returns the name that a word may be."""
    if item.kind is not TokenKind.WORD or item.is_quote:
        return None
    name = item.text.removesuffix("++").rstrip(",:!.")
    letters = name.translate(_IN_NAMES)
    is_name = letters.isalpha() and len(name) <= _NAME_MAX_LENGTH
    return name if is_name and name.casefold() not in NOT_NAMES else None
