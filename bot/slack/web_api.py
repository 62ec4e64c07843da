"""One call of Slack's Web API, and the four ways in which it can fail.

Slack's client resends a broken request by itself once, which would post twice; the clients that are
handed in here are made without that.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from enum import StrEnum
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp
import structlog
from aiohttp.payload import BytesPayload
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.outgoing import Client

if TYPE_CHECKING:
    from aiohttp.abc import AbstractStreamWriter
    from slack_sdk.web.async_client import AsyncWebClient

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")
# "Some aspect of the operation may have succeeded": https://docs.slack.dev/reference/methods/chat.postMessage
IN_DOUBT = frozenset({"internal_error", "fatal_error"})
# Slack or the operator will mend these; everything else stays as it is however often one tries.
MAY_PASS = frozenset(
    {
        "accesslimited",
        "account_inactive",
        "invalid_auth",
        "not_authed",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
        "token_expired",
        "token_revoked",
    }
)
# Slack's own trouble, which is over after a while, whatever the token or the call.
PASSES = frozenset({"ratelimited", "request_timeout", "service_unavailable", "team_added_to_org"})
TRY_AGAIN_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)
# Every other method takes a form, which Slack reads for all of them.
TAKES_JSON = frozenset(
    {
        "chat.postEphemeral",
        "chat.postMessage",
        "chat.update",
        "files.completeUploadExternal",
        "functions.completeError",
        "functions.completeSuccess",
        "views.open",
        "views.publish",
        "views.push",
        "views.update",
    }
)
TELLS_JSON = {"Content-Type": "application/json;charset=utf-8"}
# A proxy that lets nobody through has passed nothing on.
NOT_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError)
UPLOAD_AGAIN_AFTER_SECONDS = (0.5, 2.0)
HTTP_TOO_MANY_REQUESTS = 429
HTTP_SERVER_ERROR = 500


class Ended(StrEnum):
    """How a call ended."""

    OK = "ok"
    REFUSED = "refused"
    RATE_LIMITED = "ratelimited"
    IN_DOUBT = "in_doubt"
    NOT_REACHED = "not_reached"

    @property
    def is_answered(self) -> bool:
        """Whether it was Slack itself that said so."""
        return self in {Ended.OK, Ended.REFUSED, Ended.RATE_LIMITED}


# Told of every call: the method, how it ended, and how many seconds it took.
Watch = Callable[[str, Ended, float], None]


class NotReachedError(Exception):
    """No connection to Slack: the request was certainly not taken."""

    passes = True  # whether it may be another time, without anybody doing anything


class InDoubtError(Exception):
    """Nobody knows whether Slack did what was asked: the answer was lost or says so itself."""


class RateLimitedError(Exception):
    """Slack takes no more calls of that method for this workspace, for so many seconds from now."""

    def __init__(self, method: str, seconds: float) -> None:
        super().__init__(method)
        self.method = method
        self.seconds = seconds


class RefusedError(Exception):
    """Slack said no; `str()` is its own word for why."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.may_pass = error in MAY_PASS
        self.passes = error in PASSES


class HeldBackError(NotReachedError):
    """The request was kept from being sent: whoever made it may not be the one to send it now."""


class _HeldBody(BytesPayload):
    """A request's body that is sent only if it may be at the moment when its bytes go out."""

    def __init__(self, content: bytes, may_go: Callable[[], bool]) -> None:
        super().__init__(content, content_type=TELLS_JSON["Content-Type"])
        self._may_go = may_go
        self.is_held = False

    async def write_with_length(
        self, writer: AbstractStreamWriter, content_length: int | None
    ) -> None:
        """Write it, after all that a request waits for; nothing of the request goes without it."""
        if not self._may_go():
            self.is_held = True
            raise HeldBackError("held_back")
        await super().write_with_length(writer, content_length)


# Whether what is being posted may still go out; asked at the last moment.
may_go: ContextVar[Callable[[], bool]] = ContextVar("may_go", default=lambda: True)


@asynccontextmanager
async def _posting(
    session: aiohttp.ClientSession, url: str, content: bytes, **how: Any
) -> AsyncIterator[aiohttp.ClientResponse]:
    """Post JSON; raises `HeldBackError` where it did not go out."""
    body = _HeldBody(content, may_go.get())
    try:
        async with session.post(url, data=body, **how) as response:
            yield response
    except aiohttp.ClientError as error:
        if body.is_held:
            raise HeldBackError("held_back") from error
        raise


SLACK_FAILED = (RefusedError, NotReachedError, InDoubtError, RateLimitedError)
"""The four ways in which a call can fail."""


class WatchedClient(Client):
    """Slack's client, with somebody who is told how every call ended."""

    def __init__(self, *, watch: Watch, **how: Any) -> None:
        super().__init__(**how)
        self._watch = watch
        self.on_refused: Callable[[str], None] | None = None  # told why Slack said no

    async def api_call(self, api_method: str, **call: Any) -> Any:
        """Return Slack's answer; raises what its client raises."""
        session = self.session
        if session is not None and call.keys() == {"json"}:
            calling: Awaitable[Any] = self._posted(session, api_method, call["json"])
        else:
            calling = super().api_call(api_method, **call)
        try:
            return await watched(self._watch, api_method, calling)
        except SlackApiError as error:
            data = getattr(error.response, "data", None)
            if self.on_refused is not None and isinstance(data, dict):
                self.on_refused(str(data.get("error") or ""))
            raise

    async def _posted(
        self, session: aiohttp.ClientSession, method: str, arguments: dict[str, Any]
    ) -> AsyncSlackResponse:
        """Return the answer to JSON; an answer that is none reads as one that says nothing.

        Slack's client prepares for files, retries and logs, which is as much again as the call.
        """
        url = self.base_url + method
        async with _posting(
            session,
            url,
            json.dumps(self.default_params | arguments).encode(),
            headers=self.headers | {"Authorization": f"Bearer {self.token}"} | TELLS_JSON,
            ssl=self.ssl or True,
        ) as response:
            try:
                data = await response.json()
            except (aiohttp.ContentTypeError, ValueError):
                data = None
            answer = AsyncSlackResponse(
                client=self,
                http_verb="POST",
                api_url=url,
                req_args={},
                data=data if isinstance(data, dict) else {},
                headers=response.headers,  # type: ignore[arg-type]
                status_code=response.status,
            )
        return answer.validate()  # type: ignore[no-any-return, no-untyped-call]


async def watched(watch: Watch, method: str, calling: Awaitable[Answer]) -> Answer:
    """Return what comes of a call, and tell how it ended."""
    began, ended = monotonic(), Ended.IN_DOUBT
    try:
        answer = await calling
        ended = Ended.OK
        return answer  # noqa: TRY300 - told below, whatever happens
    except Exception as error:
        ended = _how_ended(method, error)
        raise
    finally:
        watch(method, ended, monotonic() - began)


def _how_ended(method: str, error: Exception) -> Ended:
    if isinstance(error, SlackApiError):
        error = _meaning(method, error)
    if isinstance(error, (NotReachedError, *NOT_CONNECTED)):
        return Ended.NOT_REACHED
    if isinstance(error, RateLimitedError):
        return Ended.RATE_LIMITED
    return Ended.REFUSED if isinstance(error, RefusedError) else Ended.IN_DOUBT


async def called(client: AsyncWebClient, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return Slack's answer; raises one of the errors above.

    By POST, whatever the method: many refuse GET, none refuses POST, and no address tells an id.
    """
    return _data_of(await _answered(_calling(client, method, arguments), method))


async def identified(client: AsyncWebClient) -> tuple[dict[str, Any], frozenset[str]]:
    """Return whose token a client has, and its scopes; raises like `called`.

    The scopes stand in a header, https://docs.slack.dev/reference/methods/auth.test; without one
    there are none.
    """
    method = "auth.test"
    response = await _answered(_calling(client, method, {}), method)
    # The header's name comes in any case, and the client keeps the answer's own multidict.
    written = response.headers.get("x-oauth-scopes") or ""
    return _data_of(response), frozenset(filter(None, written.split(",")))


async def patiently(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """Returns what a question is answered with, however long Slack is down or busy.

    Raises `RefusedError` where Slack will go on saying no.
    """
    for attempt in count():
        try:
            return await ask()
        except RefusedError as error:
            if not error.passes:
                raise
            reason, seconds = str(error), _pause(attempt)
        except RateLimitedError as error:
            reason, seconds = "ratelimited", error.seconds
        except (NotReachedError, InDoubtError) as error:
            if isinstance(error, NotReachedError) and not error.passes:
                raise
            reason, seconds = str(error), _pause(attempt)
        log.warning("slack_not_reached", reason=reason, next_try_in=seconds)
        await asyncio.sleep(seconds)
    raise AssertionError  # never counted to its end


def _pause(attempt: int) -> float:
    return TRY_AGAIN_SECONDS[min(attempt, len(TRY_AGAIN_SECONDS) - 1)]


async def exchanged(client: AsyncWebClient, **given: str) -> dict[str, Any]:
    """Return the tokens that Slack gives for a code, or for a refresh token; raises like `called`.

    https://docs.slack.dev/reference/methods/oauth.v2.access takes the app's credentials in the body
    too; Slack's client has another way, which aiohttp is about to give up.
    """
    method = "oauth.v2.access"
    return _data_of(await _answered(_calling(client, method, given), method))


async def uninstalled(client: AsyncWebClient, credentials: dict[str, str]) -> None:
    """Take the app out of the workspace or organization of a token; raises like `called`.

    https://docs.slack.dev/reference/methods/apps.uninstall wants the app's credentials beside it.
    """
    method = "apps.uninstall"
    await _answered(_calling(client, method, credentials), method)


def _calling(
    client: AsyncWebClient, method: str, arguments: Mapping[str, Any]
) -> Awaitable[AsyncSlackResponse]:
    if method in TAKES_JSON:
        return client.api_call(method, json=dict(arguments))
    form = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in arguments.items()
    }
    return client.api_call(method, data=form)


def _data_of(response: AsyncSlackResponse) -> dict[str, Any]:
    return dict(response.data) if isinstance(response.data, dict) else {}


async def _answered(calling: Awaitable[AsyncSlackResponse], method: str) -> AsyncSlackResponse:
    try:
        return await calling
    except SlackApiError as error:
        raise _meaning(method, error) from error
    except NOT_CONNECTED as error:
        raise NotReachedError(type(error).__name__) from error
    except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
        raise InDoubtError(type(error).__name__) from error


def _meaning(method: str, error: SlackApiError) -> Exception:
    response = error.response
    data = getattr(response, "data", None)  # absent where the answer was no JSON
    status = getattr(response, "status_code", HTTP_SERVER_ERROR)
    reason = (data.get("error") or "") if isinstance(data, dict) else ""
    if status == HTTP_TOO_MANY_REQUESTS or reason == "ratelimited":
        return RateLimitedError(method, _retry_after(response.headers))
    if status >= HTTP_SERVER_ERROR or reason in IN_DOUBT or not reason:
        return InDoubtError(reason or f"http_{status}")
    return RefusedError(reason)


async def put_file(
    call: Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]],
    send: Callable[[str, bytes], Awaitable[None]],
    *,
    filename: str,
    content: bytes,
    **about: Any,
) -> str:
    """Return the id of a file whose bytes Slack has; `files.completeUploadExternal` makes it one.

    `call` calls a method for the workspace, `send` is `upload_file`. Raises what they raise.
    """
    question = {"filename": filename, "length": len(content)} | about
    place = await call("files.getUploadURLExternal", question)
    await send(place["upload_url"], content)
    return str(place["file_id"])


def _retry_after(headers: Mapping[str, str]) -> float:
    """Return for how many seconds Slack wants to be left alone; one where it does not say."""
    written = headers.get("Retry-After") or ""
    return float(written) if written.isdecimal() else 1.0


async def upload_file(session: aiohttp.ClientSession, url: str, content: bytes) -> None:
    """Send the bytes of a file to the address that Slack named for it; raises like `called`.

    They are sent again where Slack cannot take them at the moment: the same bytes at the same
    address are no second file.
    """
    for pause_seconds in UPLOAD_AGAIN_AFTER_SECONDS:
        try:
            await _post(session.post(url, data=content), "upload")
        except RateLimitedError as error:
            await asyncio.sleep(error.seconds)
        except (NotReachedError, InDoubtError):
            await asyncio.sleep(pause_seconds)
        else:
            return
    await _post(session.post(url, data=content), "upload")


async def post_to_response_url(
    session: aiohttp.ClientSession, url: str, payload: dict[str, Any]
) -> None:
    """Post to the address that came with a command or a click; raises like `called`."""
    content = json.dumps(payload).encode()
    await _post(_posting(session, url, content, headers=TELLS_JSON), "response_url")


async def _post(posting: AbstractAsyncContextManager[aiohttp.ClientResponse], what: str) -> None:
    try:
        async with posting as response:
            if response.status == HTTP_TOO_MANY_REQUESTS:
                raise RateLimitedError(what, _retry_after(response.headers))
            if response.status >= HTTP_SERVER_ERROR:
                raise InDoubtError(f"http_{response.status}")
            if not response.ok:
                raise RefusedError(f"{what}_http_{response.status}")
    except NOT_CONNECTED as error:
        raise NotReachedError(type(error).__name__) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise InDoubtError(type(error).__name__) from error
