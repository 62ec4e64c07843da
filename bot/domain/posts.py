"""What the weekly leaderboard, the monthly highlights and the personal digest tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from bot.domain.privacy import Publicity

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.domain.boards import Standing
    from bot.domain.kudos import Kudos
    from bot.domain.periods import Period
    from bot.domain.privacy import Told
    from bot.domain.schedules import ScheduleKind


class Known(NamedTuple):
    """What Slack has told of what a post may tell again."""

    told: Told = MappingProxyType({})  # who may read which channel
    gone: Collection[str] = ()  # kudos whose posts were deleted

    @property
    def open_ids(self) -> list[str]:
        """The channels that everybody may read."""
        found = (each for each, publicity in self.told.items() if publicity is Publicity.PUBLIC)
        return sorted(found)


NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class PreviewPost:
    """An admin's wish to see, alone, what a post would tell."""

    team_id: str
    viewer_id: str
    kind: ScheduleKind
    told: Told = field(default_factory=dict)
    gone: tuple[str, ...] = ()  # kudos whose posts were found to be deleted


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of all who could have been thanked were, in private or in public."""

    thanked_count: int
    people_count: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What a period comes to, without private thanks."""

    kudos_count: int
    givers_count: int
    receivers_count: int


@dataclass(frozen=True, slots=True)
class ValueCount:
    """How many kudos were given for a value."""

    value: str
    kudos_count: int


@dataclass(frozen=True, slots=True)
class Quoted:
    """A kudos that a post tells again, as others may read it."""

    kudos: Kudos
    joiners_count: int = 0  # how many joined in with it


@dataclass(frozen=True, slots=True)
class Streak:
    """Somebody who has thanked others in so many weeks in a row."""

    user_id: str
    weeks: int


@dataclass(frozen=True, slots=True)
class WeeklyPost:
    """The leaderboard of a week; a part that is switched off or cannot be told is empty.

    `is_so_far` where the week is not over: a preview in a workspace's first week.
    """

    period: Period
    totals: Totals
    board: tuple[Standing, ...] = ()
    board_total: int = 0  # people on the whole board
    givers: tuple[Standing, ...] = ()
    givers_total: int = 0
    values: tuple[ValueCount, ...] = ()
    reasons: tuple[Quoted, ...] = ()
    coverage: Coverage | None = None
    names: dict[str, str] = field(default_factory=dict)  # of everybody who is named
    links: dict[str, str] = field(default_factory=dict)  # to the posts of quoted kudos, by kudos
    has_board: bool = True  # admins have not switched leaderboards off
    mentions: bool = False  # names ping people
    is_so_far: bool = False


@dataclass(frozen=True, slots=True)
class ChartBar:
    """A bar of the month's chart with what it stands for."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class MonthChart:
    """What the picture of the month shows."""

    period: Period
    kudos_by_day: tuple[int, ...]  # one for each day of the month, the first day first
    people: tuple[ChartBar, ...] = ()  # by how many different people thanked them; best first
    values: tuple[ChartBar, ...] = ()


@dataclass(frozen=True, slots=True)
class MonthlyPost:
    """The highlights of a month; a part that is switched off or cannot be told is empty."""

    period: Period
    totals: Totals
    before: Totals | None = None  # of the month before; None where that part is switched off
    chart: MonthChart | None = None
    file_id: str | None = None  # of the picture, once Slack has it
    joined: tuple[Quoted, ...] = ()
    first_time: tuple[str, ...] = ()  # people
    first_time_total: int = 0
    across: tuple[Quoted, ...] = ()
    across_total: int = 0
    streaks: tuple[Streak, ...] = ()
    streaks_total: int = 0
    values: tuple[ValueCount, ...] = ()
    coverage: Coverage | None = None
    givers: tuple[Standing, ...] = ()
    givers_total: int = 0
    names: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    has_board: bool = True
    mentions: bool = False
    is_so_far: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """One person's own week."""

    period: Period
    is_over: bool  # or under way still
    received_count: int
    thanked_by_count: int  # different people
    given_count: int
    allowance_left: int | None  # None where the week is told of again, later
    renews_at: datetime
    last_received: tuple[Kudos, ...] = ()
    colleague_id: str | None = None  # somebody they work with and have not thanked lately
    names: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
