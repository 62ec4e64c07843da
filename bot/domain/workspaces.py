"""A workspace and the settings that its admins choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.kudos import Kudos

REASON_MAX_LENGTH = (
    2_000  # so that the whole thanks fits one section of a Slack message (3,000 characters)
)
RECEIVERS_MAX = 50


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
    undo_minutes: int = 10
    # Fairness and privacy
    pair_cap: int | None = None  # points from one person to one other in a period
    pair_cap_mode: PairCapMode = PairCapMode.MONITOR
    amounts_hidden: bool = False  # from everybody but giver and receiver
    boards_shown: bool = True
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
    def zone(self) -> ZoneInfo:
        """The zone in which the workspace's weeks begin."""
        return ZoneInfo(self.time_zone)
