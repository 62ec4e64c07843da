"""Kudos for many workspaces: sandboxes behind one address, and somebody with a browser."""

from __future__ import annotations

import asyncio
import re
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from bot.app import KudosApp, open_store
from bot.config import Settings, read_settings
from bot.sandbox import Sandbox
from bot.slack.manifest import distributed
from bot.slack.token_vault import new_key
from tests.conftest import MANIFEST
from tests.patience import WAIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from storage.engine.store import Clock

DISTRIBUTED = distributed(MANIFEST, "https://kudos.example")
APP = {
    "id": "A0SANDBOX1",
    "client_id": "111.222",
    "client_secret": "planted-client-secret",
    "signing_secret": "5ec2e7" * 5 + "ab",
    "bot_token": "",  # nobody has installed it by hand
}
WORKS = {
    "team": {"id": "T0PIXELWK1", "name": "Pixel Works", "domain": "pixel-works"},
    "people": [
        {"handle": "ada", "id": "U0ADA00001"},
        {"handle": "bo", "id": "U0BO000002"},
        {"handle": "wanda", "id": "U0WANDA001", "is_owner": True, "is_primary_owner": True},
    ],
    "channels": [{"name": "general", "id": "C0GENERAL1", "app": True}],
}
ORGANIZATION = {"id": "E0ENGINES1", "name": "Engines & Sons"}


def in_organization(number: int) -> dict[str, Any]:
    """Return one workspace of an organization; its people and channels have ids of their own."""
    return {
        "team": {
            "id": f"T0ENGINES{number}",
            "name": f"Engine Shed {number}",
            "domain": f"shed-{number}",
            "enterprise": ORGANIZATION,
        },
        "people": [
            {
                "handle": "ada",
                "id": f"U{number}ADA00001",
                "is_owner": True,
                "is_primary_owner": True,
            },
            {"handle": "bo", "id": f"U{number}BO000002"},
        ],
        "channels": [{"name": "general", "id": f"C{number}GENERAL1", "app": True}],
    }


@asynccontextmanager
async def workspace(source: dict[str, Any] | None = None, **app: Any) -> AsyncIterator[Sandbox]:
    """A workspace in which the app can be installed by OAuth."""
    async with Sandbox(
        DISTRIBUTED,
        source,
        app=APP | app,
        retry_delays=(0.1, 0.3),
        ack_seconds=WAIT_SECONDS,
    ) as sandbox:
        yield sandbox


@dataclass
class Router:
    """One address of Slack for several sandboxes: a token or a code says which one is meant."""

    sandboxes: list[Sandbox]
    url: str = ""
    by_team: bool = False  # one token is good for all of them, and each call says which it means
    calls: list[tuple[str, str]] = field(default_factory=list)  # method, and workspace

    async def api(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if request.match_info["method"] == "oauth.v2.access":
            form = await request.post()
            token = str(form.get("code") or form.get("refresh_token") or "")
        query = dict(request.query)
        sandbox = self._meant(token, query.get("team_id") or _team_in(body))
        method = request.match_info["method"]
        if method == "auth.teams.list":
            asked = [one for one in self.sandboxes if one.oauth.knows(token)]
            teams = [team for one in asked for team in one.oauth.teams()]
            return web.json_response({"ok": True, "teams": teams})
        self.calls.append((method, sandbox.team_id))
        sent = {
            name: value
            for name, value in request.headers.items()
            if name in {"Authorization", "Content-Type"}
        }
        address = f"{sandbox.api_url}{method}"
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.request(
                    request.method, address, params=query, data=body or None, headers=sent
                ) as answer,
            ):
                shown = {
                    name: value
                    for name, value in answer.headers.items()
                    if name in {"Content-Type", "Retry-After", "X-OAuth-Scopes"}
                }
                return web.Response(status=answer.status, body=await answer.read(), headers=shown)
        except aiohttp.ClientError:
            # What the sandbox cuts off is cut off here too.
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=502)

    def _meant(self, token: str, team_id: str | None) -> Sandbox:
        if self.by_team and team_id is not None:
            token = ""
        knowing = [one for one in self.sandboxes if token and one.oauth.knows(token)]
        meant = [one for one in self.sandboxes if one.team_id == team_id]
        return (knowing or meant or self.sandboxes)[0]


def _team_in(body: bytes) -> str | None:
    found = re.search(rb'"?team_id"?(?:=|": ?")(\w+)', body)
    return found[1].decode() if found else None


@asynccontextmanager
async def routed(*sandboxes: Sandbox) -> AsyncIterator[Router]:
    """Put the sandboxes behind one address."""
    router = Router(list(sandboxes))
    application = web.Application()
    application.add_routes([web.route("*", "/api/{method}", router.api)])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    router.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield router
    await runner.cleanup()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def settings_for_many(api_url: str, database_url: str, port: int, **more: Any) -> Settings:
    """The settings of an app for many workspaces."""
    given = {
        "slack_client_id": APP["client_id"],
        "slack_client_secret": APP["client_secret"],
        "slack_signing_secret": APP["signing_secret"],
        "slack_api_url": api_url,
        "database_url": database_url,
        "kudos_url": f"http://127.0.0.1:{port}",
        "kudos_port": port,
        "kudos_secret_key": KEY,
    }
    return read_settings(_env_file=None, **(given | more))


KEY = new_key()


@dataclass
class Kudos:
    """The app for many workspaces, and where Slack and people reach it."""

    app: KudosApp
    settings: Settings
    router: Router

    @property
    def url(self) -> str:
        return self.settings.kudos_url


@asynccontextmanager
async def serving(
    database_url: str, clock: Clock, *sandboxes: Sandbox, **more: Any
) -> AsyncIterator[Kudos]:
    """The whole app in this process, for all these workspaces."""
    async with routed(*sandboxes) as router:
        port = free_port()
        settings = settings_for_many(f"{router.url}/api/", database_url, port, **more)
        async with KudosApp(settings, open_store(settings, clock), clock) as app:
            for sandbox in sandboxes:
                sandbox.event_url = f"{settings.kudos_url}/slack/events"
            yield Kudos(app, settings, router)


@dataclass
class Seen:
    """A page as somebody sees it."""

    status: int
    html: str
    headers: dict[str, str]

    @property
    def title(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.html)
        return unescape(found[1]) if found else ""

    @property
    def link(self) -> str:
        found = re.search(r'<a class="act" href="(.*?)"', self.html)
        return unescape(found[1]) if found else ""


class Installable(Protocol):
    """A workspace that has an address."""

    @property
    def url(self) -> str: ...


class Browser:
    """Somebody's browser, with its cookies."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # Of an address without a name, browsers keep cookies too.
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._session is not None
        await self._session.close()

    async def sees(self, url: str) -> Seen:
        """Open an address."""
        assert self._session is not None
        async with self._session.get(url, allow_redirects=False) as answer:
            return Seen(answer.status, await answer.text(), dict(answer.headers))

    async def agrees(
        self, page: Seen, sandbox: Installable, who: str = "", answer: str = "allow"
    ) -> str:
        """Follow the link of the install page to a workspace; return where Slack leads back to."""
        assert self._session is not None
        asked = dict(re.findall(r"([a-z_]+)=([^&]*)", urlsplit(page.link).query))
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        async with self._session.get(f"{sandbox.url}/oauth/v2/authorize?{query}") as shown:
            html = await shown.text()
            assert shown.status == 200, html
        fields = dict(re.findall(r'name="(\w+)" value="(.*?)"', html))
        form = {name: unescape(value) for name, value in fields.items()}
        form |= {"answer": answer}
        owner = re.search(r'<option value="(\w+)"', html)
        assert owner is not None
        form["user"] = owner[1]
        if who and isinstance(sandbox, Sandbox):
            form["user"] = sandbox.person(who).id
        address = f"{sandbox.url}/oauth/v2/authorize"
        async with self._session.post(address, data=form, allow_redirects=False) as sent:
            assert sent.status == 302
            return sent.headers["Location"]


async def installs(kudos: Kudos, sandbox: Sandbox, who: str = "") -> Seen:
    """Have somebody install Kudos; return the page that they see at the end."""
    async with Browser() as browser:
        page = await browser.sees(f"{kudos.url}/slack/install")
        return await browser.sees(await browser.agrees(page, sandbox, who))


async def becomes(is_so: Callable[[], object], what: str, within: float = WAIT_SECONDS) -> None:
    """Wait for something that can be looked at. Raises AssertionError."""
    ends_at = asyncio.get_running_loop().time() + within
    while not is_so():
        assert asyncio.get_running_loop().time() < ends_at, f"it never came to be: {what}"
        await asyncio.sleep(0.02)
