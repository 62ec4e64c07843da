"""Who may see what of a kudos: one answer for every path that shows one, counts it or links to it.

- **Its giver** sees all of it.
- **A receiver** sees it with its words, and which others were thanked, but for those among these
  who want to be thanked in private.
- **Those who are present** where it was given read it there, unless it is private.
- **Colleagues** read it anywhere if it was given in public, and if everybody may read that channel
  now as far as Slack has told lately. What is not known to be public is private.
- **Admins** see in a ledger what colleagues see; of everything else the amount and the day alone.
- **People of another company** see what they gave and received, and what they are present at.

Receivers who want to be thanked in private are left out for everybody but the giver and themselves.
Where nobody is left there is nothing to see; where the words name one of them, the words stay out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.errors import UnknownChannelsError
from bot.domain.kudos import Audience
from bot.domain.preferences import DEFAULT_PREFERENCES, Preferences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.kudos import Kudos


class Publicity(StrEnum):
    """Whether everybody in the workspace may read a channel now."""

    PUBLIC = "public"
    PRIVATE = "private"
    UNKNOWN = "unknown"  # Slack has not told lately


class Extent(StrEnum):
    """How much of a kudos somebody may see."""

    NOTHING = "nothing"
    AMOUNT = "amount"  # how much, and on which day
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who is shown kudos; without an id, whoever can read the place where it is told."""

    user_id: str = ""
    is_present: bool = False  # looks at the conversation in which the kudos was given
    is_admin: bool = False  # looks at somebody's ledger
    is_external: bool = False  # of another company, and taking no part here


Told = Mapping[str, Publicity]
"""What Slack has told of channels, at most a minute ago, by their ids."""

NO_CHANNEL = ""
COLLEAGUES = Viewer()
THOSE_PRESENT = Viewer(is_present=True)


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody may see of one kudos."""

    extent: Extent
    receiver_ids: tuple[str, ...] = ()  # whose part they may see, in the giver's order
    has_words: bool = False
    has_link: bool = False


NOTHING = Shown(Extent.NOTHING)
AMOUNT_AND_DAY = Shown(Extent.AMOUNT)


def shown(
    kudos: Kudos,
    viewer: Viewer,
    publicity: Publicity,
    preferences: Mapping[str, Preferences],
) -> Shown:
    """Return what a viewer may see; `publicity` is that of the channel in which it was given.

    `preferences` are those of the receivers; whoever is not in it has the usual ones.
    """
    everybody = kudos.receiver_ids
    if viewer.user_id == kudos.giver_id:
        return Shown(Extent.FULL, everybody, has_words=True, has_link=True)
    visible = tuple(
        user_id
        for user_id in everybody
        if user_id == viewer.user_id or not wants_privacy(user_id, preferences)
    )
    if viewer.user_id in everybody:
        return Shown(Extent.FULL, visible, has_words=True, has_link=True)
    if not visible or not _may_read(kudos, viewer, publicity):
        return AMOUNT_AND_DAY if viewer.is_admin else NOTHING
    left_out = set(everybody).difference(visible)
    has_words = left_out.isdisjoint(kudos.mentioned_ids)
    return Shown(Extent.FULL, visible, has_words=has_words, has_link=True)


def as_shown(kudos: Kudos, what: Shown) -> Kudos | None:
    """Return a kudos with only that of it; None where that is not even a receiver."""
    if what.extent is not Extent.FULL:
        return None
    receipts = tuple(each for each in kudos.receipts if each.user_id in what.receiver_ids)
    if len(receipts) == len(kudos.receipts) and what.has_words and what.has_link:
        return kudos
    return replace(
        kudos,
        receipts=receipts,
        reason=kudos.reason if what.has_words else "",
        message_ts=kudos.message_ts if what.has_link else None,
        about_ts=kudos.about_ts if what.has_link else None,
    )


def seen_by(
    viewer: Viewer,
    kudos: Kudos,
    preferences: Mapping[str, Preferences],
    publicity: Publicity = Publicity.UNKNOWN,
) -> Kudos | None:
    """Return a kudos as a viewer may read of it; None if nothing of it is for them."""
    return as_shown(kudos, shown(kudos, viewer, publicity, preferences))


def publicity_of(channel_id: str, told: Told) -> Publicity:
    """Return who may read a channel, as far as Slack has told; imported kudos are of no channel."""
    if channel_id == NO_CHANNEL:
        return Publicity.PUBLIC
    return told.get(channel_id, Publicity.UNKNOWN)


def check_told(found: Iterable[Kudos], viewer: Viewer, told: Told) -> None:
    """Raise `UnknownChannelsError` where a viewer's answer waits for what Slack says of channels.

    Whoever asks Slack in vain hands in that it is unknown.
    """
    missing = {
        kudos.channel_id
        for kudos in found
        if kudos.audience is Audience.PUBLIC
        and not viewer.is_present
        and viewer.user_id not in {kudos.giver_id, *kudos.receiver_ids}
    }
    missing -= {NO_CHANNEL, *told}
    if missing:
        raise UnknownChannelsError(tuple(sorted(missing)))


def _may_read(kudos: Kudos, viewer: Viewer, publicity: Publicity) -> bool:
    """Return whether somebody who has no part in a kudos may read it."""
    if kudos.audience is Audience.PRIVATE:
        return False
    if viewer.is_present:
        return True
    is_public = kudos.audience is Audience.PUBLIC and publicity is Publicity.PUBLIC
    return is_public and not viewer.is_external


def audience_for(
    asked: Audience, receiver_ids: Sequence[str], preferences: Mapping[str, Preferences]
) -> Audience:
    """Return who may see a kudos: if every receiver wants thanks in private, nobody else does.

    Where only some of them want that, the kudos stays as it was asked for, and `shown` leaves them
    out of what others read.
    """
    if all(wants_privacy(user_id, preferences) for user_id in receiver_ids):
        return Audience.PRIVATE
    return asked


def wants_privacy(user_id: str, preferences: Mapping[str, Preferences]) -> bool:
    """Return whether somebody wants to be thanked in private.

    It is asked when a text is made, so that what somebody chooses now holds for old posts too, as
    soon as anything changes in them.
    """
    return _of(preferences, user_id).thanked_in_private


def wants_direct_message(user_id: str, preferences: Mapping[str, Preferences]) -> bool:
    """Return whether somebody is told of thanks by direct message.

    Who wants neither that nor thanks in public finds them in their Home tab and in `/kudos me`.
    """
    return _of(preferences, user_id).direct_messages


def _of(preferences: Mapping[str, Preferences], user_id: str) -> Preferences:
    return preferences.get(user_id, DEFAULT_PREFERENCES)
