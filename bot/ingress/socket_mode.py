"""Socket Mode: one connection to Slack, on which payloads come and answers go."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from bot.slack import outgoing
from bot.slack.web_api import RateLimitedError, RefusedError, called

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from logging import Logger

    from slack_bolt import BoltResponse
    from slack_sdk.socket_mode.request import SocketModeRequest
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.observability.metrics import Metrics

    Receive = Callable[[object, Mapping[str, Any]], Awaitable[BoltResponse]]

log = structlog.get_logger(__name__)


# Slack's own client would ask every five seconds; Slack lets an app ask once a minute.
ASK_AGAIN_SECONDS = 60.0
REFUSED_HINT = (
    "Slack does not accept SLACK_APP_TOKEN any more, or Socket Mode was switched off. Both are in "
    "your Slack app, under Basic Information and Socket Mode; then start Kudos again."
)
ANSWER_WITHIN_SECONDS = 1.0  # once the program is told to stop


class Socket(SocketModeClient):
    """Slack's own client, which hands every payload to `receive` and sends back what that says."""

    def __init__(
        self,
        receive: Receive,
        metrics: Metrics,
        *,
        app_token: str,
        web_client: AsyncWebClient,
        logger: Logger,
    ) -> None:
        super().__init__(app_token=app_token, web_client=web_client, logger=logger)
        self._receive = receive
        self._metrics = metrics
        self._under_way: set[asyncio.Task[None]] = set()
        self.proxy = None  # the session knows the way
        self._has_own_session = False
        self.socket_mode_request_listeners.append(self._answer)  # type: ignore[arg-type]

    async def connect(self) -> None:
        """Connects through the same proxy as all other calls, where there is one."""
        if not self._has_own_session:
            await self.aiohttp_client_session.close()
            self.aiohttp_client_session = outgoing.session()
            self._has_own_session = True
        await super().connect()  # type: ignore[no-untyped-call]

    async def issue_new_wss_url(self) -> str:
        """Asks Slack where to connect; where it says no, tells why and leaves it alone for a while.

        Raises `RefusedError`, or another of `SLACK_FAILED`, upon which Slack's client comes back.
        """
        try:
            answer = await called(self.web_client, "apps.connections.open", {})
        except RefusedError as error:
            log.warning("socket_refused", reason=str(error), hint=REFUSED_HINT)
            await asyncio.sleep(ASK_AGAIN_SECONDS)
            raise
        except RateLimitedError as error:
            await asyncio.sleep(error.seconds)
            raise
        return str(answer["url"])

    async def process_message(self) -> None:
        """Take the next frame; one that is no envelope is left, where Slack's client would fail."""
        frame = await self.message_queue.get()
        if frame is None:
            return
        message = _read(frame)
        if message is None:
            self._metrics.note_turned_away("malformed")
            log.warning("malformed_request", what="envelope")
            return
        task = asyncio.get_running_loop().create_task(self.run_message_listeners(message, frame))
        self._under_way.add(task)  # the event loop alone would forget it
        task.add_done_callback(self._under_way.discard)

    async def close(self) -> None:
        """Close the connection, once those who asked have their answer, if that is soon."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=ANSWER_WITHIN_SECONDS)
        await super().close()  # type: ignore[no-untyped-call]

    async def _answer(self, _client: SocketModeClient, request: SocketModeRequest) -> None:
        response = await self._receive(request.payload, build_headers(request) or {})
        try:
            # The time is for a line at DEBUG, which is never written.
            await send_async_response(self, request, response, start_time=0.0)
        except (aiohttp.ClientError, ConnectionError) as error:
            # The connection is gone. Slack sends events again; a person sees that it failed.
            log.warning("not_acknowledged", reason=type(error).__name__)


def _read(frame: str) -> dict[str, Any] | None:
    """Return what Slack says: an envelope with a payload, or a word about the connection."""
    try:
        message = json.loads(frame)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return None
    if "envelope_id" not in message:
        return message
    is_whole = isinstance(message["envelope_id"], str) and isinstance(message.get("payload"), dict)
    retried = message.get("retry_attempt"), message.get("retry_reason")
    is_told_why = isinstance(retried[0], int | None) and isinstance(retried[1], str | None)
    return message if is_whole and is_told_why else None
