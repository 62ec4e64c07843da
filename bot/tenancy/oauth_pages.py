"""Installing by OAuth: the page to begin with, and the one that Slack sends people back to.

That both belong to one browser is told by a state, signed, good for ten minutes, and bound to a
cookie: nobody can have somebody else install Kudos, or end an installation that they did not begin.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import structlog
from starlette.responses import HTMLResponse
from starlette.routing import Route

from bot.domain.installations import BeingDeletedError, Install
from bot.messages.installations import pages
from bot.messages.text.words import words_for
from bot.services.installations.installations import find_installation, install
from bot.slack.web_api import SLACK_FAILED, RefusedError, exchanged, uninstalled
from bot.tenancy.limits import FailureLimit, caller_of
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from slack_sdk.web.async_client import AsyncWebClient
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.slack.token_vault import TokenVault
    from storage.engine.store import Clock, Store

log = structlog.get_logger(__name__)

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
STATE_SECONDS = 600
COOKIE = "kudos_install"
EXCHANGES_AT_ONCE = 8
# Codes that Slack did not give out; what it lets an app ask for is shared by everybody.
WRONG_CODES_MAX, WRONG_CODES_SECONDS = 10, 600  # of one caller
ALL_WRONG_CODES_MAX, ALL_WRONG_CODES_SECONDS = 40, 60
READY_WITHIN_SECONDS = 5.0
EVERYBODY = "everybody"
_COOKIE_VALUE = re.compile(r"[A-Za-z0-9_-]{43}\Z")
_CODE = re.compile(r"[A-Za-z0-9._-]{1,500}\Z")
HEADERS = {
    "Content-Security-Policy": pages.POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address has a code in it
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class NotAllowedError(Exception):
    """The operator has not put this workspace or organization on the list."""


class TooManyError(Exception):
    """Too many codes were wrong; in so many seconds one may be right again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class State:
    """What is handed to Slack and comes back from it: when it ends, and a signature."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._keys = [hashlib.sha256(b"state\n" + key).digest() for key in keys]

    def made(self, cookie: str, now: datetime) -> str:
        """Return a state for the browser that has this cookie."""
        ends_at = str(int(now.timestamp()) + STATE_SECONDS)
        return f"{ends_at}.{_signature(self._keys[0], ends_at, cookie)}"

    def is_good(self, state: str, cookie: str, now: datetime) -> bool:
        """Return whether the state was made for this browser, and not long ago."""
        ends_at, _, signature = state.partition(".")
        if not (ends_at.isascii() and ends_at.isdigit() and len(ends_at) <= len("9999999999")):
            return False
        if not _COOKIE_VALUE.match(cookie) or int(ends_at) < now.timestamp():
            return False
        given = signature.encode()
        return any(
            hmac.compare_digest(_signature(key, ends_at, cookie).encode(), given)
            for key in self._keys
        )


def _signature(key: bytes, ends_at: str, cookie: str) -> str:
    signed = hmac.new(key, f"{ends_at}.{cookie}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")


@dataclass(frozen=True)
class SlackApp:
    """The Slack app that is installed, and where."""

    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    url: str  # of this server
    slack_url: str  # of Slack itself, without a slash at the end
    allowed_teams: frozenset[str] = frozenset()  # who may install it; empty: everybody

    @property
    def credentials(self) -> dict[str, str]:
        """What Slack knows the app by."""
        return {"client_id": self.client_id, "client_secret": self.client_secret}

    def is_for(self, *ids: str | None) -> bool:
        """Return whether a workspace may install it, by its own id or its organization's."""
        return not self.allowed_teams or not self.allowed_teams.isdisjoint(ids)

    @property
    def install_url(self) -> str:
        """Where somebody begins to install."""
        return f"{self.url}{INSTALL_PATH}"

    @property
    def redirect_url(self) -> str:
        """Where Slack sends them back to."""
        return f"{self.url}{REDIRECT_PATH}"


def slack_url_of(api_url: str) -> str:
    """Return the address of Slack's pages, which stand beside its API."""
    return api_url.rstrip("/").removesuffix("/api")


class Installing:
    """The two pages."""

    def __init__(
        self,
        app: SlackApp,
        client_for: Callable[[str | None], AsyncWebClient],
        store: Store,
        vault: TokenVault,
        clock: Clock,
        begin: Callable[[str, Install], Awaitable[None]],
    ) -> None:
        """Take the parts; `begin` is told of a new installation and returns once it is ready."""
        self._app = app
        self._client_for = client_for
        self._store = store
        self._vault = vault
        self._clock = clock
        self._begin = begin
        self._state = State(vault.keys)
        self._turns = asyncio.Semaphore(EXCHANGES_AT_ONCE)
        self._of_callers = FailureLimit(WRONG_CODES_MAX, WRONG_CODES_SECONDS)
        self._of_all = FailureLimit(ALL_WRONG_CODES_MAX, ALL_WRONG_CODES_SECONDS)
        self._words = words_for(None)

    def routes(self) -> list[Route]:
        """Return the way in for browsers."""
        return [Route(INSTALL_PATH, self._install), Route(REDIRECT_PATH, self._redirect)]

    async def _install(self, request: Request) -> Response:
        before = request.cookies.get(COOKIE, "")
        # The same one in every tab, so that each of them can be gone on with.
        cookie = before if _COOKIE_VALUE.match(before) else secrets.token_urlsafe(32)
        asked = {
            "client_id": self._app.client_id,
            "scope": ",".join(self._app.scopes),
            "redirect_uri": self._app.redirect_url,
            "state": self._state.made(cookie, self._clock()),
        }
        url = f"{self._app.slack_url}/oauth/v2/authorize?{urlencode(asked)}"
        response = self._page(pages.install_page(self._words, url))
        response.set_cookie(
            COOKIE,
            cookie,
            max_age=STATE_SECONDS,
            path="/slack",
            secure=urlsplit(self._app.url).scheme == "https",
            httponly=True,
            samesite="lax",  # it must come along when Slack sends people back
        )
        return response

    async def _redirect(self, request: Request) -> Response:
        given = request.query_params
        cookie = request.cookies.get(COOKIE, "")
        is_ours = self._state.is_good(given.get("state", ""), cookie, self._clock())
        if is_ours and given.get("error"):
            return self._page(pages.refused_page(self._words, self._app.install_url))
        code = given.get("code", "")
        if not is_ours or not _CODE.match(code):
            page = pages.stale_page(self._words, self._app.install_url)
            return self._page(page, HTTPStatus.BAD_REQUEST)
        caller = caller_of(request.client.host if request.client is not None else None)
        installed = await self._installed(code, caller)
        if not isinstance(installed, Install):
            return installed
        log.info("installed", team_id=installed.team_id, is_org_wide=installed.is_org_wide)
        try:
            async with asyncio.timeout(READY_WITHIN_SECONDS):
                await asyncio.shield(self._begun(installed))
        except TimeoutError:
            log.info("workspace_not_ready", team_id=installed.team_id)
        opened = urlencode({"app": installed.app_id, "team": installed.team_id})
        url = f"{self._app.slack_url}/app_redirect?{opened}"
        response = self._page(pages.installed_page(self._words, installed.name, url))
        response.delete_cookie(COOKIE, path="/slack")
        return response

    async def _installed(self, code: str, caller: str | None) -> Install | Response:
        """Return what was stored for the code, or the page that says why nothing was."""
        again = self._app.install_url
        headers: dict[str, str] = {}
        try:
            installed = await self._exchanged(code, caller)
            await self._store.write(install, installed)
        except TooManyError as error:
            headers = {"Retry-After": str(error.seconds)}
            page = pages.too_many_page(self._words, again)
            status = HTTPStatus.TOO_MANY_REQUESTS
        except RefusedError as error:
            # Used before, made up, or ours no more: it begins anew in any case.
            log.warning("not_installed", reason=str(error))
            page, status = pages.stale_page(self._words, again), HTTPStatus.BAD_REQUEST
        except SLACK_FAILED as error:
            log.warning("not_installed", reason=str(error))
            page = pages.slack_away_page(self._words, again)
            status = HTTPStatus.SERVICE_UNAVAILABLE
        except NotAllowedError as error:
            log.warning("not_allowed", team_id=str(error))
            page, status = pages.not_allowed_page(self._words), HTTPStatus.FORBIDDEN
        except BeingDeletedError:
            page = pages.being_deleted_page(self._words, again)
            status = HTTPStatus.CONFLICT
        except StoreUnavailableError as error:
            log.warning("store_unavailable", reason=str(error))
            page = pages.storage_away_page(self._words, again)
            status = HTTPStatus.SERVICE_UNAVAILABLE
        else:
            return installed
        return self._page(page, status, headers)

    async def _begun(self, installed: Install) -> None:
        await self._begin(installed.team_id, installed)

    async def _exchanged(self, code: str, caller: str | None) -> Install:
        async with self._turns:
            self._check_limits(caller)
            try:
                answer = await exchanged(
                    self._client_for(None),
                    **self._app.credentials,
                    code=code,
                    redirect_uri=self._app.redirect_url,
                )
            except RefusedError:
                self._note_wrong_code(caller)
                raise
        installed = installed_from(answer, self._vault, self._clock())
        if not self._app.is_for(installed.team_id, installed.enterprise_id):
            await self._turn_away(installed.team_id, str(answer["access_token"]))
            raise NotAllowedError(installed.team_id)
        return installed

    def _check_limits(self, caller: str | None) -> None:
        """Raises `TooManyError` where a code is not worth asking Slack about."""
        now = self._clock()
        if caller is not None and self._of_callers.is_reached(caller, now):
            raise TooManyError(WRONG_CODES_SECONDS)
        if self._of_all.is_reached(EVERYBODY, now):
            raise TooManyError(ALL_WRONG_CODES_SECONDS)

    def _note_wrong_code(self, caller: str | None) -> None:
        now = self._clock()
        if caller is not None:
            self._of_callers.note(caller, now)
        self._of_all.note(EVERYBODY, now)
        if self._of_all.is_reached(EVERYBODY, now):
            log.warning("too_many_wrong_codes", pause_seconds=ALL_WRONG_CODES_SECONDS)

    async def _turn_away(self, team_id: str, token: str) -> None:
        """Have Slack take the app out again, unless it is served from before the list was made."""
        if await self._store.read(find_installation, team_id) is not None:
            return
        try:
            client = self._client_for(token)
            await uninstalled(client, self._app.credentials)
        except SLACK_FAILED as error:
            log.warning("not_uninstalled", team_id=team_id, reason=str(error))

    def _page(
        self,
        page: pages.Page,
        status: HTTPStatus = HTTPStatus.OK,
        headers: dict[str, str] | None = None,
    ) -> Response:
        return HTMLResponse(page.html(), status_code=status, headers=HEADERS | (headers or {}))


def installed_from(answer: dict[str, Any], vault: TokenVault, now: datetime) -> Install:
    """Return what Slack's answer to a code says; its tokens are encrypted from here on.

    Raises `RefusedError` for an answer without what is needed, such as one without a bot.
    """
    team, enterprise = answer.get("team") or {}, answer.get("enterprise") or {}
    is_org_wide = bool(answer.get("is_enterprise_install"))
    holder = enterprise if is_org_wide else team
    team_id, token = holder.get("id"), answer.get("access_token")
    if not team_id or not token or answer.get("token_type", "bot") != "bot":
        raise RefusedError("incomplete_answer")
    refresh_token, expires_in = answer.get("refresh_token"), answer.get("expires_in")
    return Install(
        team_id=team_id,
        enterprise_id=enterprise.get("id"),
        is_org_wide=is_org_wide,
        name=holder.get("name") or team_id,
        app_id=answer.get("app_id") or "",
        bot_user_id=answer.get("bot_user_id") or "",
        installer_id=(answer.get("authed_user") or {}).get("id"),
        scopes=tuple(each for each in (answer.get("scope") or "").split(",") if each),
        bot_token=vault.encrypt(team_id, token),
        refresh_token=vault.encrypt(team_id, refresh_token) if refresh_token else None,
        token_expires_at=now + timedelta(seconds=int(expires_in)) if expires_in else None,
    )
