"""Where Kudos is installed, by OAuth: coming, going, and new tokens for old ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.installations import BeingDeletedError
from storage import deletion, installations

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from bot.domain.installations import (
        Cover,
        EncryptedTokens,
        EndCover,
        EndInstallation,
        Install,
        Installation,
        InstallationStatus,
        NotRefreshed,
        RefreshClaimed,
        Refreshed,
    )
    from storage.engine.store import Session


def install(session: Session, request: Install, now: datetime) -> None:
    """Store that Kudos is installed; what waited for a token is sent.

    Installed again, the workspace has all its data and settings. Raises `BeingDeletedError`.
    """
    if deletion.is_under_way(session, request.team_id):
        raise BeingDeletedError
    installations.save_installation(session, request, now)
    served = installations.find_covered(session, request.team_id)
    installations.wake_messages(session, [request.team_id, *served], now)


def cover(session: Session, request: Cover, now: datetime) -> bool:
    """Store that a workspace is served by its organization; return whether it is.

    An installation of its own is left as it is. What the organization said before it took Kudos
    away again changes nothing, and nor does anything where it has no installation.
    """
    organization = installations.find_row(session, request.enterprise_id)
    if organization is None or organization.ended_at is not None or not organization.is_org_wide:
        return False
    if deletion.is_under_way(session, request.team_id):
        return False
    row = installations.find_row(session, request.team_id)
    if row is not None and row.ended_at is None:
        return True
    was_told_before = (
        row is not None and request.told_at is not None and request.told_at < row.ended_at
    )
    if was_told_before:
        return False
    installations.save_cover(session, request, now)
    installations.wake_messages(session, [request.team_id], now)
    return True


def end_cover(session: Session, request: EndCover, _now: datetime) -> bool:
    """Store that an organization has taken Kudos from a workspace; False if that was before."""
    row = installations.find_row(session, request.team_id)
    if row is None or row.bot_token is not None or row.enterprise_id != request.enterprise_id:
        return False
    if request.told_at < row.installed_at.replace(microsecond=0):
        return False
    installations.end(session, [request.team_id], request.told_at)
    return True


def end_installation(session: Session, request: EndInstallation, now: datetime) -> bool:
    """Store that Kudos was uninstalled; return False for what was told of an earlier installation.

    All data stays. With an organization, all its workspaces go that had no token of their own.
    """
    row = installations.find_row(session, request.team_id)
    if row is None or row.ended_at is not None:
        return False
    if request.token_number is not None:
        if request.token_number != row.token_number:
            return False
    elif request.told_at < row.installed_at.replace(microsecond=0):  # Slack tells whole seconds
        return False
    served = installations.find_covered(session, request.team_id) if row.is_org_wide else []
    installations.end(session, [request.team_id, *served], now)
    return True


def find_installation(session: Session, team_id: str, _now: datetime) -> Installation | None:
    """Return with which token to act in a workspace; None where Kudos is not installed."""
    return installations.find_installation(session, team_id)


def find_bots(session: Session, user_ids: Collection[str], _now: datetime) -> dict[str, str]:
    """Returns those of these users that are Kudos itself somewhere, with the workspace."""
    return installations.find_bots(session, user_ids)


def name_workspace(session: Session, request: tuple[str, str], _now: datetime) -> None:
    """Store what a workspace is called."""
    installations.set_name(session, *request)


def serve_by_setting(session: Session, team_id: str, _now: datetime) -> None:
    """Have a workspace served by the token in the settings, whatever became of another."""
    installations.forget_if_ended(session, team_id)


def claim_refresh(session: Session, _request: None, now: datetime) -> list[RefreshClaimed]:
    """Take on the tokens that end soon; each is refreshed by one process."""
    return installations.claim_refresh(session, now)


def note_refreshed(session: Session, request: Refreshed, now: datetime) -> bool:
    """Store new tokens; False where the workspace has newer ones already."""
    is_stored = installations.settle_refreshed(session, request, now)
    if is_stored:
        team_id = request.claimed.team_id
        served = installations.find_covered(session, team_id)
        installations.wake_messages(session, [team_id, *served], now)
    return is_stored


def note_not_refreshed(session: Session, request: NotRefreshed, now: datetime) -> bool:
    """Store that there are no new tokens, yet or for ever."""
    return installations.settle_not_refreshed(session, request, now)


def list_installations(
    session: Session, _request: None, _now: datetime
) -> list[InstallationStatus]:
    """Return how every installation is."""
    return installations.find_statuses(session)


def list_encrypted_tokens(
    session: Session, _request: None, _now: datetime
) -> list[EncryptedTokens]:
    """Return every stored token, to see whether they can be decrypted."""
    return installations.find_encrypted_tokens(session)


def reencrypt(session: Session, anew: Callable[[str, str], str], _now: datetime) -> int:
    """Encrypt every token anew, or none; return of how many installations."""
    return installations.reencrypt(session, anew)
