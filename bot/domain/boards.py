"""What people look back on: leaderboards, one's own summary, history."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.errors import StaleBoardError
from bot.domain.periods import (
    MONDAY,
    Period,
    PeriodKind,
    period_before,
    period_named,
    period_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from bot.domain.allowance import BoostLeft
    from bot.domain.kudos import Kudos
    from bot.domain.privacy import Told


PAGES_MAX = 100_000  # more than any workspace has people


class Side(StrEnum):
    """What a board ranks people by."""

    RECEIVERS = "receivers"  # how many different people thanked them, then points
    POINTS = "points"  # what they received, then how many different people it came from
    GIVERS = "givers"  # how many different people they thanked, then points


@dataclass(frozen=True, slots=True)
class ShowLeaderboard:
    """A wish to see a board."""

    period: PeriodKind = PeriodKind.WEEK
    side: Side = Side.RECEIVERS
    value: str | None = None
    is_last: bool = False  # of the period before the one that is under way


@dataclass(frozen=True, slots=True)
class BoardState:
    """Which page of which board is seen: every button and choice below a board carries one.

    So a board that was opened long ago, or before a restart, can still be paged.
    """

    period: PeriodKind = PeriodKind.WEEK
    key: str | None = None  # of one certain period; without, the one that is under way
    side: Side = Side.RECEIVERS
    value: str | None = None
    page: int = 0

    def encode(self) -> str:
        """Return it as the value of a button or of a choice."""
        content = {
            "period": self.period,
            "key": self.key,
            "side": self.side,
            "value": self.value,
            "page": self.page,
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))

    def wanted(self, today: date, week_begins: int) -> Period:
        """Return the period that is meant on a local day."""
        if self.key is not None:
            return period_named(self.key)
        return period_of(self.period, today, week_begins)


def decode_board(encoded: object) -> BoardState:
    """Return what the value of a button or of a choice says.

    Raises `StaleBoardError` for what no version of ours would have written.
    """
    try:
        content = json.loads(str(encoded))
        period, key, value = PeriodKind(content["period"]), content["key"], content["value"]
        if key is not None and period_named(key).kind is not period:
            raise StaleBoardError
        if value is not None and (not value or "\0" in value or not value.encode()):
            raise StaleBoardError  # nothing that a store would take
        page = min(max(int(content["page"]), 0), PAGES_MAX)
        return BoardState(period, key, Side(content["side"]), value, page)
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise StaleBoardError from error


def board_asked(wish: ShowLeaderboard, today: date, week_begins: int) -> BoardState:
    """Return what was typed, as it is meant on a local day."""
    period = period_of(wish.period, today, week_begins)
    if wish.is_last:
        period = period_before(period)
    return BoardState(wish.period, period.key, wish.side, wish.value)


def offered_periods(today: date, shown: Period, week_begins: int) -> tuple[Period, ...]:
    """Return the periods that can be chosen on a local day: the one that is shown is among them."""
    week = period_of(PeriodKind.WEEK, today, week_begins)
    month = period_of(PeriodKind.MONTH, today)
    offered = (
        week,
        period_before(week),
        month,
        period_before(month),
        period_of(PeriodKind.QUARTER, today),
        period_of(PeriodKind.YEAR, today),
        period_of(PeriodKind.ALL, today),
    )
    return offered if shown in offered else (*offered, shown)


@dataclass(frozen=True, slots=True)
class ViewLeaderboard:
    """Somebody's wish to see a board."""

    team_id: str
    viewer_id: str
    board: ShowLeaderboard | BoardState
    told: Told = field(default_factory=dict)


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
    told: Told = field(default_factory=dict)


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
    """A page of a board, the viewer's own place if it is elsewhere, and what else can be seen."""

    period: Period
    side: Side
    value: str | None
    standings: tuple[Standing, ...]
    people_total: int
    own: Standing | None
    today: date  # in the workspace's zone
    page: int = 0
    pages: int = 1
    values: tuple[str, ...] = ()  # that can be chosen
    week_begins: int = MONDAY


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


def rank(
    rows: list[tuple[str, str, int, int]], *, first_rank: int = 1, first_place: int = 0
) -> tuple[Standing, ...]:
    """Return the standings of `(user_id, name, people_count, points)` rows, sorted best first.

    On a later page the first one may share the rank of people on the page before; then
    `first_place` is the number that it would have alone.
    """
    standings: list[Standing] = []
    for place, (user_id, name, people_count, points) in enumerate(rows, first_place or first_rank):
        before = standings[-1] if standings else None
        if before is None:
            shared = first_rank
        elif (before.people_count, before.points) == (people_count, points):
            shared = before.rank
        else:
            shared = place
        standings.append(Standing(shared, user_id, name, people_count, points))
    return tuple(standings)


def streak_weeks(days_given: Iterable[date], today: date, week_begins: int) -> int:
    """Return for how many weeks in a row somebody has thanked; a week not yet over may be empty."""
    weeks = weeks_of(days_given, week_begins)
    (week,) = weeks_of([today], week_begins)
    if week not in weeks:
        week -= 1
    streak = 0
    while week in weeks:
        streak += 1
        week -= 1
    return streak


def weeks_of(days: Iterable[date], week_begins: int) -> set[int]:
    """Return the weeks in which days lie, numbered one after another."""
    return {(day.toordinal() - 1 - week_begins) // 7 for day in days}
