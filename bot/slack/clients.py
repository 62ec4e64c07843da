"""Which client acts for which workspace. No call is ever made with the token of another one."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.domain.outbox import NO_TOKEN
from bot.services.installations.installations import find_installation
from bot.slack.token_vault import WrongKeyError
from bot.slack.web_api import SLACK_FAILED, NotReachedError, RefusedError, WatchedClient, called
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from datetime import datetime

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.domain.installations import Installation
    from bot.slack.token_vault import TokenVault
    from storage.engine.store import Clock, Store

log = structlog.get_logger(__name__)

# What another process has changed is known here so soon; that is one query a second and workspace.
FRESH_SECONDS = 0.8
KEPT = 10_000  # workspaces, known or unknown
# What Slack says of a token that it does not take any more. An admin may mend the first of them.
TOKEN_REFUSED = frozenset({"account_inactive", "token_revoked", "invalid_auth", "token_expired"})
HELD_FOR = timedelta(minutes=5)  # nothing is called with a token that was refused
EXPIRED_FOR = timedelta(minutes=1)  # until a new one may be there

# Makes a client of a token, and of the workspace that each call must name, if it must.
MakeClient = Callable[..., WatchedClient]


class NoTokenError(NotReachedError):
    """There is no token for the workspace, or none that Slack takes; nothing was sent.

    `until` is when to try again; None where somebody has to install Kudos first. `token_number` is
    that of a token which is no good.
    """

    passes = False

    def __init__(
        self, team_id: str, until: datetime | None = None, token_number: int | None = None
    ) -> None:
        super().__init__(NO_TOKEN)
        self.team_id = team_id
        self.until = until
        self.token_number = token_number


class Clients(ABC):
    """The clients of all workspaces."""

    @abstractmethod
    async def client_of(self, team_id: str) -> AsyncWebClient:
        """Return what calls Slack for a workspace; raises `NoTokenError`."""


class OneWorkspace(Clients):
    """The workspace whose token is in the settings; there is none for any other."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self.team_id: str | None = None

    async def client_of(self, team_id: str) -> AsyncWebClient:
        """Return the client; asks Slack once whose token it is, unless that is known."""
        if self.team_id is None:
            try:
                identity = await called(self._client, "auth.test", {})
            except RefusedError:
                return self._client  # the call itself will tell why
            self.team_id = identity["team_id"]
        if team_id != self.team_id:
            raise NoTokenError(team_id)
        return self._client


@dataclass
class _Known:
    """A workspace as this process knows it."""

    installation: Installation | None
    fresh_until: float  # on the event loop's clock
    client: WatchedClient | None = None
    held_until: datetime | None = None


class ManyWorkspaces(Clients):
    """The workspaces in which Kudos is installed by OAuth, as the database has them."""

    def __init__(
        self, store: Store, vault: TokenVault, make_client: MakeClient, clock: Clock
    ) -> None:
        self._store = store
        self._vault = vault
        self._make_client = make_client
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._reading: dict[str, asyncio.Task[_Known]] = {}

    async def find(self, team_id: str) -> Installation | None:
        """Return the installation as it was at most a second ago; None where there is none."""
        return (await self._of(team_id)).installation

    async def client_of(self, team_id: str) -> AsyncWebClient:
        """Return the client with the workspace's token; raises `NoTokenError`."""
        known = await self._of(team_id)
        installation, now = known.installation, self._clock()
        if installation is None:
            raise NoTokenError(team_id)
        if known.held_until is not None and known.held_until > now:
            raise NoTokenError(team_id, known.held_until, installation.token_number)
        ends_at = installation.token_expires_at
        if ends_at is not None and ends_at <= now:
            raise NoTokenError(team_id, now + EXPIRED_FOR, installation.token_number)
        if known.client is None:
            known.client = self._client(installation)
        return known.client

    async def check_token(self, team_id: str) -> tuple[int | None, bool | None]:
        """Return the number of a workspace's token, and whether Slack takes it; None: unknown."""
        self.forget(team_id)
        known = await self._of(team_id)
        if known.installation is None:
            return None, None
        number = known.installation.token_number
        try:
            client = known.client or self._client(known.installation)
            await called(client, "auth.test", {})
        except RefusedError as error:
            return number, False if str(error) in TOKEN_REFUSED else None
        except SLACK_FAILED:
            return number, None
        return number, True

    def forget(self, team_id: str) -> None:
        """Have a workspace read anew: this process has just changed it."""
        for key, known in self._known.items():
            installation = known.installation
            # With an organization all the workspaces that its token serves.
            if key == team_id or (installation and installation.token_of == team_id):
                known.fresh_until = 0.0

    async def _of(self, team_id: str) -> _Known:
        known = self._known.get(team_id)
        if known is not None and known.fresh_until > asyncio.get_running_loop().time():
            return known
        # Whoever asks meanwhile waits for the same answer.
        reading = self._reading.get(team_id)
        if reading is None:
            reading = asyncio.get_running_loop().create_task(self._read(team_id))
            self._reading[team_id] = reading
            reading.add_done_callback(lambda _: self._reading.pop(team_id, None))
        return await asyncio.shield(reading)

    async def _read(self, team_id: str) -> _Known:
        before = self._known.get(team_id)
        # What is changed while the database is being asked is seen by the next question.
        fresh_until = asyncio.get_running_loop().time() + FRESH_SECONDS
        try:
            found = await self._store.read(find_installation, team_id)
        except StoreUnavailableError:
            if before is None:
                raise
            return before  # the service that is about to run will tell that the store is away
        known = _Known(found, fresh_until)
        if before is not None and _is_same_token(before.installation, found):
            known.client, known.held_until = before.client, before.held_until
        if len(self._known) >= KEPT:
            self._known.clear()
        self._known[team_id] = known
        return known

    def _client(self, installation: Installation) -> WatchedClient:
        try:
            token = self._vault.decrypt(installation.token_of, installation.bot_token)
        except WrongKeyError:
            log.error("token_not_opened", team_id=installation.team_id)  # noqa: TRY400 - no traceback
            until, number = self._clock() + HELD_FOR, installation.token_number
            raise NoTokenError(installation.team_id, until, number) from None

        def hold(error: str) -> None:
            if error not in TOKEN_REFUSED:
                return
            # Looked up anew: by now it may be another object that stands for the same token.
            now_known = self._known.get(installation.team_id)
            if now_known is None or not _is_same_token(now_known.installation, installation):
                return
            log.warning("token_refused", team_id=installation.team_id, error=error)
            now_known.held_until = self._clock() + HELD_FOR

        named = installation.team_id if installation.is_of_organization else None
        client = self._make_client(token, team_id=named)
        client.on_refused = hold
        return client


def _is_same_token(one: Installation | None, other: Installation | None) -> bool:
    if one is None or other is None:
        return False
    # Not their numbers alone: where everything was deleted, they begin anew.
    return (one.token_of, one.bot_token) == (other.token_of, other.bot_token)
