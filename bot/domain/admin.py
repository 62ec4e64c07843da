"""Who may change the workspace's settings, and what is remembered of each change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.allowance import Allowance, Boost
    from bot.domain.budgets import Override
    from bot.domain.kudos import Kudos
    from bot.domain.members import Member
    from bot.domain.privacy import Told
    from bot.domain.workspaces import WorkspaceSettings


@dataclass(frozen=True, slots=True)
class Activity:
    """One change by somebody; `before` and `after` are as JSON keeps them."""

    activity_id: str
    actor_id: str
    what: str  # a setting's name, or a kind of act
    subject_id: str | None  # whom or what it concerns
    before: Any
    after: Any
    created_at: datetime


def may_administer(member: Member | None, settings: WorkspaceSettings) -> bool:
    """Return whether somebody may change settings: the workspace's admins, and whom they appoint.

    Nobody else may, and neither may somebody who has left or whom Slack has not told of.
    """
    if member is None or member.is_bot or member.is_deactivated or member.is_external:
        return False
    return member.is_admin or member.user_id in settings.admin_ids


@dataclass(frozen=True, slots=True)
class ChangeSettings:
    """An admin's wish: by setting, what was typed or chosen."""

    team_id: str
    actor_id: str
    changes: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """The settings from now on, and the names of those that are different from before."""

    settings: WorkspaceSettings
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Welcome:
    """Kudos has been installed; `user_id` is who may have done it, as far as Slack says."""

    team_id: str
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """An admin's wish to see the settings."""

    team_id: str
    viewer_id: str


@dataclass(frozen=True, slots=True)
class Budgets:
    """The allowances other than everybody's, and the boosts that have not ended."""

    overrides: tuple[Override, ...]
    boosts: tuple[tuple[Boost, int], ...]  # each with the points that are left of it
    names: Mapping[str, str] = field(default_factory=dict)  # of the people in both, by their ids


@dataclass(frozen=True, slots=True)
class ViewActivity:
    """An admin's wish to see what was changed; pages begin with 0, the newest."""

    team_id: str
    viewer_id: str
    page: int = 0
    told: Told = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """One page of what was changed, newest first."""

    activities: tuple[Activity, ...]
    page: int
    has_older: bool


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One movement of points, as an admin sees it."""

    created_at: datetime
    account: str  # "giving" or "receiving"
    points: int  # signed
    is_reversal: bool
    kudos_id: str | None  # None for an adjustment
    kudos: Kudos | None  # as far as the admin may read it; None where that is the amount alone
    can_be_removed: bool
    reason: str  # of an adjustment
    actor_id: str | None  # who adjusted


@dataclass(frozen=True, slots=True)
class ViewPerson:
    """An admin's wish to see somebody's ledger; pages begin with 0, the newest."""

    team_id: str
    viewer_id: str
    user_id: str
    page: int = 0
    is_look: bool = True  # rather than the same look, after a correction
    told: Told = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonLedger:
    """What an admin sees of a person: what they have, and one page of their ledger."""

    user_id: str
    balance: int
    allowance: Allowance
    lines: tuple[LedgerLine, ...]
    page: int
    has_older: bool
    names: Mapping[str, str] = field(default_factory=dict)  # of those in what can be read


@dataclass(frozen=True, slots=True)
class Checklist:
    """What is set up; None where Slack would not say."""

    has_announcement_channel: bool
    is_in_channel: bool | None
    has_values: bool
    has_kudos: bool
