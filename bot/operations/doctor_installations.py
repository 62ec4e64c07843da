"""What `kudos doctor` looks at where workspaces install Kudos by OAuth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp

from bot.clock import machine_clock
from bot.domain.checks import Check, Finding, InstallationFound
from bot.services.installations.installations import list_encrypted_tokens, list_installations
from bot.slack import outgoing
from bot.slack.token_vault import TokenVault, WrongKeyError
from bot.slack.web_api import SLACK_FAILED, RefusedError, called
from bot.tenancy.oauth_pages import INSTALL_PATH
from storage.engine.migrate import HalfImportedError, NewerSchemaError, is_current
from storage.engine.opening import opened
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.config import Settings
    from bot.domain.installations import EncryptedTokens, InstallationStatus

CALL_WITHIN_SECONDS = 10


async def examine_installations(
    settings: Settings, wanted_scopes: list[str]
) -> AsyncIterator[Finding]:
    """Yield a finding for every installation; those that have ended are no fault."""
    try:
        has_tables = is_current(settings.database_url)
    except (HalfImportedError, NewerSchemaError, StoreUnavailableError):
        return  # told already
    if not has_tables:
        return
    store = opened(settings.database_url, machine_clock)
    try:
        statuses = await store.read(list_installations, None)
        encrypted = {each.team_id: each for each in await store.read(list_encrypted_tokens, None)}
    finally:
        await store.close()
    if not statuses:
        url = f"{settings.kudos_url}{INSTALL_PATH}"
        yield _finding(InstallationFound.NONE, url)
    vault = TokenVault(settings.kudos_secret_key.get_secret_value())
    timeout = aiohttp.ClientTimeout(total=CALL_WITHIN_SECONDS)
    async with outgoing.session(timeout=timeout) as session:
        for status in statuses:
            if status.ended_at is None and status.is_covered:
                continue  # its organization stands for it
            anybody = outgoing.Client(
                base_url=settings.slack_api_url, session=session, retry_handlers=[]
            )
            finding = await _examine(
                status, encrypted.get(status.team_id), vault, anybody, wanted_scopes
            )
            allowed = settings.allowed_teams
            is_allowed = not allowed or not allowed.isdisjoint(
                {status.team_id, status.enterprise_id}
            )
            if finding.is_ok and status.ended_at is None and not is_allowed:
                finding = _finding(InstallationFound.NOT_ALLOWED, *finding.details)
            yield finding


async def _examine(
    status: InstallationStatus,
    encrypted: EncryptedTokens | None,
    vault: TokenVault,
    client: AsyncWebClient,
    wanted_scopes: list[str],
) -> Finding:
    name = f"{status.name} ({status.team_id})"
    if status.ended_at is not None or encrypted is None:
        return _finding(InstallationFound.ENDED, name)
    if status.fault is not None:
        return _finding(InstallationFound.REFUSED, name, status.fault)
    try:
        client.token = vault.decrypt(status.team_id, encrypted.bot_token)
    except WrongKeyError:
        return _finding(InstallationFound.CLOSED, name)
    try:
        await called(client, "auth.test", {})
    except SLACK_FAILED as error:
        is_final = isinstance(error, RefusedError) and not error.passes
        found = InstallationFound.REFUSED if is_final else InstallationFound.UNREACHED
        return _finding(found, name, str(error))
    missing = [scope for scope in wanted_scopes if scope not in status.scopes]
    if missing:
        return _finding(InstallationFound.LACKS_SCOPES, name, *missing)
    return _finding(InstallationFound.GOOD, name)


def _finding(found: InstallationFound, *details: str) -> Finding:
    well = {InstallationFound.GOOD, InstallationFound.ENDED, InstallationFound.NONE}
    return Finding(Check.INSTALLATIONS, found in well, details, installation=found)
