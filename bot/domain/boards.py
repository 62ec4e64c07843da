"""What people look back on: leaderboards, one's own summary, history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.periods import Period, PeriodKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from bot.domain.allowance import BoostLeft
    from bot.domain.kudos import Kudos


class Side(StrEnum):
    """Which side of the kudos a board ranks."""

    RECEIVERS = "receivers"
    GIVERS = "givers"


@dataclass(frozen=True, slots=True)
class ShowLeaderboard:
    """A wish to see a board."""

    period: PeriodKind = PeriodKind.WEEK
    side: Side = Side.RECEIVERS
    value: str | None = None


@dataclass(frozen=True, slots=True)
class ViewLeaderboard:
    """Somebody's wish to see a board."""

    team_id: str
    viewer_id: str
    board: ShowLeaderboard


@dataclass(frozen=True, slots=True)
class ViewSummary:
    """Somebody's wish to see how they stand."""

    team_id: str
    viewer_id: str


@dataclass(frozen=True, slots=True)
class ViewHistory:
    """Somebody's wish to see the last kudos of a person."""

    team_id: str
    viewer_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One person's place: by how many different people thanked them, or they thanked."""

    rank: int  # those who are equal in both share one rank, and the next rank is left out
    user_id: str
    name: str
    people_count: int
    points: int


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """The top of a board, and the viewer's own place if it is further down."""

    period: Period
    side: Side
    value: str | None
    standings: tuple[Standing, ...]
    people_total: int
    own: Standing | None


@dataclass(frozen=True, slots=True)
class MySummary:
    """What `/kudos me` tells."""

    allowance_left: int  # without boosts
    allowance: int  # with what rolled over
    renews_at: datetime
    balance: int
    received_count: int  # thanks in this week
    given_count: int
    thanked_by_count: int  # different people, this week
    rank: int | None
    streak_weeks: int
    last_received: tuple[Kudos, ...]
    names: dict[str, str]
    boosts: tuple[BoostLeft, ...] = ()  # points beside the allowance


@dataclass(frozen=True, slots=True)
class History:
    """The last kudos of a person, as far as the viewer may see them."""

    user_id: str
    name: str | None  # None for somebody whom the store has not met
    is_own: bool
    kudos: tuple[Kudos, ...]
    names: dict[str, str]


def rank(rows: list[tuple[str, str, int, int]], *, first_rank: int = 1) -> tuple[Standing, ...]:
    """Return the standings of `(user_id, name, people_count, points)` rows, sorted best first."""
    standings: list[Standing] = []
    for place, (user_id, name, people_count, points) in enumerate(rows, start=first_rank):
        before = standings[-1] if standings else None
        tied = before is not None and (before.people_count, before.points) == (people_count, points)
        shared = before.rank if before is not None and tied else place
        standings.append(Standing(shared, user_id, name, people_count, points))
    return tuple(standings)


def streak_weeks(days_given: Iterable[date], today: date) -> int:
    """Return for how many weeks in a row somebody has thanked; a week not yet over may be empty."""
    weeks = {day - timedelta(days=day.weekday()) for day in days_given}
    week = today - timedelta(days=today.weekday())
    if week not in weeks:
        week -= timedelta(days=7)
    streak = 0
    while week in weeks:
        streak += 1
        week -= timedelta(days=7)
    return streak
