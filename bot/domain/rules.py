"""The rules of giving, in the order in which they are checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.errors import (
    AmbiguousAmountError,
    AmountOutOfRangeError,
    ChannelNotAllowedError,
    EveryoneMentionError,
    GiverNotAllowedError,
    NoReceiverError,
    NotThankableError,
    ReasonTooLongError,
    ReasonTooShortError,
    SelfKudosError,
    TooManyReceiversError,
    UnknownMembersError,
    UnknownValueError,
    UnresolvedNameError,
    ValueMissingError,
)
from bot.domain.kudos import Audience, Receipt, Source
from bot.domain.scripts import length_of_words
from bot.domain.values import SLIP_RATIO, known_among, nearest
from bot.domain.workspaces import REASON_MAX_LENGTH, RECEIVERS_MAX, ValueMode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.domain.kudos import GiveKudos, Kudos
    from bot.domain.members import Member
    from bot.domain.workspaces import WorkspaceSettings


TOLD_ELSEWHERE = frozenset({Source.REACTION, Source.JOINED})
"""What is given without words of its own."""

TYPED_IN_A_LINE = frozenset({Source.COMMAND, Source.MENTION})
"""What has its value among the words; a form has a field for it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a request that the rules allow comes to."""

    receipts: tuple[Receipt, ...]
    value: str | None
    may_be_free: bool = False  # nobody named the amount, so the thanks go on where points run out

    @property
    def points_total(self) -> int:
        """What it costs its giver, if it is paid."""
        return sum(receipt.points for receipt in self.receipts)

    def payable(self, allowance_left: int) -> tuple[Receipt, ...]:
        """Returns the receipts with all of their points, or with none for anybody.

        Never with fewer: who can't be paid in full raises `AllowanceExceededError` later.
        """
        if not self.may_be_free or self.points_total <= allowance_left:
            return self.receipts
        return tuple(replace(receipt, points=0) for receipt in self.receipts)


def decide(
    request: GiveKudos,
    settings: WorkspaceSettings,
    members: Mapping[str, Member],
    group_user_ids: Iterable[str],
) -> Decision:
    """Return who receives how much, and for which value.

    `group_user_ids` are the people of all groups that were named. Raises the first refusal in
    the order of the rules; the allowance, which is checked last, is the ledger's business.
    """
    if request.source is Source.JOINED:  # who cannot be thanked now is left out, as in a group
        group_user_ids = request.receiver_ids
        request = replace(request, receiver_ids=())
    receiver_ids = _receivers(request, settings, members, tuple(group_user_ids))
    _check_channel(request, settings)
    _check_reason(request, settings)
    value = _value(request, settings)
    points_each = _points_each(request, settings)
    receipts = tuple(Receipt(user_id, points_each) for user_id in receiver_ids)
    may_be_free = settings.thanks_go_on and not request.amounts
    return Decision(receipts, value, may_be_free=may_be_free)


def _receivers(
    request: GiveKudos,
    settings: WorkspaceSettings,
    members: Mapping[str, Member],
    group_user_ids: tuple[str, ...],
) -> tuple[str, ...]:
    if request.unresolved_names:
        raise UnresolvedNameError(request.unresolved_names)
    named = dict.fromkeys(request.receiver_ids)
    if not named and not group_user_ids and not request.names_everyone:
        raise NoReceiverError
    needed = [request.giver_id, *named, *group_user_ids]
    unknown = tuple(user_id for user_id in dict.fromkeys(needed) if user_id not in members)
    if unknown:
        raise UnknownMembersError(unknown)
    giver = members[request.giver_id]
    why_not = why_not_thankable(giver, settings)
    if why_not is not None:
        raise GiverNotAllowedError(giver.user_id, why_not)

    named.pop(request.giver_id, None)
    for user_id in named:
        reason = why_not_thankable(members[user_id], settings)
        if reason is not None:
            raise NotThankableError((user_id,), reason)
    of_groups = (
        user_id
        for user_id in group_user_ids
        if user_id != request.giver_id and why_not_thankable(members[user_id], settings) is None
    )
    receiver_ids = tuple(dict.fromkeys([*named, *of_groups]))
    if not receiver_ids and not request.names_everyone:
        was_named = request.giver_id in (*request.receiver_ids, *group_user_ids)
        raise SelfKudosError if was_named else NoReceiverError
    if request.names_everyone:
        raise EveryoneMentionError
    if len(receiver_ids) > RECEIVERS_MAX:
        raise TooManyReceiversError(len(receiver_ids), RECEIVERS_MAX)
    return receiver_ids


def is_repeated(request: GiveKudos, decision: Decision, lately: Kudos) -> bool:
    """Returns whether somebody asks for the same thanks that they gave a moment ago.

    `lately` has the same giver and words. Where no amount is named, there may have been more left.
    """
    receiver_ids = {receipt.user_id for receipt in decision.receipts}
    amounts = {receipt.points for receipt in lately.receipts}
    return (
        receiver_ids == set(lately.receiver_ids)
        and decision.value == lately.value
        and (not request.amounts or amounts == set(request.amounts))
    )


def why_not_thankable(member: Member, settings: WorkspaceSettings) -> str | None:
    """Return "bot", "deactivated", "external", "guest", or None for somebody who takes part."""
    if member.is_bot:
        return "bot"
    if member.is_deactivated:
        return "deactivated"
    if member.is_external and not settings.externals_take_part:
        return "external"
    if member.is_guest and not settings.guests_take_part:
        return "guest"
    return None


def _check_channel(request: GiveKudos, settings: WorkspaceSettings) -> None:
    """Raise where admins named channels and this is none of them.

    Private kudos are shown in no channel, wherever they were typed.
    """
    if not settings.channel_ids or request.audience is Audience.PRIVATE:
        return
    if request.channel_id and request.channel_id not in settings.channel_ids:
        raise ChannelNotAllowedError(request.channel_id, settings.channel_ids)


def _check_reason(request: GiveKudos, settings: WorkspaceSettings) -> None:
    if request.source in TOLD_ELSEWHERE:
        return  # the message that was reacted to is the reason, or that of the first giver
    reason = request.reason.strip()
    said = length_of_words(reason)
    if said < settings.reason_min_length:
        raise ReasonTooShortError(said, settings.reason_min_length)
    length = len(reason)
    if length > REASON_MAX_LENGTH:
        raise ReasonTooLongError(length, REASON_MAX_LENGTH)


def _value(request: GiveKudos, settings: WorkspaceSettings) -> str | None:
    """Return the value, as admins wrote it where it is one of theirs.

    Where any hashtag is a value, one that looks like a slip of the fingers is asked about, but
    not if it comes from the form: there its giver has seen it in a field of its own.
    """
    known = known_among(request.hashtags, settings.values)
    if known is not None:
        return known
    typed = next(iter(request.hashtags), None)
    if settings.value_mode is ValueMode.FREE or request.source is Source.JOINED:
        is_asked = typed is not None and request.source in TYPED_IN_A_LINE
        slip = nearest(typed, settings.values, SLIP_RATIO) if typed and is_asked else None
        if typed and slip is not None:
            raise UnknownValueError(typed, settings.values)
        return typed
    if typed is not None:
        raise UnknownValueError(typed, settings.values)
    if settings.value_mode is ValueMode.REQUIRED and request.source not in TOLD_ELSEWHERE:
        raise ValueMissingError(settings.values)
    return None


def _points_each(request: GiveKudos, settings: WorkspaceSettings) -> int:
    if len(request.amounts) > 1:
        raise AmbiguousAmountError(request.amounts)
    points = settings.points_default if request.worth is None else request.worth
    if request.amounts:
        points = request.amounts[0]
    elif points == 0:
        return 0
    if not 1 <= points <= settings.points_max:
        raise AmountOutOfRangeError(points, settings.points_max)
    return points
