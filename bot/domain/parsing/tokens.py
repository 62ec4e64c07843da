"""What typed words are cut into, and what stands for points in them."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bot.domain.workspaces import WorkspaceSettings


class TokenKind(Enum):
    """What an item is."""

    USER = auto()
    GROUP = auto()
    EVERYONE = auto()
    NAME = auto()  # `@ada` that was not picked from Slack's list
    SPOKEN_OF = auto()  # somebody who is named in a quote or after `cc`: a word like others
    TAG = auto()
    AMOUNT = auto()
    COMMA = auto()
    JOINER = auto()  # `and`, `&`, `+`
    KARMA = auto()  # `++`: thanks without an amount
    PUNCTUATION = auto()
    WORD = auto()


_WHO = (TokenKind.USER, TokenKind.GROUP, TokenKind.EVERYONE, TokenKind.NAME)


class TokenForm(Enum):
    """How an amount was written; the plainer it is, the fewer places it counts in."""

    PLUS = auto()  # `+5`, `+5 points`
    UNITS = auto()  # `5 points`, `five points`, or the currency emoji repeated
    TIMES = auto()  # `x5`, `5x`
    BARE = auto()  # `5`, `-3`
    KEYCAP = auto()  # `5️⃣`: easily no amount, and asked
    QUALIFIED = auto()  # `five well deserved points`: easily something else, and asked
    VAGUE = auto()  # `some points`
    REACTION = auto()  # an emoji that has a worth as reaction, and is not the currency's


class Token(NamedTuple):
    """A word with a meaning of its own, or several that make one amount."""

    kind: TokenKind
    text: str  # as it reads in a reason: entities and links undone, mentions as `<@U1>`
    gap: str = ""  # the blanks before it
    value: str = ""  # the id or name of who is meant
    tags: tuple[str, ...] = ()
    number: int = 0  # of a word: what it is if it is one for a number
    form: TokenForm = TokenForm.BARE
    is_emoji: bool = False
    is_unsure: bool = False  # `1.5`: nothing that can be given, `number` is the closest that could
    is_quote: bool = False  # a word that was not said to Kudos
    is_total: bool = False  # an amount for all receivers together

    @property
    def is_who(self) -> bool:
        """Whether it names somebody who may be a receiver."""
        return self.kind in _WHO

    @property
    def is_code(self) -> bool:
        """Whether it stands in code, where amounts count beside receivers alone."""
        return self.text[0] == "`"

    @property
    def begins_line(self) -> bool:
        """Whether it is the first of its line."""
        return "\n" in self.gap


class Currency(NamedTuple):
    """What stands for points in a workspace's typed words."""

    emoji: frozenset[str] = frozenset()  # names of those that are one point each
    names: frozenset[str] = frozenset()  # what the workspace calls its points
    reactions: frozenset[tuple[str, int]] = frozenset()  # emoji that thank as reactions, and worth

    @classmethod
    def of(cls, settings: WorkspaceSettings) -> Currency:
        """Returns what the workspace's admins chose."""
        names = (settings.points_name_one, settings.points_name_many)
        return cls(
            frozenset({settings.currency_emoji}),
            frozenset(filter(None, names)),
            frozenset(settings.reaction_worth.items()),
        )


NO_CURRENCY = Currency()
