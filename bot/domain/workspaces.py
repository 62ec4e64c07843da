"""A workspace and the settings that its admins choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.periods import EVERY_WEEK, MONDAY, CountedWeeks
from bot.domain.workdays import NO_HOLIDAYS, Weekend, WorkingDays, country_of
from bot.domain.zones import zone_named

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from bot.domain.kudos import Kudos

REASON_MAX_LENGTH = (
    2_000  # so that the whole thanks fits one section of a Slack message (3,000 characters)
)
RECEIVERS_MAX = 50
TOGETHER_MAX = 10  # thanks in one message, each with its button in the confirmation


class ValueMode(StrEnum):
    """What the hashtag of a kudos may be."""

    FREE = "free"  # any hashtag is a value
    OPTIONAL = "optional"  # one of the workspace's values, or none
    REQUIRED = "required"  # one of the workspace's values


class AllowanceKind(StrEnum):
    """How often the allowance comes back."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class ZoneOf(StrEnum):
    """In whose time zone an allowance comes back."""

    WORKSPACE = "workspace"
    PERSON = "person"


class PairCapMode(StrEnum):
    """What happens when one person gives much of their allowance to one other."""

    MONITOR = "monitor"  # it counts, and admins are told
    BLOCK = "block"  # it is refused, and admins are told


class CapOf(StrEnum):
    """What a pair cap counts."""

    POINTS = "points"
    THANKS = "thanks"  # however many points they carry


class WeeklyPart(StrEnum):
    """What the weekly leaderboard can tell, in this order."""

    BOARD = "board"  # by how many different people thanked somebody
    GIVERS = "givers"
    VALUES = "values"
    REASONS = "reasons"  # one or two of the week's best
    COVERAGE = "coverage"  # how many of all people were thanked


class MonthlyPart(StrEnum):
    """What the monthly highlights can tell, in this order."""

    COMPARED = "compared"  # with the month before
    PICTURE = "picture"
    JOINED = "joined"  # the kudos that most people joined in with
    FIRST_TIME = "first_time"  # who was thanked for the first time
    ACROSS = "across"  # thanks from one team to another
    STREAKS = "streaks"  # who has thanked somebody in many weeks in a row
    VALUES = "values"
    COVERAGE = "coverage"
    GIVERS = "givers"


class EmptyPeriod(StrEnum):
    """What is posted of a period in which nobody gave anything."""

    TEXT = "text"  # a short friendly one
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """Chosen by admins and kept in the workspace's row; what is absent there has its default."""

    # Points and budgets
    allowance: int = 25  # points a period
    allowance_kind: AllowanceKind = AllowanceKind.WEEK
    reset_weekday: int = 0  # of a weekly allowance; 0 is Monday
    reset_hour: int = 0  # 0 to 23, on the wall
    zone_of: ZoneOf = ZoneOf.WORKSPACE
    roll_over_max: int = 0  # points of one period that may be left for the next
    points_default: int = 1  # for one receiver, when no amount is given
    points_max: int = 25  # for one receiver in one give
    thanks_go_on: bool = True  # without points, where the amount was not named and can't be paid
    undo_minutes: int = 10
    # Fairness and privacy
    pair_cap: int | None = None  # points from one person to one other in a period
    pair_cap_thanks: int | None = None  # how often one person thanks one other in a period
    pair_cap_mode: PairCapMode = PairCapMode.MONITOR
    amounts_hidden: bool = False  # from everybody but giver and receiver
    boards_shown: bool = True
    week_begins: int = MONDAY  # of every week but that of an allowance
    externals_take_part: bool = False
    guests_take_part: bool = True
    # Reasons and values
    reason_min_length: int = 10  # characters
    value_mode: ValueMode = ValueMode.FREE
    values: tuple[str, ...] = ()
    # Reactions, words and emoji
    reaction_worth: dict[str, int] = field(default_factory=lambda: {"kudos": 1, "trophy": 1})
    currency_emoji: str = "kudos"  # repeated beside the receivers, it is an amount
    points_name_one: str = ""  # empty: "point", in each person's language
    points_name_many: str = ""
    locale: str = "en-US"  # of what is posted to channels
    # Channels
    announcement_channel_id: str | None = None
    channel_ids: tuple[str, ...] = ()  # where kudos may be given; none named: everywhere
    # Weekly leaderboard; with no channel of its own it goes to the announcement channel
    weekly_on: bool = True
    weekly_channel_id: str | None = None
    weekly_weekday: int = 0  # 0 is Monday
    weekly_time: str = "09:00"  # on the wall
    weekly_zone: str | None = None  # None: the workspace's
    weekly_length: int = 10  # people on a board
    weekly_parts: tuple[WeeklyPart, ...] = tuple(WeeklyPart)
    weekly_empty: EmptyPeriod = EmptyPeriod.TEXT
    weekly_mentions: bool = False  # names ping people
    # Monthly highlights
    monthly_on: bool = True
    monthly_channel_id: str | None = None
    monthly_day: str = "first_working"  # or "last", or "1" to "28"
    monthly_country: str | None = None  # whose holidays count; None: by the workspace's zone
    monthly_weekend: Weekend = Weekend.COUNTRY
    monthly_time: str = "10:00"
    monthly_zone: str | None = None
    monthly_length: int = 5  # people or kudos in each part
    monthly_parts: tuple[MonthlyPart, ...] = tuple(MonthlyPart)
    monthly_empty: EmptyPeriod = EmptyPeriod.TEXT
    monthly_mentions: bool = False
    # Personal digest, in each person's zone
    digest_on: bool = True
    digest_weekday: int = 4
    digest_time: str = "14:00"
    # Admins, beside the workspace's own admins and owners
    admin_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workspace:
    """A Slack install and its settings."""

    team_id: str
    name: str
    url: str  # ends with a slash
    bot_user_id: str
    time_zone: str
    settings: WorkspaceSettings
    emoji_aliases: dict[str, str] = field(default_factory=dict)  # the workspace's own
    # Whatever day weeks have ever begun on here, so that boards of old posts stay right.
    weeks: tuple[CountedWeeks, ...] = EVERY_WEEK

    def link_to(self, channel_id: str, message_ts: str) -> str:
        """Return the address of a message, as `chat.getPermalink` gives it."""
        return f"{self.url}archives/{channel_id}/p{message_ts.replace('.', '')}"

    def links_to(self, shown: Iterable[Kudos]) -> dict[str, str]:
        """Return, by kudos, the addresses of the messages that tell of them, where there are."""
        return {
            kudos.kudos_id: self.link_to(kudos.channel_id, kudos.message_ts)
            for kudos in shown
            if kudos.message_ts is not None
        }

    @property
    def working_days(self) -> WorkingDays:
        """The days on which people work, as far as settings and the zone tell."""
        chosen = self.settings.monthly_country
        has_holidays = chosen != NO_HOLIDAYS
        country = chosen if chosen and has_holidays else country_of(self.time_zone)
        return WorkingDays(country, self.settings.monthly_weekend, has_holidays=has_holidays)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the workspace's weeks begin; UTC where this machine knows none."""
        return zone_named(self.time_zone)
