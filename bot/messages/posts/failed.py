"""What admins are told of scheduled posts: which one failed, why, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.schedules import ScheduleKind
from bot.domain.settings.settings import Section
from bot.messages.blockkit import ids
from bot.messages.blockkit.blocks import button
from bot.messages.blockkit.message import Message
from bot.messages.boards.controls import period_name
from bot.messages.text.markup import channel_link, safe

if TYPE_CHECKING:
    from bot.domain.schedules import PostFailed
    from bot.messages.text.words import Words

_RESTRICTED = "restricted_action"  # Slack has several that begin so


def scheduled_post_failed(words: Words, failed: PostFailed) -> Message:
    """Return what an admin is told of a post that Slack would not take."""
    is_weekly = failed.kind is ScheduleKind.WEEKLY
    section = Section.WEEKLY if is_weekly else Section.MONTHLY
    channel, period = channel_link(failed.channel_id), period_name(words, failed.period)
    what = (
        words.text(
            "I could not post the weekly leaderboard of {period} in {channel}.",
            period=period,
            channel=channel,
        )
        if is_weekly
        else words.text(
            "I could not post the monthly highlights of {period} in {channel}.",
            period=period,
            channel=channel,
        )
    )
    lines = (
        what,
        why_not_posted(words, failed.error),
        words.text(
            "After that, press Post now in the settings to make up for it; the next ones come by "
            "themselves. I won't tell you again while it fails for the same reason."
        ),
    )
    label = words.text("Open the settings")
    opens = button(label, action_id=ids.ADMIN_OPEN, value=section, label=label)
    return Message.of_lines(*lines, buttons=[opens])


def why_not_posted(words: Words, error: str) -> str:
    """Return why Slack would not take a post, by its own word for it, and what to do."""
    if error.startswith(_RESTRICTED):
        return words.text(
            "Your workspace does not let me post there. Let apps post in that channel, "
            "or choose another one."
        )
    return {
        "is_archived": words.text("That channel is archived. Unarchive it, or choose another one."),
        "channel_not_found": words.text(
            "Slack does not show me that channel: it was deleted, or it is private and I am not "
            "in it. Invite me there, or choose another one."
        ),
        "not_in_channel": words.text(
            "I am not in that channel. Invite me there, or choose another one."
        ),
        "missing_scope": words.text(
            "I don't have the permission for it. Ask whoever runs Kudos to run kudos doctor, "
            "which names what is missing."
        ),
        "shared_channel": words.text(
            "That channel is shared with another company, where I post nothing about the people "
            "of yours. Choose another one."
        ),
    }.get(error) or words.text(
        "Slack gave this reason: {reason}. Ask whoever runs Kudos to run kudos doctor.",
        reason=safe(error),
    )
