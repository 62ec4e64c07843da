"""What the command line says of scheduled posts: `kudos run-due`, and the schedules of the doctor.

For a terminal: nothing here is Slack's markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.periods import period_named
from bot.domain.schedules import OccurrenceState, ScheduleKind
from bot.messages.boards.controls import period_name

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.checks import Finding
    from bot.domain.schedules import Due, LastResult, ScheduleStatus
    from bot.messages.text.words import Words

_UTC = "UTC"


def post_named(words: Words, kind: str, period: str) -> str:
    """Return what a post is called, with the period that it tells of."""
    told = period_name(words, period_named(period))
    match ScheduleKind(kind):
        case ScheduleKind.WEEKLY:
            return words.text("Weekly leaderboard, {period}", period=told)
        case ScheduleKind.MONTHLY:
            return words.text("Monthly highlights, {period}", period=told)
        case ScheduleKind.DIGEST:
            return words.text("Personal digests, {period}", period=told)


def would_post(words: Words, due: Due, state: OccurrenceState) -> str:
    """Return what would be done about a post, and where and when it was due."""
    named = {
        "post": post_named(words, due.schedule.kind, due.period.key),
        "channel": due.schedule.place,
        "when": words.moment_in(due.slot_at, due.schedule.zone),
    }
    if state is OccurrenceState.EMPTY:
        return words.text("{post}: nothing was given, so no post. It was due {when}.", **named)
    return words.text("{post}: would go to {channel}. It was due {when}.", **named)


def would_send_digests(words: Words, period: str, zone: str, slot_at: datetime) -> str:
    """Return which digests would be made."""
    return words.text(
        "{post}: would go to people in {zone}. They were due {when}.",
        post=post_named(words, ScheduleKind.DIGEST, period),
        zone=zone or _UTC,
        when=words.moment_in(slot_at, _UTC),
    )


def post_taken_on(words: Words, due: Due, state: OccurrenceState) -> str:
    """Return what became of a post that was due."""
    named = {
        "post": post_named(words, due.schedule.kind, due.period.key),
        "channel": due.schedule.place,
    }
    if state is OccurrenceState.EMPTY:
        return words.text("{post}: nothing was given, so there is no post.", **named)
    return words.text("{post}: posted in {channel}.", **named)


def post_missed(words: Words, due: Due) -> str:
    """Return which post comes too late to be made up for."""
    return words.text(
        "{post}: missed. It was due {when}, which is more than 24 hours ago; "
        "an admin can still post it with Post now.",
        post=post_named(words, due.schedule.kind, due.period.key),
        when=words.moment_in(due.slot_at, due.schedule.zone),
    )


def post_early(words: Words, due: Due) -> str:
    """Returns that a post is not made ahead of its time."""
    return words.text(
        "{post}: not yet, since it would be marked as done without what is still to come. It is "
        "due {when}.",
        post=post_named(words, due.schedule.kind, due.period.key),
        when=words.moment_in(due.slot_at, due.schedule.zone),
    )


def post_refused(words: Words, kind: ScheduleKind, period: str, channel: str, error: str) -> str:
    """Return that Slack would not take a post."""
    return words.text(
        "{post}: Slack did not take it in {channel} ({error}). An admin is told what to do.",
        post=post_named(words, kind, period),
        channel=channel,
        error=error,
    )


def post_waits(words: Words, kind: ScheduleKind, period: str, channel: str, error: str) -> str:
    """Return that a post could not be sent yet."""
    return words.text(
        "{post}: not posted in {channel} yet ({error}). The next run tries again, and so does "
        "kudos start.",
        post=post_named(words, kind, period),
        channel=channel,
        error=error or words.text("no answer from Slack"),
    )


def workspace_failed(words: Words, team_id: str) -> str:
    """Return that something of ours went wrong in a workspace."""
    return words.text(
        "The workspace {team} could not be looked at. The log above says why.", team=team_id
    )


def nothing_due(words: Words, when: datetime) -> str:
    """Return that there is nothing to do."""
    return words.text("Nothing is due at {when}.", when=words.moment_in(when, _UTC))


def sent(words: Words, count: int) -> str:
    """Return how many messages were sent, none of them a post."""
    return words.plural("{n} message sent.", "{n} messages sent.", count)


def sending(words: Words) -> str:
    """Return what stands beside the progress of a long run."""
    return words.text("Sending")


def no_moment(words: Words, typed: str) -> str:
    """Return what is wrong with a time that cannot be read."""
    return words.text(
        "{typed} is not a time that I can read. Write it like 2026-11-23T09:00, which is taken as "
        "UTC, or with a zone, like 2026-11-23T09:00+01:00.",
        typed=typed or words.text("An empty text"),
    )


def schedule_good(words: Words, finding: Finding) -> str:
    """Return when a post is due next, and how it went the last time."""
    status = finding.schedule
    if status is None:
        raise LookupError(finding.check)
    name = _name(words, finding, status)
    if status.schedule is None or status.next_at is None:
        if status.kind is ScheduleKind.DIGEST:
            return words.text("{name}: switched off.", name=name)
        return words.text("{name}: switched off, or without a channel.", name=name)
    when = words.moment_in(status.next_at, status.schedule.zone)
    if status.kind is ScheduleKind.DIGEST:
        due = words.text(
            "{name}: due {when}, and for each person in their own zone.", name=name, when=when
        )
    else:
        due = words.text(
            "{name}: due {when} in {channel}.",
            name=name,
            when=when,
            channel=status.schedule.place,
        )
    return due if status.last is None else f"{due} {_last(words, status.last)}"


def schedule_bad(words: Words, finding: Finding) -> str:
    """Return what could not be posted, and what to do."""
    status = finding.schedule
    if status is None or status.last is None:
        raise LookupError(finding.check)
    return words.text(
        "{name}: the post of {period} could not be posted in {channel} ({error}). "
        "Mend that in Slack or choose another channel in the Home tab, then press Post now there.",
        name=_name(words, finding, status),
        period=period_name(words, period_named(status.last.period)),
        channel=status.last.place,
        error=status.last.error,
    )


def _name(words: Words, finding: Finding, status: ScheduleStatus) -> str:
    name = {
        ScheduleKind.WEEKLY: words.text("Weekly leaderboard"),
        ScheduleKind.MONTHLY: words.text("Monthly highlights"),
        ScheduleKind.DIGEST: words.text("Personal digest"),
    }[status.kind]
    return " ".join([name, *[f"({detail})" for detail in finding.details]])


def _last(words: Words, last: LastResult) -> str:
    period = period_name(words, period_named(last.period))
    match last.state:
        case OccurrenceState.SKIPPED:
            return words.text(
                "That of {period} was missed, because Kudos was not running.", period=period
            )
        case OccurrenceState.EMPTY:
            return words.text("In {period} nothing was given.", period=period)
        case OccurrenceState.WISHED if last.link is None:
            return words.text("That of {period} is on its way.", period=period)
        case OccurrenceState.UNDER_WAY:
            return words.text("Those of {period} are on their way.", period=period)
        case OccurrenceState.DONE:
            return words.text("Those of {period} are sent.", period=period)
        case _:
            return words.text("That of {period} is posted.", period=period)
