"""For whom this process works: one workspace, whose token is in the settings, or many, by OAuth."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt.authorization import AuthorizeResult

from bot.services.installations.installations import list_encrypted_tokens, serve_by_setting
from bot.slack.clients import Clients, ManyWorkspaces, OneWorkspace
from bot.slack.token_vault import TokenVault, WrongKeyError
from bot.slack.web_api import RefusedError, WatchedClient, called, patiently
from bot.tenancy.oauth_pages import Installing, SlackApp, slack_url_of
from bot.tenancy.onboarding import Introduced, Onboarding, introduce, sync_members
from bot.workers.token_refresh import TokenRefresh

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

    from slack_sdk.web.async_client import AsyncWebClient
    from starlette.routing import Route

    from bot.config import Settings
    from bot.domain.installations import EncryptedTokens
    from bot.domain.workspaces import Workspace
    from bot.slack.directory import SlackDirectory
    from storage.engine.store import Clock, Store

    Start = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]

log = structlog.get_logger(__name__)

BOT_REFUSED = (
    "Slack does not accept SLACK_BOT_TOKEN: it says {reason}. Copy the Bot User OAuth Token anew "
    "from your Slack app under OAuth & Permissions."
)
WRONG_KEY = (
    "KUDOS_SECRET_KEY does not open the tokens that are stored for {which}. Put the key with which "
    "they were stored behind the new one, with a comma between them, and start again."
)


class StartError(Exception):
    """The app cannot start; `str()` is a sentence for the operator."""


@dataclass(frozen=True)
class Parts:
    """Dependencies shared by both kinds of tenancy."""

    settings: Settings
    store: Store
    clock: Clock
    client_for: Callable[..., WatchedClient]  # by token, and by the workspace that calls name


class Tenancy(ABC):
    """For whom this process works, and as whom."""

    clients: Clients
    workspace: Workspace | None = None  # if there is only one

    @abstractmethod
    async def start(self, slack: SlackDirectory) -> None:
        """Get ready, before anything is sent or listened to; raises `StartError`."""

    @abstractmethod
    def run_background(self, wake_delivery: Callable[[], None], start: Start) -> None:
        """Start background work; `start` runs what may take a while."""

    async def stop(self) -> None:  # noqa: B027 - there may be nothing to stop
        """Do it no more."""

    async def poll(self) -> None:  # noqa: B027 - nor anything that becomes due
        """Do at once what is due, as after the clock was moved."""

    @abstractmethod
    def signing_secret_of_views(self) -> str:
        """Return what every process of this installation has, and nobody else."""

    @abstractmethod
    async def authorized(self, team_id: str, enterprise_id: str | None) -> AuthorizeResult | None:
        """Return as whom the app acts in a workspace; None where it is not installed."""

    async def serves(self, team_id: str) -> bool:
        """Returns whether the app is installed in a workspace; raises as `authorized` does."""
        return await self.authorized(team_id, None) is not None

    @abstractmethod
    async def check_token(self, team_id: str) -> tuple[int | None, bool | None]:
        """Return the number of a workspace's token, and whether Slack takes it; None: unknown."""

    @abstractmethod
    def invalidate(self, team_id: str, *, is_new: bool = False) -> None:
        """See at once what this process has stored of a workspace; learn about new ones."""

    def routes(self) -> list[Route]:
        """Return what is served to browsers."""
        return []

    @property
    def install_url(self) -> str:
        """Where anybody may install the app; empty where nobody can."""
        return ""


class SingleTenant(Tenancy):
    """Serves the workspace of SLACK_BOT_TOKEN."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._token = parts.settings.slack_bot_token.get_secret_value()
        self._client: WatchedClient = parts.client_for(self._token)
        self.clients: OneWorkspace = OneWorkspace(self._client)
        self._known: AuthorizeResult | None = None
        self._slack: SlackDirectory | None = None
        self._introduced: Introduced | None = None
        self._meeting: asyncio.Task[None] | None = None

    async def start(self, slack: SlackDirectory) -> None:
        """Learn from Slack who and where we are, however long it is down, and store it."""
        self._slack = slack
        identity = await call_patiently(self._client, "auth.test", BOT_REFUSED)
        team_id = self.clients.team_id = identity["team_id"]
        self._known = AuthorizeResult(
            enterprise_id=identity.get("enterprise_id"),
            team_id=team_id,
            bot_user_id=identity["user_id"],
            bot_id=identity.get("bot_id"),
            bot_token=self._token,
        )
        store = self._parts.store
        await store.write(serve_by_setting, team_id)
        self._introduced = await introduce(store, slack, team_id, identity)
        self.workspace = self._introduced.workspace

    def run_background(self, wake_delivery: Callable[[], None], start: Start) -> None:
        """Meet everybody in the workspace."""
        if self._slack is None or self._introduced is None:
            raise LookupError("not entered")
        store = self._parts.store
        self._meeting = start(sync_members(store, self._slack, self._introduced, wake_delivery))

    async def stop(self) -> None:
        """Leaves whoever is not met yet to the next start; Slack may be away for long."""
        if self._meeting is not None:
            self._meeting.cancel()

    def signing_secret_of_views(self) -> str:
        """Return the token."""
        return self._token

    async def authorized(self, team_id: str, _enterprise_id: str | None) -> AuthorizeResult | None:
        """Return as whom the app acts, in its own workspace."""
        return self._known if team_id == self.clients.team_id else None

    async def check_token(self, _team_id: str) -> tuple[int | None, bool | None]:
        """Return nothing: what becomes of the token is the operator's to know."""
        return None, None

    def invalidate(self, _team_id: str, *, is_new: bool = False) -> None:
        """Do nothing: a single workspace's token never changes."""
        del is_new


class MultiTenant(Tenancy):
    """Serves every workspace in which the app is installed by OAuth."""

    def __init__(self, parts: Parts, scopes: tuple[str, ...]) -> None:
        self._parts = parts
        settings = parts.settings
        self._vault = TokenVault(settings.kudos_secret_key.get_secret_value())
        self.clients: ManyWorkspaces = ManyWorkspaces(
            parts.store, self._vault, parts.client_for, parts.clock
        )
        self._app = SlackApp(
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret.get_secret_value(),
            scopes=scopes,
            url=settings.kudos_url,
            slack_url=slack_url_of(settings.slack_api_url),
            allowed_teams=settings.allowed_teams,
        )
        self._anybody: AsyncWebClient = parts.client_for(None)
        days = settings.kudos_delete_after_days
        self._token_refresh = TokenRefresh(
            parts.store,
            self._anybody,
            self._vault,
            parts.clock,
            credentials=self._app.credentials,
            delete_after=timedelta(days=days) if days else None,
            changed=self.clients.forget,
        )
        self._slack: SlackDirectory | None = None
        self._newcomers: Onboarding | None = None

    async def start(self, slack: SlackDirectory) -> None:
        """See that the tokens that are stored can be opened; Slack is asked nothing."""
        self._slack = slack
        encrypted = await self._parts.store.read(list_encrypted_tokens, None)
        closed = [each.team_id for each in encrypted if not self._can_decrypt(each)]
        if closed:
            raise StartError(WRONG_KEY.format(which=", ".join(closed[:3])))

    def run_background(self, wake_delivery: Callable[[], None], _start: Start) -> None:
        """Refresh tokens, delete what is over, and learn about whoever comes."""
        if self._slack is None:
            raise LookupError("not entered")
        parts = self._parts
        self._newcomers = Onboarding(parts.store, self._slack, self.clients, wake_delivery)
        self._token_refresh.start()

    async def stop(self) -> None:
        """Finish what Slack does once, and leave the rest to the next start."""
        await self._token_refresh.stop()
        if self._newcomers is not None:
            await self._newcomers.finish()

    async def poll(self) -> None:
        """Refresh and delete at once what is due."""
        await self._token_refresh.look()

    def signing_secret_of_views(self) -> str:
        """Return the app's own secret."""
        return self._app.client_secret

    async def authorized(self, team_id: str, enterprise_id: str | None) -> AuthorizeResult | None:
        """Return as whom the app acts; costs a query a second and workspace, and no call.

        Raises `NotReadyError` for a workspace of which Slack has not told enough yet.
        """
        if self._newcomers is None:
            return None
        found = await self._newcomers.found(team_id, enterprise_id)
        if found is None:
            return None
        # Without the token: what listeners call goes through `clients`.
        return AuthorizeResult(
            enterprise_id=found.enterprise_id, team_id=team_id, bot_user_id=found.bot_user_id
        )

    async def check_token(self, team_id: str) -> tuple[int | None, bool | None]:
        """Return the number of a workspace's token, and whether Slack takes it."""
        return await self.clients.check_token(team_id)

    def invalidate(self, team_id: str, *, is_new: bool = False) -> None:
        """See at once what this process has stored; learn about a new workspace."""
        self.clients.forget(team_id)
        if is_new and self._newcomers is not None:
            self._newcomers.learn(team_id)

    def routes(self) -> list[Route]:
        """Return the pages for installing."""
        if self._newcomers is None:
            raise LookupError("not begun")
        parts = self._parts
        installing = Installing(
            self._app,
            parts.client_for,
            parts.store,
            self._vault,
            parts.clock,
            self._newcomers.begin,
        )
        return installing.routes()

    @property
    def install_url(self) -> str:
        """Where anybody may install the app."""
        return self._app.install_url

    def _can_decrypt(self, encrypted: EncryptedTokens) -> bool:
        try:
            self._vault.decrypt(encrypted.team_id, encrypted.bot_token)
            if encrypted.refresh_token is not None:
                self._vault.decrypt(encrypted.team_id, encrypted.refresh_token)
        except WrongKeyError:
            return False
        return True


def clients_for(parts: Parts) -> Clients:
    """Return the clients of all workspaces, for a command that only sends."""
    settings = parts.settings
    if settings.is_for_many:
        vault = TokenVault(settings.kudos_secret_key.get_secret_value())
        return ManyWorkspaces(parts.store, vault, parts.client_for, parts.clock)
    token = settings.slack_bot_token.get_secret_value()
    return OneWorkspace(parts.client_for(token))


def signing_key_of(tenancy: Tenancy) -> bytes:
    """Return the key for what views carry; each process takes what another has signed."""
    return hashlib.sha256(f"views\n{tenancy.signing_secret_of_views()}".encode()).digest()


async def call_patiently(client: AsyncWebClient, method: str, refused: str) -> dict[str, Any]:
    """Return Slack's answer, however long Slack is down.

    Raises `StartError` with the sentence `refused` where Slack will always say no.
    """
    try:
        return await patiently(lambda: called(client, method, {}))
    except RefusedError as error:
        raise StartError(refused.format(reason=error)) from error
