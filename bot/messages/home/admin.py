"""What admins see in their Home tab below what is their own."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.domain.settings.settings import FIELDS, Section
from bot.messages.blockkit import ids
from bot.messages.blockkit.blocks import (
    Block,
    bullets,
    button,
    header,
    paragraph,
    rich_text,
    section,
)
from bot.messages.blockkit.message import Message
from bot.messages.settings.labels import section_title, setting_label, setting_value
from bot.messages.settings.schedules import schedule_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.admin import Checklist
    from bot.domain.schedules import ScheduleStatus
    from bot.domain.workspaces import WorkspaceSettings
    from bot.messages.text.words import Words

_DONE = ":white_check_mark:"
_LEFT = ":white_medium_square:"
_SECTIONS = (Section.REACTIONS, Section.VALUES, Section.CHANNELS)  # after the budgets
_SECTIONS_AFTER_POSTS = (Section.WORDS, Section.FAIRNESS, Section.ADMINS)


def admin_blocks(
    words: Words,
    settings: WorkspaceSettings,
    checklist: Checklist,
    schedules: Sequence[ScheduleStatus],
) -> tuple[Block, ...]:
    """Return what is left to set up, and a row with its button for each part of the settings."""
    return (
        header(words.text("Set up Kudos")),
        *_checklist(words, checklist),
        *_settings_row(words, Section.POINTS, settings),
        *_row(
            words,
            words.text("Groups, people and boosts"),
            words.text("Another allowance for some, and boosts until a certain day."),
            action_id=ids.BUDGETS_OPEN,
        ),
        *[row for each in _SECTIONS for row in _settings_row(words, each, settings)],
        *schedule_rows(words, settings, schedules),
        *[row for each in _SECTIONS_AFTER_POSTS for row in _settings_row(words, each, settings)],
        *_row(
            words,
            words.text("People"),
            words.text("Find somebody, see what they gave and received, and correct mistakes."),
            action_id=ids.PEOPLE_FIND,
        ),
        *_row(
            words,
            words.text("Activity"),
            words.text("Who changed what, and when."),
            action_id=ids.ACTIVITY_OPEN,
        ),
        rich_text(
            paragraph(words.text("Export"), bold=True),
            paragraph(
                words.text(
                    "Whoever runs Kudos gets everything as files with this command: kudos export"
                )
            ),
        ),
    )


def _checklist(words: Words, checklist: Checklist) -> tuple[Block, ...]:
    """Return what is left to set up; nothing once all of it is done."""
    items = (
        (
            checklist.has_announcement_channel,
            words.text(
                "Choose an announcement channel, under Channels: kudos, the weekly leaderboard and "
                "the monthly highlights are posted there"
            ),
        ),
        (checklist.has_values, words.text("Choose your values, under Values and reasons")),
        (
            checklist.is_in_channel is not False,
            words.text("Invite me to your channels, so that reactions there count"),
        ),
        (checklist.has_kudos, words.text("Thank somebody: type /kudos in any channel")),
    )
    if all(is_done for is_done, _ in items):
        return ()
    lines = [f"{_DONE if is_done else _LEFT} {what}" for is_done, what in items]
    return (rich_text(paragraph(words.text("Left to do:"), bold=True), bullets(lines)),)


def _settings_row(words: Words, of: Section, settings: WorkspaceSettings) -> tuple[Block, ...]:
    values = asdict(settings)
    facts = [
        # Translators: a setting and its value, such as "Allowance: 25 points".
        words.text(
            "{setting}: {value}",
            setting=setting_label(words, name),
            value=setting_value(words, name, values[name]),
        )
        for name in FIELDS[of]
    ]
    return _row(
        words,
        section_title(words, of),
        " · ".join(facts),
        action_id=ids.ADMIN_OPEN,
        value=of,
    )


def _row(
    words: Words, title: str, text: str, *, action_id: str, value: str = "open"
) -> tuple[Block, ...]:
    is_change = action_id in {ids.ADMIN_OPEN, ids.BUDGETS_OPEN}
    what = words.text("Change") if is_change else words.text("Open")
    opens = button(what, action_id=action_id, value=value, label=f"{what}: {title}")
    return section(f"*{title}*", opens), rich_text(paragraph(text))


def admin_welcome(words: Words) -> Message:
    """Return what the one who installed Kudos is told first, with a button to begin."""
    lines = (
        words.text("Hello! I am Kudos: with me, people here thank each other in public."),
        words.text(
            "You can set me up: click my name at the top of this conversation, then Home. "
            "There you choose how much people may give, your values, and the channel in which "
            "all thanks are posted. Only admins see that part."
        ),
        words.text(
            "You don't have to: everybody can start right away by typing /kudos in a channel."
        ),
    )
    begin = words.text("Set up points and budgets")
    opens = button(begin, action_id=ids.ADMIN_OPEN, value=Section.POINTS, label=begin)
    return Message.of_lines(*lines, buttons=[opens])
