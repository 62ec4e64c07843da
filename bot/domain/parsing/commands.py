"""What the words after `/kudos` may ask for; `bot.domain.parsing.words` reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.boards import ShowLeaderboard


@dataclass(frozen=True, slots=True)
class ParsedGive:
    """Thanks, as far as the words tell; whether it is allowed is decided by the rules."""

    receiver_ids: tuple[str, ...]
    group_ids: tuple[str, ...]
    reason: str
    hashtags: tuple[str, ...]
    amounts: tuple[int, ...]  # different amounts; none: the default, more than one: unclear
    names_everyone: bool = False
    unresolved_names: tuple[str, ...] = ()
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class GiveSeveral:
    """Several thanks in one message, a line or more for each: all are given, or none."""

    gives: tuple[ParsedGive, ...]
    lines: str = field(default="", compare=False)  # as typed


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """`help`, or a word or two that mean nothing here."""

    unknown: str = ""  # what was typed in place of a command


@dataclass(frozen=True, slots=True)
class ShowMe:
    """`me`."""


@dataclass(frozen=True, slots=True)
class ShowSettings:
    """`settings`."""


@dataclass(frozen=True, slots=True)
class ShowRewards:
    """`rewards`."""


@dataclass(frozen=True, slots=True)
class ShowHistory:
    """`history`, of oneself or of somebody."""

    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class UndoLast:
    """`undo`."""


class Ask(StrEnum):
    """What has to be asked before thanks can be given."""

    WHO = "who"  # nobody is named
    NAME = "name"  # words that may be names of colleagues: `names`
    RECEIVERS = "receivers"  # people are named, but not clearly as the ones who are thanked
    AMOUNT = "amount"  # `text` may be an amount, or is none that can be given
    PRIVATE = "private"  # `text` may mean that they are private
    THANKS = "thanks"  # `text` leaves it open whether this is meant as thanks at all


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask about thanks that are unclear."""

    ask: Ask
    text: str = ""  # the typed words that it is about
    names: tuple[str, ...] = ()  # as typed, without `@`
    amounts: tuple[int, ...] = ()  # what `text` may stand for, likeliest first
    reason_without_names: str = ""  # the reason, if none of `names` is a colleague


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nothing that is understood; `suggestion` is the closest command that would have worked."""

    suggestion: str
    problem: str | None = None  # the word that was not understood
    # Of thanks, what was: enough for a form to begin with.
    understood: ParsedGive | None = field(default=None, compare=False)
    # Of thanks, what the form asks; there is one wherever something is understood.
    question: Question | None = field(default=None, compare=False)
    # Of thanks on several lines, each of them: they have a form of their own.
    gives: tuple[ParsedGive, ...] = field(default=(), compare=False)
    lines: str = field(default="", compare=False)  # as typed


Command = (
    ParsedGive
    | GiveSeveral
    | ShowHelp
    | ShowMe
    | ShowSettings
    | ShowRewards
    | ShowLeaderboard
    | ShowHistory
    | UndoLast
    | Unclear
)
