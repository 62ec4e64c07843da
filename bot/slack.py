"""One call of Slack's Web API, and the four ways in which it can fail.

Slack's client resends a broken request by itself once, which would post twice; the clients that are
handed in here are made without that.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

# "Some aspect of the operation may have succeeded": https://docs.slack.dev/reference/methods/chat.postMessage
IN_DOUBT = frozenset({"internal_error", "fatal_error"})
# Slack or the operator will mend these; everything else stays as it is however often one tries.
MAY_PASS = frozenset(
    {
        "accesslimited",
        "invalid_auth",
        "not_authed",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
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
HTTP_TOO_MANY_REQUESTS = 429
HTTP_SERVER_ERROR = 500


class NotReachedError(Exception):
    """No connection to Slack: the request was certainly not taken."""


class InDoubtError(Exception):
    """Nobody knows whether Slack did what was asked: the answer was lost or says so itself."""


class RateLimitedError(Exception):
    """Slack takes no more calls of that method for this workspace until a certain moment."""

    def __init__(self, method: str, until: datetime) -> None:
        super().__init__(method)
        self.method = method
        self.until = until


class RefusedError(Exception):
    """Slack said no; `str()` is its own word for why."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.may_pass = error in MAY_PASS


async def called(
    client: AsyncWebClient, method: str, arguments: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """Return Slack's answer; raises one of the errors above."""
    try:
        if method in TAKES_JSON:
            response = await client.api_call(method, json=arguments)
        else:
            response = await client.api_call(method, http_verb="GET", params=arguments)
    except SlackApiError as error:
        raise _meaning(method, error, now) from error
    except aiohttp.ClientConnectorError as error:
        raise NotReachedError(type(error).__name__) from error
    except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
        raise InDoubtError(type(error).__name__) from error
    return dict(response.data) if isinstance(response.data, dict) else {}


def _meaning(method: str, error: SlackApiError, now: datetime) -> Exception:
    response = error.response
    data = getattr(response, "data", None)  # absent where the answer was no JSON
    status = getattr(response, "status_code", HTTP_SERVER_ERROR)
    reason = (data.get("error") or "") if isinstance(data, dict) else ""
    if status == HTTP_TOO_MANY_REQUESTS or reason == "ratelimited":
        seconds = float(response.headers.get("Retry-After", 1))
        return RateLimitedError(method, now + timedelta(seconds=seconds))
    if status >= HTTP_SERVER_ERROR or reason in IN_DOUBT or not reason:
        return InDoubtError(reason or f"http_{status}")
    return RefusedError(reason)


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
