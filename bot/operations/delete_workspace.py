"""`kudos delete`: deletes a workspace's data, and uninstalls the app if asked to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp

from bot.messages.operations import workspaces as texts
from bot.messages.text.words import words_for
from bot.services.installations.deletion import BeginDeletion, begin_deletion, count_stored
from bot.services.installations.installations import find_installation
from bot.slack import outgoing
from bot.slack.clients import TOKEN_REFUSED
from bot.slack.token_vault import TokenVault, WrongKeyError
from bot.slack.web_api import SLACK_FAILED, RefusedError, called, uninstalled
from bot.tenancy.tenancy import StartError
from bot.workers.token_refresh import delete_everything

if TYPE_CHECKING:
    from bot.config import Settings
    from storage.engine.store import Store

CALL_WITHIN_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Deleted:
    """What became of a workspace, or would."""

    rows: int
    is_uninstalled: bool


async def delete_workspace(
    settings: Settings, store: Store, team_id: str, *, uninstalls: bool, is_rehearsal: bool
) -> Deleted | None:
    """Delete everything of a workspace; None where there is nothing of it.

    Raises `StartError`, before anything is deleted, where Kudos cannot be taken out of it.
    """
    rows = await store.read(count_stored, team_id)
    if rows is None:
        return None
    token = await _token(settings, store, team_id) if uninstalls else None
    if is_rehearsal:
        return Deleted(rows, is_uninstalled=token is not None)
    is_uninstalled = token is not None and await _uninstall(settings, team_id, token)
    if not await store.write(begin_deletion, BeginDeletion(team_id)):
        return None
    return Deleted(await delete_everything(store, team_id), is_uninstalled)


async def _token(settings: Settings, store: Store, team_id: str) -> str | None:
    """Return the token with which Kudos acts there; None where it is out already.

    Raises `StartError` where it is not the workspace's own, or cannot be opened.
    """
    words = words_for(None)
    if not settings.is_for_many:
        return settings.slack_bot_token.get_secret_value() or None
    found = await store.read(find_installation, team_id)
    if found is None:
        return None
    if found.is_of_organization:
        raise StartError(texts.of_organization(words, team_id, found.token_of))
    try:
        return TokenVault(settings.kudos_secret_key.get_secret_value()).decrypt(
            team_id, found.bot_token
        )
    except (WrongKeyError, ValueError):
        raise StartError(texts.wrong_key(words, team_id)) from None


async def _uninstall(settings: Settings, team_id: str, token: str) -> bool:
    """Have Slack take Kudos out; return False where that was so before. Raises `StartError`."""
    timeout = aiohttp.ClientTimeout(total=CALL_WITHIN_SECONDS)
    async with outgoing.session(timeout=timeout) as session:
        client = outgoing.Client(
            token=token, base_url=settings.slack_api_url, session=session, retry_handlers=[]
        )
        words = words_for(None)
        try:
            # A token of another workspace must not be the one that ends.
            whose = await called(client, "auth.test", {})
            if team_id not in {whose.get("team_id"), whose.get("enterprise_id")}:
                raise StartError(texts.token_of_another(words, team_id))
            if settings.is_for_many:
                secret = settings.slack_client_secret.get_secret_value()
                credentials = {"client_id": settings.slack_client_id, "client_secret": secret}
                await uninstalled(client, credentials)
            else:
                # Without the app's secret: a bot without a token is out of the workspace.
                await called(client, "auth.revoke", {})
        except RefusedError as error:
            if str(error) in TOKEN_REFUSED:
                return False
            raise StartError(texts.not_uninstalled(words, team_id, str(error))) from None
        except SLACK_FAILED as error:
            raise StartError(texts.not_uninstalled(words, team_id, str(error))) from None
    return True
