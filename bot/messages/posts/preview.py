"""What admins see who try a scheduled post: how it would look, and that it is on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.schedules import ScheduleKind
from bot.messages.blockkit.blocks import Block, context
from bot.messages.blockkit.view import View
from bot.messages.boards.controls import period_name
from bot.messages.refusals.notices import notice_view
from bot.messages.text.markup import channel_link

if TYPE_CHECKING:
    from bot.domain.posts import MonthlyPost, WeeklyPost
    from bot.domain.schedules import PostedNow
    from bot.messages.blockkit.message import Message
    from bot.messages.text.words import Words

_BUTTONS = frozenset({"actions", "input", "context_actions"})
_VIEW_BLOCKS = 100


def preview_view(words: Words, post: WeeklyPost | MonthlyPost, message: Message) -> View:
    """Return a post as it would stand in its channel, without its buttons.

    The message is in the language of the workspace's posts, and what stands above it in the
    admin's own.
    """
    picture = message.picture
    notes = [_note(words, post)]
    if picture is not None and picture.file_id is None:
        notes.append(
            words.text("The picture of the month is not shown here: it comes with the post.")
        )
    elif picture is not None:
        # Until it is posted, the file is shared with nobody. Slack's documentation asks only that
        # the app may see it, and says nothing of who looks at the modal:
        # https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
        notes.append(
            words.text("If the picture of the month stays empty here, it comes with the post.")
        )
    blocks = [_inert(block) for block in message.payload()["blocks"]]
    shown = [block for block in blocks if block is not None]
    return View(
        title=words.text("Preview"),
        close=words.text("Close"),
        blocks=(*[context(note) for note in notes], {"type": "divider"}, *shown)[:_VIEW_BLOCKS],
    )


def on_its_way(words: Words, posted: PostedNow) -> View:
    """Return a modal that tells to which channel a post is going."""
    channel = channel_link(posted.channel_id)
    if posted.kind is ScheduleKind.WEEKLY:
        text = words.text("Last week's leaderboard is on its way to {channel}.", channel=channel)
    else:
        text = words.text("Last month's highlights are on their way to {channel}.", channel=channel)
    return notice_view(words, text)


def cannot_post(words: Words, channel_id: str, *, is_shared: bool) -> View:
    """Return why nothing is posted in a channel, and what to do about it."""
    channel = channel_link(channel_id)
    if is_shared:
        why = words.text(
            "{channel} is shared with another company, and leaderboards stay inside. Nothing was "
            "posted. Choose another channel in your Home tab.",
            channel=channel,
        )
    else:
        why = words.text(
            "Kudos can't post in {channel}: perhaps it is archived, or Kudos is not in it. Nothing "
            "was posted. Type /invite @Kudos in that channel, or choose another one in your Home "
            "tab.",
            channel=channel,
        )
    return notice_view(words, why)


def _note(words: Words, post: WeeklyPost | MonthlyPost) -> str:
    when = period_name(words, post.period)
    if post.is_so_far:
        return words.text(
            # Translators: {when} is such as "Nov 16 - 22, 2026" or "November 2026".
            "Only you see this. It covers {when} so far, since nothing was given before.",
            when=when,
        )
    # Translators: {when} is such as "Nov 9 - 15, 2026" or "November 2026".
    return words.text("Only you see this. It covers {when}.", when=when)


def _inert(block: Block) -> Block | None:
    """Return a block in which nothing can be pressed; None for one that is only for that."""
    if block["type"] in _BUTTONS:
        return None
    return {name: value for name, value in block.items() if name != "accessory"}
