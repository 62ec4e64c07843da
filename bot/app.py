"""The composition root: the only module that knows every part."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any, Self

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot import server
from bot.clock import machine_clock
from bot.delivery import Delivery
from bot.domain.admin import Welcome
from bot.domain.workspaces import Workspace, WorkspaceSettings
from bot.services.admin import welcome_admin
from bot.services.members import SeePeople, see_people
from bot.services.workspaces import see_workspace
from bot.slack import (
    InDoubtError,
    NotReachedError,
    RateLimitedError,
    RefusedError,
    called,
    post_to_response_url,
    upload_file,
)
from handlers.asking import AskSlack
from handlers.edge import Edge
from handlers.listeners import register
from storage.migrate import is_current, migrate
from storage.opening import opened
from storage.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.config import Settings
    from storage.store import Clock, Store

log = structlog.get_logger(__name__)

CALL_WITHIN_SECONDS = 15
TRY_AGAIN_SECONDS = (1, 2, 5, 10, 30)
FINISH_WITHIN_SECONDS = 6.0
CLOSE_WITHIN_SECONDS = 2.0


BOT_REFUSED = (
    "Slack does not accept SLACK_BOT_TOKEN: it says {reason}. Copy the Bot User OAuth Token anew "
    "from your Slack app under OAuth & Permissions."
)
SOCKET_REFUSED = (
    "Slack does not accept SLACK_APP_TOKEN: it says {reason}. Make one in your Slack app under "
    "Basic Information, App-Level Tokens, with the scope connections:write."
)


class StartError(Exception):
    """The app cannot start; `str()` is a sentence for the operator."""


def open_store(settings: Settings, clock: Clock) -> Store:
    """Return the store; SQLite's schema is brought up to date, Postgres' must be already.

    Raises `StartError`, `storage.migrate.NewerSchemaError` or `StoreUnavailableError`.
    """
    if settings.database_url.startswith("sqlite"):
        migrate(settings.database_url)
    elif not is_current(settings.database_url):
        raise StartError(
            "The database has not the tables of this version yet. "
            "Run `kudos migrate` once, then start again."
        )
    return opened(settings.database_url, clock)


class KudosApp:
    """The app for one workspace: listeners, delivery and the store on one event loop."""

    def __init__(self, settings: Settings, store: Store, clock: Clock = machine_clock) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._stack = AsyncExitStack()
        self._identity: dict[str, Any] = {}
        self.workspace: Workspace | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._stack.aclose()

    async def _start(self) -> None:
        settings = self._settings
        self._stack.push_async_callback(self._close_store)
        # One session for every outgoing call: a new connection for each costs three times as much.
        self._session = session = await self._stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_WITHIN_SECONDS))
        )
        self._client = self._client_for(settings.slack_bot_token.get_secret_value())

        async def respond(url: str, payload: dict[str, Any]) -> None:
            await post_to_response_url(session, url, payload)

        async def call(_team_id: str, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
            return await called(self._client, method, arguments, self._clock())

        async def upload(url: str, content: bytes) -> None:
            await upload_file(session, url, content)

        slack = AskSlack(lambda _team_id: self._client)
        await self._introduce(slack)
        delivery = Delivery(self._store, self._clock, lambda _team_id: self._client, respond)
        # Every process of an installation has the token, and so can read what another has sealed.
        secret = f"views\n{settings.slack_bot_token.get_secret_value()}"
        sealing_key = hashlib.sha256(secret.encode()).digest()
        edge = Edge(
            self._store, slack, self._clock, respond, call, upload, delivery.wake, sealing_key
        )
        delivery.start()
        self._stack.push_async_callback(self._finish, edge, delivery)
        edge.start(self._meet_everybody(slack, delivery.wake))
        await self._listen(edge)

    def _client_for(self, token: str | None) -> AsyncWebClient:
        return AsyncWebClient(
            token=token,
            base_url=self._settings.slack_api_url,
            session=self._session,
            timeout=CALL_WITHIN_SECONDS,
            retry_handlers=[],  # the outbox retries; the client's own would post twice
        )

    async def _finish(self, edge: Edge, delivery: Delivery) -> None:
        """Finish what is under way; together, since a supervisor waits ten seconds in all."""
        await asyncio.gather(edge.finish(FINISH_WITHIN_SECONDS), delivery.stop())

    async def _close_store(self) -> None:
        """Close the store; what a lock of somebody else keeps it from is not stored, as told."""
        await _within(CLOSE_WITHIN_SECONDS, self._store.close)

    async def _introduce(self, slack: AskSlack) -> None:
        """Learn from Slack who and where we are, and store it."""
        identity = await self._call_patiently(self._client, "auth.test", BOT_REFUSED)
        self._identity = identity
        team_id = identity["team_id"]
        # The first page is enough to begin with; the others follow while the app works.
        people = await anext(slack.everybody(team_id), ())
        zones = Counter(member.time_zone for member in people if not member.is_bot)
        self.workspace = await self._store.write(
            see_workspace,
            Workspace(
                team_id=team_id,
                name=identity.get("team", ""),
                url=identity.get("url", "https://app.slack.com/"),
                bot_user_id=identity["user_id"],
                # Slack knows no zone of a workspace: the one in which most of its people live.
                time_zone=zones.most_common(1)[0][0] if zones else "UTC",
                settings=WorkspaceSettings(),
                emoji_aliases=await slack.emoji_aliases(team_id) or {},
            ),
        )
        await self._store.write(see_people, SeePeople(team_id, people))
        log.info("workspace", team_id=team_id, time_zone=self.workspace.time_zone)

    async def _meet_everybody(self, slack: AskSlack, wake_delivery: Callable[[], None]) -> None:
        """Store who is in the workspace, so that giving need not ask Slack first."""
        team_id = self._identity["team_id"]
        async for people in slack.everybody(team_id):
            try:
                await self._store.write(see_people, SeePeople(team_id, people))
            except StoreUnavailableError as error:
                # Whoever is missed is asked for when they are named.
                log.warning("store_unavailable", reason=str(error))
        # Slack tells nobody who installed the app, so it may have been the owner.
        installer = Welcome(team_id, slack.owners.get(team_id))
        with suppress(StoreUnavailableError):  # then the next start says it
            await self._store.write(welcome_admin, installer)
            wake_delivery()

    async def _call_patiently(
        self, client: AsyncWebClient, method: str, refused: str
    ) -> dict[str, Any]:
        """Return Slack's answer, however long Slack is down.

        Raises `StartError` with the sentence `refused` where Slack will always say no.
        """
        attempt = 0
        while True:
            try:
                return await called(client, method, {}, self._clock())
            except RefusedError as error:
                raise StartError(refused.format(reason=error)) from error
            except (NotReachedError, InDoubtError, RateLimitedError) as error:
                wait_seconds = TRY_AGAIN_SECONDS[min(attempt, len(TRY_AGAIN_SECONDS) - 1)]
                log.warning("slack_not_reached", reason=str(error), next_try_in=wait_seconds)
                await asyncio.sleep(wait_seconds)
                attempt += 1

    async def _listen(self, edge: Edge) -> None:
        identity = self._identity
        known = AuthorizeResult(
            enterprise_id=identity.get("enterprise_id"),
            team_id=identity["team_id"],
            bot_user_id=identity["user_id"],
            bot_id=identity.get("bot_id"),
            bot_token=self._settings.slack_bot_token.get_secret_value(),
        )

        async def authorize() -> AuthorizeResult:
            return known

        app = AsyncApp(
            client=self._client_for(None),
            authorize=authorize,
            # Acknowledged only when the listener is done, and so what it did is stored.
            process_before_response=True,
            # In HTTP mode the guard has checked the signature; in Socket Mode there is none.
            request_verification_enabled=False,
        )
        register(app, edge)
        app_token = self._settings.slack_app_token.get_secret_value()
        if app_token:
            # Asked for here and not by Slack's client, which would try a refused token for ever.
            opened_ = await self._call_patiently(
                self._client_for(app_token), "apps.connections.open", SOCKET_REFUSED
            )
            socket = AsyncSocketModeHandler(app, app_token, web_client=self._client)
            self._stack.push_async_callback(_within, CLOSE_WITHIN_SECONDS, socket.close_async)
            socket.client.wss_uri = opened_["url"]
            await socket.connect_async()  # type: ignore[no-untyped-call]
            log.info("listening", how="Socket Mode")
        else:
            secret = self._settings.slack_signing_secret.get_secret_value()
            port = await self._stack.enter_async_context(
                server.serving(
                    app,
                    signing_secret=secret,
                    clock=self._clock,
                    host=self._settings.kudos_host,
                    port=self._settings.kudos_port,
                )
            )
            self.port = port
            log.info("listening", how="HTTP", host=self._settings.kudos_host, port=port)


async def _within(seconds: float, close: Callable[[], Awaitable[None]]) -> None:
    """Close something; what does not close in time is left to the end of the process."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await close()
