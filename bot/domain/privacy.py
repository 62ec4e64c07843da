"""What is done because of what people chose: who reads of a kudos, and who is told of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.kudos import Audience
from bot.domain.preferences import DEFAULT_PREFERENCES, Preferences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.kudos import Kudos


def audience_for(
    asked: Audience, receiver_ids: Sequence[str], preferences: Mapping[str, Preferences]
) -> Audience:
    """Return who may see a kudos: if every receiver wants thanks in private, nobody else does.

    Where only some of them want that, the kudos stays as it was asked for, and `for_others` leaves
    them out of what others read.
    """
    if all(_of(preferences, user_id).thanked_in_private for user_id in receiver_ids):
        return Audience.PRIVATE
    return asked


def for_others(kudos: Kudos, preferences: Mapping[str, Preferences]) -> Kudos | None:
    """Return a kudos without the receivers who want thanks in private; None if nobody is left.

    It is asked when a text is made, so that what somebody chooses now holds for old posts too, as
    soon as anything changes in them.
    """
    shown = tuple(
        receipt
        for receipt in kudos.receipts
        if not _of(preferences, receipt.user_id).thanked_in_private
    )
    if len(shown) == len(kudos.receipts):
        return kudos
    return replace(kudos, receipts=shown) if shown else None


def as_seen_by(
    viewer_id: str, kudos: Kudos, preferences: Mapping[str, Preferences]
) -> Kudos | None:
    """Return a kudos as one person may read of it; None if nobody is left in it for them.

    Its giver sees all of it, and everybody sees what they received themselves.
    """
    if kudos.giver_id == viewer_id:
        return kudos
    others = {user_id: chosen for user_id, chosen in preferences.items() if user_id != viewer_id}
    return for_others(kudos, others)


def wants_direct_message(user_id: str, preferences: Mapping[str, Preferences]) -> bool:
    """Return whether somebody is told of thanks by direct message.

    Who wants neither that nor thanks in public finds them in their Home tab and in `/kudos me`.
    """
    return _of(preferences, user_id).direct_messages


def _of(preferences: Mapping[str, Preferences], user_id: str) -> Preferences:
    return preferences.get(user_id, DEFAULT_PREFERENCES)
