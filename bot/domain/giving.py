"""The form by which people give: what it begins with, and what it is told while it is filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.domain.kudos import Audience
from bot.domain.members import Reader

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.workspaces import Workspace


@dataclass(frozen=True, slots=True)
class Place:
    """Where the form was opened; without a channel, its person chooses one."""

    channel_id: str = ""
    audience: Audience = Audience.PUBLIC
    about_ts: str | None = None  # the message in that channel for which somebody is thanked
    response_url: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form at first."""

    place: Place = field(default_factory=Place)
    receiver_ids: tuple[str, ...] = ()
    group_ids: tuple[str, ...] = ()
    points: int | None = None  # for each; None is the workspace's default
    value: str = ""
    reason: str = ""
    is_private: bool = False
    is_of_words: bool = False  # that were typed and not understood altogether


@dataclass(frozen=True, slots=True)
class ViewForm:
    """A wish to see the form, for one person."""

    team_id: str
    user_id: str
    group_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """What the form says beside the draft."""

    workspace: Workspace
    allowance_left: int
    renews_at: datetime
    reader: Reader = field(default_factory=Reader)
    group_user_ids: tuple[str, ...] = ()  # of the groups that were asked for


@dataclass(frozen=True, slots=True)
class Total:
    """What a kudos would cost."""

    people_count: int
    points_each: int
    allowance_left: int
    renews_at: datetime

    @property
    def points_total(self) -> int:
        """What all receivers together would get."""
        return self.people_count * self.points_each
