"""The form by which people give: what it begins with, and what it is told while it is filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
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
    thread_ts: str | None = None
    natural_key: str | None = None  # of what was typed, so that it and its form count once
    mentioned_ids: tuple[str, ...] = ()  # people who are called by name in the words


class FormField(StrEnum):
    """What somebody may be asked about in the form."""

    PEOPLE = "people"
    AMOUNT = "amount"
    VALUE = "value"
    REASON = "reason"
    PLACE = "place"
    LINES = "lines"  # of a form for several thanks


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """What somebody is asked, above the field that it is about."""

    field: FormField
    sentence: str  # finished text


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form at first."""

    place: Place = field(default_factory=Place)
    receiver_ids: tuple[str, ...] = ()
    group_ids: tuple[str, ...] = ()
    points: int | None = None  # for each; None is the workspace's default
    hashtags: tuple[str, ...] = ()
    reason: str = ""
    is_private: bool = False
    typed: str = ""  # the whole line, as Slack sent it; empty where nothing was typed
    lines: str = ""  # several thanks, as Slack sent their words: their form has one field
    question: FormQuestion | None = None  # None: what was typed was not understood altogether


@dataclass(frozen=True, slots=True)
class ViewForm:
    """A wish to see the form, for one person."""

    team_id: str
    user_id: str
    group_ids: tuple[str, ...] = ()
    named_ids: tuple[str, ...] = ()  # people whose names the form tells


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
    may_be_free: bool = False  # no amount stands there, so the thanks go on where points run out

    @property
    def is_free(self) -> bool:
        """Whether it goes out without points."""
        return self.may_be_free and self.points_total > self.allowance_left

    @property
    def points_total(self) -> int:
        """What all receivers together would get."""
        return self.people_count * self.points_each
