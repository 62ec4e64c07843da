"""Refusals: each names what stood in the way and carries its data.

The words for them are in `bot.messages.refusals`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class KudosError(Exception):
    """Something that a person asked for and that the rules, or the moment, do not allow."""


class NoReceiverError(KudosError):
    """Nobody was named, or a group in which nobody is left to thank."""


class SelfKudosError(KudosError):
    """The giver is the only receiver."""


@dataclass(eq=False)
class NotThankableError(KudosError):
    """These people cannot be thanked: bots, deactivated people or people of another company."""

    user_ids: tuple[str, ...]
    reason: str  # "bot", "deactivated" or "external"


@dataclass(eq=False)
class GiverNotAllowedError(KudosError):
    """The one who gives may not: somebody of another company, or a bot."""

    user_id: str


class EveryoneMentionError(KudosError):
    """`@channel`, `@here` or `@everyone` was named as receiver."""


@dataclass(eq=False)
class UnresolvedNameError(KudosError):
    """A name was typed without being picked from Slack's list, so nobody knows who is meant."""

    names: tuple[str, ...]


@dataclass(eq=False)
class ReasonTooShortError(KudosError):
    """The reason has fewer characters than the workspace asks for."""

    length: int
    minimum: int


@dataclass(eq=False)
class ReasonTooLongError(KudosError):
    """The reason has more characters than a Slack message can show."""

    length: int
    maximum: int


@dataclass(eq=False)
class UnknownValueError(KudosError):
    """The hashtag is none of the workspace's values."""

    value: str
    known: tuple[str, ...]


@dataclass(eq=False)
class ValueMissingError(KudosError):
    """The workspace asks for a value with each kudos."""

    known: tuple[str, ...]


@dataclass(eq=False)
class AmountOutOfRangeError(KudosError):
    """The amount for each receiver is below one or above the limit for one give."""

    points_each: int
    maximum: int


@dataclass(eq=False)
class AmbiguousAmountError(KudosError):
    """Two different amounts were typed."""

    amounts: tuple[int, ...]


@dataclass(eq=False)
class TooManyReceiversError(KudosError):
    """More receivers than one message can name."""

    count: int
    maximum: int


@dataclass(eq=False)
class AllowanceExceededError(KudosError):
    """The allowance does not cover the total."""

    points_total: int
    allowance_left: int
    renews_at: datetime


class NothingToUndoError(KudosError):
    """The giver has given nothing that could still be taken back."""


@dataclass(eq=False)
class UndoTooLateError(KudosError):
    """The time for taking this kudos back, so many minutes, has passed."""

    minutes: int


class AlreadyUndoneError(KudosError):
    """This kudos was taken back before."""


class NotYoursToUndoError(KudosError):
    """Only the giver takes a kudos back."""


@dataclass(eq=False)
class UnknownMembersError(KudosError):
    """The store has not met these people yet; the handler asks Slack and tries again."""

    user_ids: tuple[str, ...]


@dataclass(eq=False)
class UnknownGroupsError(KudosError):
    """The store does not know who is in these groups; the handler asks Slack and tries again."""

    group_ids: tuple[str, ...]
