"""Why something that only admins do was refused, for `bot.messages.refusals.refusals`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.schedules import ScheduleKind
from bot.messages.text.markup import channel_link, link_to
from bot.messages.text.phrases import points

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain import errors
    from bot.messages.text.words import Words


def balance_too_low(
    error: errors.BalanceTooLowError, words: Words, _names: Mapping[str, str]
) -> str:
    """Return what is said of a correction that would leave less than nothing."""
    return words.text(
        "{points} cannot be taken off, because the balance is {balance}. Take off less.",
        points=points(words, error.points),
        balance=points(words, error.balance),
    )


def already_posted(
    error: errors.AlreadyPostedError, words: Words, _names: Mapping[str, str]
) -> str:
    """Return where a post is, with a link to it once it is there."""
    channel = channel_link(error.channel_id)
    is_weekly = error.kind is ScheduleKind.WEEKLY
    if error.link is None:
        if is_weekly:
            return words.text(
                "Last week's leaderboard is on its way to {channel} already.", channel=channel
            )
        return words.text(
            "Last month's highlights are on their way to {channel} already.", channel=channel
        )
    link = link_to(error.link, words.text("See the post"))
    if is_weekly:
        return words.text(
            "Last week's leaderboard is in {channel} already. {link}", channel=channel, link=link
        )
    return words.text(
        "Last month's highlights are in {channel} already. {link}", channel=channel, link=link
    )


def no_channel(error: errors.NoChannelError, words: Words, _names: Mapping[str, str]) -> str:
    """Return what to do where nobody has said to which channel something is posted."""
    if error.kind is ScheduleKind.WEEKLY:
        return words.text(
            "There is no channel for the leaderboard yet, so nothing was posted. Choose one in "
            "your Home tab: press Change beside Weekly leaderboard."
        )
    return words.text(
        "There is no channel for the highlights yet, so nothing was posted. Choose one in your "
        "Home tab: press Change beside Monthly highlights."
    )
