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
    from storage.engine.store import Connection


def install(connection: Connection, request: Install, now: datetime) -> None:
    """Store that Kudos is installed; what waited for a token is sent.

    Installed again, the workspace has all its data and settings. Raises `BeingDeletedError`.
    """
    if deletion.is_under_way(connection, request.team_id):
        raise BeingDeletedError
    installations.save_installation(connection, request, now)
    served = installations.find_covered(connection, request.team_id)
    installations.wake_messages(connection, [request.team_id, *served], now)


def cover(connection: Connection, request: Cover, now: datetime) -> bool:
    """Store that a workspace is served by its organization; return whether it is.

    An installation of its own is left as it is. What the organization said before it took Kudos
    away again changes nothing, and nor does anything where it has no installation.
    """
    organization = installations.find_row(connection, request.enterprise_id)
    if organization is None or organization.ended_at is not None or not organization.is_org_wide:
        return False
    if deletion.is_under_way(connection, request.team_id):
        return False
    row = installations.find_row(connection, request.team_id)
    if row is not None and row.ended_at is None:
        return True
    was_told_before = (
        row is not None and request.told_at is not None and request.told_at < row.ended_at
    )
    if was_told_before:
        return False
    installations.save_cover(connection, request, now)
    installations.wake_messages(connection, [request.team_id], now)
    return True


def end_cover(connection: Connection, request: EndCover, _now: datetime) -> bool:
    """Store that an organization has taken Kudos from a workspace; False if that was before."""
    row = installations.find_row(connection, request.team_id)
    if row is None or row.bot_token is not None or row.enterprise_id != request.enterprise_id:
        return False
    if request.told_at < row.installed_at.replace(microsecond=0):
        return False
    installations.end(connection, [request.team_id], request.told_at)
    return True


def end_installation(connection: Connection, request: EndInstallation, now: datetime) -> bool:
    """Store that Kudos was uninstalled; return False for what was told of an earlier installation.

    All data stays. With an organization, all its workspaces go that had no token of their own.
    """
    row = installations.find_row(connection, request.team_id)
    if row is None or row.ended_at is not None:
        return False
    if request.token_number is not None:
        if request.token_number != row.token_number:
            return False
    elif request.told_at < row.installed_at.replace(microsecond=0):  # Slack tells whole seconds
        return False
    served = installations.find_covered(connection, request.team_id) if row.is_org_wide else []
    installations.end(connection, [request.team_id, *served], now)
    return True


def find_installation(connection: Connection, team_id: str, _now: datetime) -> Installation | None:
    """Return with which token to act in a workspace; None where Kudos is not installed."""
    return installations.find_installation(connection, team_id)


def find_bots(connection: Connection, user_ids: Collection[str], _now: datetime) -> dict[str, str]:
    """Returns those of these users that are Kudos itself somewhere, with the workspace."""
    return installations.find_bots(connection, user_ids)


def name_workspace(connection: Connection, request: tuple[str, str], _now: datetime) -> None:
    """Store what a workspace is called."""
    installations.set_name(connection, *request)


def serve_by_setting(connection: Connection, team_id: str, _now: datetime) -> None:
    """Have a workspace served by the token in the settings, whatever became of another."""
    installations.forget_if_ended(connection, team_id)


def claim_refresh(connection: Connection, _request: None, now: datetime) -> list[RefreshClaimed]:
    """Take on the tokens that end soon; each is refreshed by one process."""
    return installations.claim_refresh(connection, now)


def note_refreshed(connection: Connection, request: Refreshed, now: datetime) -> bool:
    """Store new tokens; False where the workspace has newer ones already."""
    is_stored = installations.settle_refreshed(connection, request, now)
    if is_stored:
        team_id = request.claimed.team_id
        served = installations.find_covered(connection, team_id)
        installations.wake_messages(connection, [team_id, *served], now)
    return is_stored


def note_not_refreshed(connection: Connection, request: NotRefreshed, now: datetime) -> bool:
    """Store that there are no new tokens, yet or for ever."""
    return installations.settle_not_refreshed(connection, request, now)


def list_installations(
    connection: Connection, _request: None, _now: datetime
) -> list[InstallationStatus]:
    """Return how every installation is."""
    return installations.find_statuses(connection)


def list_encrypted_tokens(
    connection: Connection, _request: None, _now: datetime
) -> list[EncryptedTokens]:
    """Return every stored token, to see whether they can be decrypted."""
    return installations.find_encrypted_tokens(connection)


def reencrypt(connection: Connection, anew: Callable[[str, str], str], _now: datetime) -> int:
    """Encrypt every token anew, or none; return of how many installations."""
    return installations.reencrypt(connection, anew)
