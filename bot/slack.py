"""One call of Slack's Web API, and the four ways in which it can fail.

Slack's client resends a broken request by itself once, which would post twice; the clients that are
handed in here are made without that.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from enum import StrEnum
from time import monotonic
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

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
# Methods that read take their arguments in the address only.
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


SLACK_FAILED = (RefusedError, NotReachedError, InDoubtError, RateLimitedError)
"""The four ways in which a call can fail."""


class WatchedClient(AsyncWebClient):
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
        async with session.post(
            url,
            data=json.dumps(self.default_params | arguments).encode(),
            headers=self.headers | {"Authorization": f"Bearer {self.token}"} | TELLS_JSON,
            proxy=self.proxy,
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
    if isinstance(error, NotReachedError | aiohttp.ClientConnectorError):
        return Ended.NOT_REACHED
    if isinstance(error, RateLimitedError):
        return Ended.RATE_LIMITED
    return Ended.REFUSED if isinstance(error, RefusedError) else Ended.IN_DOUBT


async def called(client: AsyncWebClient, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return Slack's answer; raises one of the errors above."""
    if method in TAKES_JSON:
        calling = client.api_call(method, json=arguments)
    else:
        calling = client.api_call(method, http_verb="GET", params=arguments)
    return await _answered(calling, method)


async def exchanged(client: AsyncWebClient, **given: str) -> dict[str, Any]:
    """Return the tokens that Slack gives for a code, or for a refresh token; raises like `called`.

    https://docs.slack.dev/reference/methods/oauth.v2.access takes the app's credentials in the body
    too; Slack's client has another way, which aiohttp is about to give up.
    """
    method = "oauth.v2.access"
    return await _answered(client.api_call(method, data=given), method)


async def uninstalled(client: AsyncWebClient, credentials: dict[str, str]) -> None:
    """Take the app out of the workspace or organization of a token; raises like `called`.

    https://docs.slack.dev/reference/methods/apps.uninstall wants the app's credentials beside it.
    """
    method = "apps.uninstall"
    await _answered(client.api_call(method, data=credentials), method)


async def _answered(calling: Awaitable[Any], method: str) -> dict[str, Any]:
    try:
        response = await calling
    except SlackApiError as error:
        raise _meaning(method, error) from error
    except aiohttp.ClientConnectorError as error:
        raise NotReachedError(type(error).__name__) from error
    except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
        raise InDoubtError(type(error).__name__) from error
    return dict(response.data) if isinstance(response.data, dict) else {}


def _meaning(method: str, error: SlackApiError) -> Exception:
    response = error.response
    data = getattr(response, "data", None)  # absent where the answer was no JSON
    status = getattr(response, "status_code", HTTP_SERVER_ERROR)
    reason = (data.get("error") or "") if isinstance(data, dict) else ""
    if status == HTTP_TOO_MANY_REQUESTS or reason == "ratelimited":
        return RateLimitedError(method, float(response.headers.get("Retry-After", 1)))
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


async def upload_file(session: aiohttp.ClientSession, url: str, content: bytes) -> None:
    """Send the bytes of a file to the address that Slack named for it; raises like `called`."""
    await _post(session, url, "upload", data=content)


async def post_to_response_url(
    session: aiohttp.ClientSession, url: str, payload: dict[str, Any]
) -> None:
    """Post to the address that came with a command or a click; raises like `called`."""
    await _post(session, url, "response_url", json=payload)


async def _post(session: aiohttp.ClientSession, url: str, what: str, **body: Any) -> None:
    try:
        async with session.post(url, **body) as response:
            if response.status >= HTTP_SERVER_ERROR:
                raise InDoubtError(f"http_{response.status}")
            if not response.ok:
                raise RefusedError(f"{what}_http_{response.status}")
    except aiohttp.ClientConnectorError as error:
        raise NotReachedError(type(error).__name__) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise InDoubtError(type(error).__name__) from error
