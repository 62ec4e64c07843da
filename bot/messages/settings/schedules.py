"""The rows of the Home tab that say when something is posted by itself, where, and how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.schedules import POSTED_KINDS, OccurrenceState, ScheduleKind, wall_time
from bot.domain.settings.settings import Section
from bot.messages.blockkit import ids
from bot.messages.blockkit.blocks import (
    Block,
    actions,
    asking_first,
    button,
    paragraph,
    rich_text,
    section,
)
from bot.messages.posts.failed import why_not_posted
from bot.messages.settings.labels import section_title
from bot.messages.settings.schedule_labels import month_day
from bot.messages.text.markup import channel_link, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.schedules import LastResult, Schedule, ScheduleStatus
    from bot.domain.workspaces import WorkspaceSettings
    from bot.messages.text.words import Words

SECTIONS = {
    ScheduleKind.WEEKLY: Section.WEEKLY,
    ScheduleKind.MONTHLY: Section.MONTHLY,
    ScheduleKind.DIGEST: Section.DIGEST,
}


def schedule_rows(
    words: Words, settings: WorkspaceSettings, statuses: Sequence[ScheduleStatus]
) -> tuple[Block, ...]:
    """Return for each post a line with its button, how it stands, and the buttons to try it."""
    by_kind = {status.kind: status for status in statuses}
    return tuple(
        block
        for kind in SECTIONS
        for block in _row(words, kind, _state(words, kind, settings, by_kind.get(kind)))
    )


def _row(words: Words, kind: ScheduleKind, state: list[str]) -> list[Block]:
    title = section_title(words, SECTIONS[kind])
    change = words.text("Change")
    opens = button(
        change, action_id=ids.ADMIN_OPEN, value=SECTIONS[kind], label=f"{change}: {title}"
    )
    row = [
        section(f"*{title}*", opens),
        rich_text(*[paragraph(line) for line in state]),
    ]
    if kind in POSTED_KINDS:
        row.append(actions(_preview(words, kind), _post_now(words, kind)))
    return row


def _preview(words: Words, kind: ScheduleKind) -> Block:
    label = {
        ScheduleKind.WEEKLY: words.text("Preview the weekly leaderboard"),
        ScheduleKind.MONTHLY: words.text("Preview the monthly highlights"),
    }[kind]
    return button(words.text("Preview"), action_id=ids.POSTS_PREVIEW, value=kind, label=label)


def _post_now(words: Words, kind: ScheduleKind) -> Block:
    label, asked = {
        ScheduleKind.WEEKLY: (
            words.text("Post last week's leaderboard now"),
            words.text("Everybody in its channel will see last week's leaderboard."),
        ),
        ScheduleKind.MONTHLY: (
            words.text("Post last month's highlights now"),
            words.text("Everybody in its channel will see last month's highlights."),
        ),
    }[kind]
    now = words.text("Post now")
    return asking_first(
        button(now, action_id=ids.POSTS_NOW, value=kind, label=label),
        # Translators: asked before a post; {what} is such as "Post last week's leaderboard now".
        title=words.text("{what}?", what=label),
        text=asked,
        confirm=now,
        deny=words.text("Cancel"),
    )


def _state(
    words: Words, kind: ScheduleKind, settings: WorkspaceSettings, status: ScheduleStatus | None
) -> list[str]:
    """Return in a few sentences how a post stands."""
    if kind is ScheduleKind.DIGEST:
        return [_digest(words, settings)]
    is_on = settings.weekly_on if kind is ScheduleKind.WEEKLY else settings.monthly_on
    if not is_on:
        state = words.text("Off.")
    elif status is None or status.schedule is None:
        state = words.text(
            "No channel yet: choose one here, or an announcement channel under Channels."
        )
    else:
        state = _when(words, status.schedule)
        if status.next_at is not None:
            # Translators: after "Every Monday at 9:00 AM …"; {when} is such as "tomorrow at 9:00".
            state += " " + words.text("Next: {when}.", when=words.moment(status.next_at))
    lines = [state]
    if kind is ScheduleKind.WEEKLY:
        # Also where no such post is on: leaderboards and digests go by it.
        weekday = words.weekday(settings.week_begins)
        lines.append(words.text("Weeks begin on {weekday}.", weekday=weekday))
    last = _last(words, status.last) if status is not None and status.last is not None else ""
    return [*lines, last] if last else lines


def _when(words: Words, schedule: Schedule) -> str:
    time = words.wall_time(schedule.hour, schedule.minute)
    zone, channel = safe(schedule.zone), channel_link(schedule.place)
    if schedule.kind is ScheduleKind.WEEKLY:
        return words.text(
            "Every {weekday} at {time} ({zone}) in {channel}.",
            weekday=words.weekday(schedule.weekday),
            time=time,
            zone=zone,
            channel=channel,
        )
    return words.text(
        # Translators: {day} is such as "the first working day" or "day 15".
        "Every month on {day} at {time} ({zone}) in {channel}.",
        day=month_day(words, schedule.month_day),
        time=time,
        zone=zone,
        channel=channel,
    )


def _digest(words: Words, settings: WorkspaceSettings) -> str:
    if not settings.digest_on:
        return words.text("Off.")
    return words.text(
        "Every {weekday} at {time} on each person's own clock, in a direct message.",
        weekday=words.weekday(settings.digest_weekday),
        time=words.wall_time(*wall_time(settings.digest_time)),
    )


def _last(words: Words, last: LastResult) -> str:
    """Return what an admin has to know of the last one; nothing where all went well."""
    if last.error:
        # Translators: {why} is a sentence with what to do, such as "That channel is archived. …"
        return words.text(
            "The last one could not be posted. {why}", why=why_not_posted(words, last.error)
        )
    if last.state is OccurrenceState.SKIPPED:
        return words.text(
            "The one due {when} was left out, because Kudos was not running.",
            when=words.moment(last.slot_at),
        )
    return ""
