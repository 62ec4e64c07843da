"""The composition root: the only module that knows every part."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any, Self

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp

from bot.clock import machine_clock
from bot.config import slack_settings_hidden
from bot.ingress import http
from bot.ingress.listening import listening_sockets
from bot.ingress.socket_mode import Socket
from bot.observability.health import Health
from bot.observability.metrics import Metrics
from bot.observability.turned_away import TurnedAway
from bot.services.people.members import SeePeople, see_people
from bot.slack import calls, outgoing
from bot.slack.directory import SlackDirectory
from bot.slack.manifest import bot_scopes
from bot.slack.web_api import Ended, called
from bot.tenancy.tenancy import (
    MultiTenant,
    Parts,
    SingleTenant,
    StartError,
    Tenancy,
    call_patiently,
    signing_key_of,
)
from bot.workers.delivery import Delivery
from bot.workers.pruning import Pruning
from bot.workers.scheduler import Scheduler
from handlers.dispatch import register
from handlers.gateway import SlackGateway, carried
from handlers.home.home import draw_home
from handlers.interaction.belonging import Belonging
from handlers.interaction.context import HandlerContext
from storage.engine.migrate import head, migrate, require_current
from storage.engine.opening import opened

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from starlette.routing import Route

    from bot.config import Settings
    from bot.domain.workspaces import Workspace
    from storage.engine.store import Clock, Store

__all__ = ["KudosApp", "StartError", "open_existing", "open_store"]

log = structlog.get_logger(__name__)

FINISH_WITHIN_SECONDS = 6.0
CLOSE_WITHIN_SECONDS = 2.0


SOCKET_REFUSED = (
    "Slack does not accept SLACK_APP_TOKEN: it says {reason}. Make one in your Slack app under "
    "Basic Information, App-Level Tokens, with the scope connections:write."
)


def open_store(settings: Settings, clock: Clock) -> Store:
    """Return the store; SQLite's schema is brought up to date, Postgres' must be already.

    Raises `StartError`, `StoreUnavailableError`, or what `storage.engine.migrate` raises.
    """
    if not settings.database_url.startswith("sqlite"):
        return open_existing(settings, clock)
    upgraded = migrate(settings.database_url)
    if upgraded is not None and upgraded.before is not None:
        log.warning(
            "database_upgraded",
            before=upgraded.before,
            now=upgraded.now,
            copy=str(upgraded.copy),
        )
    return opened(settings.database_url, clock)


def open_existing(settings: Settings, clock: Clock) -> Store:
    """Returns the store of a database that has this version's tables; makes and upgrades none.

    Raises `StoreUnavailableError`, or what `storage.engine.migrate` raises.
    """
    require_current(settings.database_url)
    return opened(settings.database_url, clock)


class KudosApp:
    """The app, for one workspace or many: listeners, delivery and the store on one event loop."""

    def __init__(self, settings: Settings, store: Store, clock: Clock = machine_clock) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._stack = AsyncExitStack()
        self._scheduler: Scheduler | None = None
        self._tenancy: Tenancy | None = None
        self._metrics = Metrics()
        self._turned_away = TurnedAway(self._metrics)
        self.workspace: Workspace | None = None
        self.port: int | None = None  # of HTTP mode
        self.health_port: int | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._health.is_listening = False
        await self._stack.aclose()

    @property
    def install_url(self) -> str:
        """Where anybody may install the app; empty where nobody can."""
        return self._tenancy.install_url if self._tenancy is not None else ""

    async def look(self) -> None:
        """Look at once for what is due, as after the clock was moved."""
        if self._tenancy is not None:
            await self._tenancy.poll()
        if self._scheduler is not None:
            await self._scheduler.look()

    async def _start(self) -> None:
        self._stack.push_async_callback(self._close_store)
        health = await self._observed()
        # One session for every outgoing call: a new connection for each costs three times as much.
        session = await self._stack.enter_async_context(
            outgoing.session(
                # Delivery gives each workspace its share; a limit here would be for all together.
                connector=aiohttp.TCPConnector(limit=0),
                timeout=calls.timeout(),
            )
        )
        self._calls = calls.SlackCalls(session, self._settings.slack_api_url, self._watch)
        tenancy = self._tenancy = self._make_tenancy()
        client_of = tenancy.clients.client_of

        async def call(team_id: str, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
            return await called(await client_of(team_id), method, arguments)

        slack = SlackDirectory(client_of)
        await tenancy.start(slack)
        self.workspace = tenancy.workspace

        async def meet(team_id: str, user_ids: Sequence[str]) -> None:
            people = await slack.people(team_id, user_ids)
            await self._store.write(see_people, SeePeople(team_id, people))

        delivery = Delivery(
            self._store,
            self._clock,
            client_of,
            self._calls.respond,
            self._calls.upload,
            self._metrics,
            meet,
        )
        context = HandlerContext(
            self._store,
            slack,
            self._clock,
            self._calls.respond,
            call,
            self._calls.upload,
            delivery.wake,
            signing_key_of(tenancy),
            self._metrics,
            tenancy,
            delivery.channels,
            draw_home,
        )
        scheduler = self._scheduler = Scheduler(self._store, self._clock, delivery.wake)
        pruning = Pruning(self._store, self._metrics)
        delivery.start()
        scheduler.start()
        pruning.start()
        self._stack.push_async_callback(pruning.stop)
        self._stack.push_async_callback(self._finish, context, tenancy, scheduler, delivery)
        tenancy.run_background(delivery.wake, context.start)
        health.last_looked_at = lambda: scheduler.last_looked_at
        await self._listen(context, tenancy, health)
        health.is_listening = True

    async def _observed(self) -> Health:
        """Create the health service, and start its own port where one is set."""
        settings = self._settings
        revision = await asyncio.to_thread(head)
        health = self._health = Health(self._store, self._clock, self._metrics, head=revision)
        self._stack.push_async_callback(health.stop)
        if settings.kudos_health_port is not None:
            self.health_port = await self._serve(
                http.health_routes(health), "KUDOS_HEALTH_PORT", settings.kudos_health_port
            )
        return health

    async def _serve(self, routes: list[Route], setting: str, port: int) -> int:
        sockets = await listening_sockets(setting, self._settings.kudos_host, port)
        return await self._stack.enter_async_context(
            http.serve_http(
                routes,
                self._turned_away,
                sockets,
                trusted_proxies=self._settings.kudos_trusted_proxies,
            )
        )

    def _watch(self, method: str, ended: Ended, seconds: float) -> None:
        self._metrics.note_called(method, ended, seconds)
        if ended.is_answered:
            self._health.note_slack()

    def _make_tenancy(self) -> Tenancy:
        parts = Parts(self._settings, self._store, self._clock, self._calls.client_for)
        return (
            MultiTenant(parts, bot_scopes()) if self._settings.is_for_many else SingleTenant(parts)
        )

    async def _finish(
        self, context: HandlerContext, tenancy: Tenancy, scheduler: Scheduler, delivery: Delivery
    ) -> None:
        """Finish what is under way; together, since a supervisor waits ten seconds in all."""
        await asyncio.gather(
            context.finish(FINISH_WITHIN_SECONDS), tenancy.stop(), scheduler.stop(), delivery.stop()
        )

    async def _close_store(self) -> None:
        """Close the store; writes that a foreign lock holds up are lost, as their callers know."""
        await _within(CLOSE_WITHIN_SECONDS, self._store.close)

    async def _listen(self, context: HandlerContext, tenancy: Tenancy, health: Health) -> None:
        anybody = self._calls.client_for(None)
        with slack_settings_hidden():
            app = AsyncApp(
                name="kudos",  # not found out by Bolt, which would read the source of every caller
                client=anybody,
                authorize=carried,
                # Acknowledged only when the listener is done, and so what it did is stored.
                process_before_response=True,
                # In HTTP mode the guard has checked the signature; in Socket Mode there is none.
                request_verification_enabled=False,
                # The reception has answered these, and nothing is called with a step's token.
                ssl_check_enabled=False,
                url_verification_enabled=False,
                attaching_function_token_enabled=False,
            )
        register(app, context)
        belonging = Belonging(self._store, context.slack, tenancy.serves)
        reception = SlackGateway(
            app,
            self._metrics,
            tenancy.authorized,
            tenancy.install_url,
            belonging if self._settings.is_for_many else None,
        )
        health.ask_slack = anybody.api_test
        app_token = self._settings.slack_app_token.get_secret_value()
        if app_token:
            # Asked for here, since Slack's client would try a refused token for ever.
            connecting = self._calls.client_for(app_token)
            opened_ = await call_patiently(connecting, "apps.connections.open", SOCKET_REFUSED)
            socket = Socket(
                reception.answer,
                self._metrics,
                app_token=app_token,
                web_client=connecting,
                logger=app.logger,
            )
            self._stack.push_async_callback(_within, CLOSE_WITHIN_SECONDS, socket.close)
            socket.wss_uri = opened_["url"]
            await socket.connect()
            health.socket_is_open = socket.is_connected
            log.info("listening", how="Socket Mode")
        else:
            secret = self._settings.slack_signing_secret.get_secret_value()
            events = http.events_route(
                reception.answer, self._turned_away, signing_secret=secret, clock=self._clock
            )
            # With a port of its own, what operators look at is not where the world comes in.
            has_own_port = self._settings.kudos_health_port is not None
            others = [http.healthz_route()] if has_own_port else http.health_routes(health)
            routes = [events, *tenancy.routes(), *others]
            self.port = await self._serve(routes, "KUDOS_PORT", self._settings.kudos_port)
            log.info("listening", how="HTTP", host=self._settings.kudos_host, port=self.port)


async def _within(seconds: float, close: Callable[[], Awaitable[None]]) -> None:
    """Close something; what does not close in time is left to the end of the process."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await close()
