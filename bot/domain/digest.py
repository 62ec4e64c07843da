"""The personal digest: whose turn it is, how fast they follow each other, and whom one names.

How a colleague is chosen, in plain rules:

1. They and the person share thanks (in either direction, or thanked together in one kudos), a small
   user group, or a public channel in which both were thanked or thanked somebody.
2. The person has not thanked them in the last 28 days.
3. Best are those who thanked the person and have not been thanked since. Then those with whom they
   share groups and channels, then the others.
4. It is not the same name two weeks in a row: of the best, and where that is only one person of the
   next best too, another one has their turn. Where there is no second one to name, it is nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.schedules import CATCH_UP, OccurrenceState, wall_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.workspaces import WorkspaceSettings

# Slack takes several hundred messages a minute from an app in one workspace, and refuses all of
# them for a while where there are more (https://docs.slack.dev/apis/web-api/rate-limits). Digests
# take 120 of these; the rest is for kudos and posts.
BATCH_MAX = 20  # people
BATCH_EVERY = timedelta(seconds=10)
LOOKED_AT_MAX = 500  # people among whom a batch is looked for
PAGE = 50  # people who are looked at together

ACTIVE_DAYS = 28  # who neither gave nor received anything for so long hears nothing
NOT_LATELY_DAYS = 28
WEEK_AT_LEAST = timedelta(days=6)  # between two digests, when admins choose another day

COLLEAGUE = "colleague_id"  # under which a digest keeps whom it named
NAMED_WITHIN_WEEKS = 13  # digests older than these may go on naming somebody who was erased

GROUP_MAX = 30  # people; whoever shares a larger group need not know each other
SHORTLIST_MAX = 5

_WEEK = timedelta(days=7)
_ZONE_AHEAD = timedelta(hours=14)  # the clocks of Kiritimati are furthest ahead
_ZONE_BEHIND = timedelta(hours=12)
_SHIFTED = timedelta(hours=2)  # an hour that a clock jumps over is taken later


@dataclass(frozen=True, slots=True)
class SwitchDigest:
    """Somebody's wish to get their week no more, or again."""

    team_id: str
    user_id: str
    is_on: bool
    # The message with the button, in whose place the answer will stand.
    channel_id: str = ""
    message_ts: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """The digests of one week for the people of one time zone, as far as they have come."""

    place: str  # the name of the zone, as Slack tells it
    period: str  # its key
    slot_at: datetime
    state: OccurrenceState = OccurrenceState.UNDER_WAY
    done_until: str = ""  # the last person whose turn it was
    next_at: datetime | None = None  # before that, nobody else's turn comes


@dataclass(frozen=True, slots=True)
class OwnWeek:
    """What somebody received and gave in a week, private thanks too: they are told it alone."""

    received_count: int
    thanked_by_count: int  # different people
    given_count: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody whom a digest could name, as its reader stands to them."""

    user_id: str
    thanked_on: date | None = None  # when they last thanked the reader
    thanked_back_on: date | None = None  # when the reader last thanked them
    shared_count: int = 0  # user groups and channels


def may_be_due(settings: WorkspaceSettings, now: datetime) -> bool:
    """Return whether there can be a time zone on earth in which digests are due.

    For most of the week there is none, and nobody has to be asked who lives where.
    """
    hour, minute = wall_time(settings.digest_time)
    moment = timedelta(days=settings.digest_weekday, hours=hour, minutes=minute)
    passed = timedelta(days=now.weekday(), hours=now.hour, minutes=now.minute) - moment
    until_next = -passed % _WEEK
    return until_next <= _ZONE_AHEAD or passed % _WEEK <= _ZONE_BEHIND + CATCH_UP + _SHIFTED


def is_too_soon(slot_at: datetime, runs: Iterable[Run]) -> bool:
    """Return whether the people of a zone have had a digest less than a week before."""
    return any(
        abs(slot_at - run.slot_at) < WEEK_AT_LEAST
        for run in runs
        if run.state is not OccurrenceState.SKIPPED
    )


def waits_until(runs: Iterable[Run], now: datetime) -> datetime | None:
    """Return when the next people's turn comes; None if it has come.

    A moment that is further off is of a clock that has been set back since.
    """
    moments = (run.next_at for run in runs if run.next_at is not None)
    return max((at for at in moments if now < at <= now + BATCH_EVERY), default=None)


def choose_colleague(
    people: Iterable[Colleague], *, today: date, week: int, last_id: str | None = None
) -> str | None:
    """Return whom a digest names, by the rules above.

    `week` is a number that grows by the week, `last_id` who was named the week before.
    """
    earliest = today - timedelta(days=NOT_LATELY_DAYS)
    by_class: list[list[Colleague]] = [[], [], []]
    for each in people:
        if each.thanked_back_on is None or each.thanked_back_on < earliest:
            by_class[_class(each)].append(each)
    shortlist: list[Colleague] = []
    for alike in by_class:
        best_first = sorted(alike, key=lambda each: (-each.shared_count, each.user_id))
        shortlist += best_first[: SHORTLIST_MAX - len(shortlist)]
        if len(shortlist) > 1:
            break
    if not shortlist:
        return None
    turn = week % len(shortlist)
    ids = sorted(each.user_id for each in shortlist)
    return next((each for each in ids[turn:] + ids[:turn] if each != last_id), None)


def _class(colleague: Colleague) -> int:
    back_on = colleague.thanked_back_on
    if colleague.thanked_on is not None and (back_on is None or back_on < colleague.thanked_on):
        return 0
    return 1 if colleague.shared_count else 2
