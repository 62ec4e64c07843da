"""Refusals: each names what stood in the way and carries its data.

The words for them are in `bot.messages.refusals.refusals`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.workspaces import CapOf

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.parsing.commands import Question
    from bot.domain.schedules import ScheduleKind
    from bot.domain.settings.fields import Fault


class KudosError(Exception):
    """Something that a person asked for and that the rules, or the moment, do not allow."""


class NoReceiverError(KudosError):
    """Nobody was named, or a group in which nobody is left to thank."""


class SelfKudosError(KudosError):
    """The giver is the only receiver."""


@dataclass(eq=False)
class NotThankableError(KudosError):
    """These people cannot be thanked: bots, people who left, of another company, or guests."""

    user_ids: tuple[str, ...]
    reason: str  # "bot", "deactivated", "external" or "guest"


@dataclass(eq=False)
class GiverNotAllowedError(KudosError):
    """The one who gives may not: somebody of another company, a guest, or a bot."""

    user_id: str
    reason: str  # as above


@dataclass(eq=False)
class ChannelNotAllowedError(KudosError):
    """Kudos can be given in other channels only."""

    channel_id: str
    allowed_ids: tuple[str, ...]


class PlaceMissingError(KudosError):
    """Nobody said where a kudos that everybody may see is posted."""


class NobodyRunsError(KudosError):
    """Slack does not say who runs a workflow, so nobody can be the giver."""


class NotThereError(KudosError):
    """The giver is not in the channel in which a workflow would post their thanks."""


@dataclass(eq=False)
class PlaceNotPublicError(KudosError):
    """Of the channels of a list, only those may be chosen that everybody can read."""

    channel_id: str


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


class AmountNotWholeError(KudosError):
    """What stands where an amount belongs is no whole number."""


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
class TooManyTogetherError(KudosError):
    """More thanks in one message than one confirmation can tell of."""

    count: int
    maximum: int


@dataclass(eq=False)
class OneOfSeveralError(KudosError):
    """One of several thanks in one message was refused, so none of them was given."""

    place: int  # 1 is the first
    receiver_ids: tuple[str, ...]  # whom it would have thanked
    error: KudosError

    @property
    def user_ids(self) -> tuple[str, ...]:
        """Everybody whom its sentence names."""
        return (*self.receiver_ids, *getattr(self.error, "user_ids", ()))


@dataclass(eq=False)
class UnclearLinesError(KudosError):
    """The lines of a form for several thanks are not clear."""

    question: Question


@dataclass(eq=False)
class AllowanceExceededError(KudosError):
    """The allowance does not cover the total."""

    points_total: int
    allowance_left: int  # boosts included
    renews_at: datetime
    boost_left: int = 0


@dataclass(eq=False)
class PairCapExceededError(KudosError):
    """This giver would thank these people more in one period than one person may."""

    team_id: str
    giver_id: str
    user_ids: tuple[str, ...]
    cap: int
    label: str  # of the giver's period
    renews_at: datetime
    told_ids: tuple[str, ...] = ()  # those of whom admins may know
    cap_of: CapOf = CapOf.POINTS


class KudosGoneError(KudosError):
    """The kudos that somebody wants to join in with was taken back, or never was."""


class OwnKudosError(KudosError):
    """Its giver wants to join in with a kudos."""


class AlreadyJoinedError(KudosError):
    """Somebody wants to join in twice."""


class NothingToUndoError(KudosError):
    """The giver has given nothing that could still be taken back."""


@dataclass(eq=False)
class UndoTooLateError(KudosError):
    """The time for taking this kudos back, so many minutes, has passed."""

    minutes: int


class AlreadyUndoneError(KudosError):
    """This kudos was taken back before."""


class NoKudosHereError(KudosError):
    """The message tells of no kudos, or the kudos is not there any more."""


class NotYoursToUndoError(KudosError):
    """Only the giver takes a kudos back."""


@dataclass(eq=False)
class JustGivenError(KudosError):
    """The same person gave the same thanks to the same people a moment ago."""

    user_ids: tuple[str, ...] = ()  # of several thanks, who got theirs, where others are new


class LineGoneError(KudosError):
    """What somebody typed is kept for an hour, for them alone, and is not there any more."""


class AlreadyGivenError(KudosError):
    """What somebody wants to correct has become thanks meanwhile."""


class SlackSilentError(KudosError):
    """Slack had to be asked and did not answer in time: nobody knows, so nothing is done."""


class NotGiverNorAdminError(KudosError):
    """Only the giver, and admins, take back the kudos that a post tells of."""


@dataclass(eq=False)
class UnknownMembersError(KudosError):
    """The store has not met these people yet; the handler asks Slack and tries again."""

    user_ids: tuple[str, ...]


@dataclass(eq=False)
class UnknownGroupsError(KudosError):
    """The store does not know who is in these groups; the handler asks Slack and tries again."""

    group_ids: tuple[str, ...]


@dataclass(eq=False)
class UnknownChannelsError(Exception):
    """What to show depends on who may read these channels now: Slack is asked, then tried again."""

    channel_ids: tuple[str, ...]


class NoBoostError(KudosError):
    """There is no such boost, or it has ended."""


@dataclass(eq=False)
class BalanceTooLowError(KudosError):
    """The balance has fewer points than should be taken off it."""

    points: int
    balance: int


class NotOfThisCompanyError(KudosError):
    """Somebody of another company asks for what is told inside only."""


class BoardsHiddenError(KudosError):
    """The workspace's admins have switched leaderboards off."""


class AmountsHiddenError(KudosError):
    """Nobody but those who gave or received them may see amounts: there is no board of points."""


class StaleBoardError(KudosError):
    """A button below a board that this version did not make."""


@dataclass(eq=False)
class AlreadyPostedError(KudosError):
    """The last period that is over has been posted in that channel, or is on its way there."""

    channel_id: str
    link: str | None  # to the post, once Slack shows it
    kind: ScheduleKind


@dataclass(eq=False)
class NoChannelError(KudosError):
    """Nobody has said to which channel something is posted."""

    kind: ScheduleKind


class NotAdminError(KudosError):
    """Only those who administer the workspace may do this, and this person does not any more."""


@dataclass(eq=False)
class SettingsError(KudosError):
    """What was typed or chosen cannot be taken: by field, why not."""

    faults: dict[str, Fault]


class StaleFormError(KudosError):
    """A form that this version did not make, or that somebody tampered with."""
