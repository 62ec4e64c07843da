"""Installations: with which token Kudos acts in which workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

# Slack gives a token twelve hours where it changes them; refreshed so early, nobody waits for it.
REFRESH_BEFORE = timedelta(hours=2)
REFRESH_LEASE = timedelta(seconds=60)  # for the one process that refreshes
REFRESH_AT_ONCE = 3  # by one process, each within the time that a call may take
REFRESH_AGAIN_AFTER = timedelta(seconds=30)  # where Slack did not answer


@dataclass(frozen=True, slots=True)
class Installation:
    """What is needed to act in a workspace; `bot.slack.token_vault` decrypts its tokens."""

    team_id: str
    token_of: str  # whose row has the token: the workspace's own, or that of its organization
    enterprise_id: str | None
    name: str
    bot_user_id: str
    scopes: tuple[str, ...]
    bot_token: str
    token_number: int  # each new token of an installation has the next one
    token_expires_at: datetime | None
    is_org_wide: bool  # an organization, and no workspace
    is_known: bool  # whether Slack has been asked about the workspace, and it has a row

    @property
    def is_of_organization(self) -> bool:
        """Whether the token serves several workspaces, and each call must say which is meant."""
        return self.token_of != self.team_id


@dataclass(frozen=True, slots=True)
class Install:
    """Somebody has installed Kudos, anew or again; an organization has its own id for `team_id`."""

    team_id: str
    enterprise_id: str | None
    is_org_wide: bool
    name: str
    app_id: str
    bot_user_id: str
    installer_id: str | None
    scopes: tuple[str, ...]
    bot_token: str
    refresh_token: str | None = None
    token_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """An organization has given its installation to one of its workspaces."""

    team_id: str
    enterprise_id: str
    told_at: datetime | None = None  # None: something came from that workspace just now


@dataclass(frozen=True, slots=True)
class EndInstallation:
    """Kudos was uninstalled, or its token is worth nothing any more."""

    team_id: str
    told_at: datetime
    token_number: int | None = None  # of the token that Slack refuses; None: nobody could ask


@dataclass(frozen=True, slots=True)
class EndCover:
    """An organization has taken Kudos from one of its workspaces."""

    team_id: str
    enterprise_id: str
    told_at: datetime


@dataclass(frozen=True, slots=True)
class RefreshClaimed:
    """A token that this process is to refresh, and nobody else until `until`."""

    team_id: str
    refresh_token: str
    token_number: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Refreshed:
    """Slack has given new tokens."""

    claimed: RefreshClaimed
    bot_token: str
    refresh_token: str
    token_expires_at: datetime


@dataclass(frozen=True, slots=True)
class NotRefreshed:
    """Slack has given no new tokens; with a `fault`, it never will."""

    claimed: RefreshClaimed
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class EncryptedTokens:
    """What is stored of one installation in encrypted form."""

    team_id: str
    bot_token: str
    refresh_token: str | None


@dataclass(frozen=True, slots=True)
class InstallationStatus:
    """How an installation is, for the operator."""

    team_id: str
    name: str
    scopes: tuple[str, ...]
    is_org_wide: bool
    is_covered: bool  # served by its organization's token
    ended_at: datetime | None
    fault: str | None
    token_expires_at: datetime | None
    enterprise_id: str | None = None


class BeingDeletedError(Exception):
    """All that belongs to the workspace is being deleted; once that is done, it can begin anew."""
