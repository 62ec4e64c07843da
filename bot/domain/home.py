"""What the Home tab shows a person of their own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.allowance import BoostLeft
    from bot.domain.kudos import Kudos
    from bot.domain.members import Member
    from bot.domain.workspaces import WorkspaceSettings

PAGE_LENGTH = 10  # kudos in a list
PAGE_MAX = 1_000  # further back, the export is what one wants


class HomeList(StrEnum):
    """Which of one's own kudos are listed."""

    RECEIVED = "received"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Shown:
    """The part of the lists that somebody looks at; pages begin with 0, the newest."""

    which: HomeList = HomeList.RECEIVED
    page: int = 0


@dataclass(frozen=True, slots=True)
class ViewHome:
    """Somebody's wish to see their Home tab."""

    team_id: str
    viewer_id: str
    shown: Shown = Shown()


@dataclass(frozen=True, slots=True)
class Home:
    """A person's Home tab."""

    viewer: Member
    settings: WorkspaceSettings
    takes_part: bool  # people of other companies only where the workspace lets them
    allowance_left: int  # without boosts
    allowance: int  # with what rolled over
    renews_at: datetime
    balance: int
    received_count: int  # thanks in this week
    thanked_by_count: int  # different people, this week
    given_count: int
    rank: int | None  # None too for those who take no part, and where boards are not shown
    streak_weeks: int
    shown: Shown
    kudos: tuple[Kudos, ...]
    has_older: bool
    names: Mapping[str, str]
    links: Mapping[str, str]  # by kudos, where a message tells of it
    boosts: tuple[BoostLeft, ...] = ()  # points beside the allowance
