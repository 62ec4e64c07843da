"""The HTTP server: a guard before what Slack sends, and what an operator's machines ask for.

The guard comes before everything else: Bolt would parse a request before it checks the signature.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.ingress.connections import IDLE_SECONDS, Connection, Connections
from bot.observability.health import State
from bot.observability.metrics import CONTENT_TYPE

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence

    from slack_bolt import BoltResponse
    from starlette.datastructures import Headers
    from starlette.requests import Request

    from bot.observability.health import Health
    from bot.observability.turned_away import TurnedAway
    from storage.engine.store import Clock

    Receive = Callable[[object, Mapping[str, Any]], Awaitable[BoltResponse]]

log = structlog.get_logger(__name__)

BODY_MAX_BYTES = 1024 * 1024
SHORT_BODY_BYTES = 64 * 1024
BODIES_MAX_BYTES = 64 * 1024 * 1024  # of all that are being read
BODY_WITHIN_SECONDS = 10.0
FIELDS_MAX = 100
SIGNED_WITHIN_SECONDS = 300  # https://docs.slack.dev/authentication/verifying-requests-from-slack
STOP_WITHIN_SECONDS = 8
TICKS_A_SECOND = 10  # uvicorn's
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
UNREADABLE = object()  # stands for a body that is none


def events_route(
    receive: Receive, turned_away: TurnedAway, *, signing_secret: str, clock: Clock
) -> Route:
    """Return the way in for events, commands and everything that people press or fill in."""
    room = _Room()

    async def events(request: Request) -> Response:
        try:
            payload = await signed_payload(request)
        except _RefusedError as refusal:
            turned_away.note(refusal.reason, **refusal.more)
            return Response(status_code=refusal.status)
        answer = await receive(payload, {})
        return Response(
            content=answer.body or "",
            status_code=answer.status,
            headers={name: ", ".join(values) for name, values in answer.headers.items()},
        )

    async def signed_payload(request: Request) -> object:
        _look_at_age(request.headers, clock().timestamp())
        try:
            async with asyncio.timeout(BODY_WITHIN_SECONDS):
                body = await _body(request, room)
        except (ClientDisconnect, TimeoutError):
            raise _RefusedError("incomplete", HTTPStatus.REQUEST_TIMEOUT) from None
        if not _is_signature_right(body, request.headers, signing_secret):
            raise _RefusedError("wrong_signature", HTTPStatus.UNAUTHORIZED)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in {FORM, JSON}:
            raise _RefusedError("content_type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        return parsed(body, is_json=kind == JSON)

    return Route("/slack/events", events, methods=["POST"])


def health_routes(health: Health) -> list[Route]:
    """Return what tells machines how the app is: `/healthz`, `/readyz` and `/metrics`."""

    async def readyz(_request: Request) -> Response:
        states = await health.states()
        is_ready = all(state is State.OK for state in states.values())
        status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse({"ready": is_ready, "checks": states}, status_code=status)

    async def metrics(_request: Request) -> Response:
        return Response(await health.numbers(), headers={"Content-Type": CONTENT_TYPE})

    return [healthz_route(), Route("/readyz", readyz), Route("/metrics", metrics)]


def healthz_route() -> Route:
    """Return what tells that the process answers, and nothing more."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    return Route("/healthz", healthz)


@asynccontextmanager
async def serve_http(
    routes: Sequence[Route],
    turned_away: TurnedAway,
    sockets: list[socket.socket],
    *,
    trusted_proxies: str = "",
) -> AsyncIterator[int]:
    """Serve these routes as long as the context lasts; yields the port.

    The sockets are closed at the end. Only the headers of `trusted_proxies` (addresses and
    networks, with commas between them) are believed where they name another caller.
    """

    async def not_found(request: Request, _error: Exception) -> Response:
        if "x-slack-signature" in request.headers:
            turned_away.note_other_address(request.scope["path"])
        return PlainTextResponse("Not Found", HTTPStatus.NOT_FOUND)

    app = Starlette(routes=routes, exception_handlers={HTTPStatus.NOT_FOUND: not_found})
    # A redirect would lead to whatever host the request names.
    app.router.redirect_slashes = False
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
        http=Connection,
        ws="none",
        timeout_keep_alive=IDLE_SECONDS,
        lifespan="off",
        timeout_graceful_shutdown=STOP_WITHIN_SECONDS,
    )
    serving_ = _Server(config, Connections(turned_away))
    task = asyncio.get_running_loop().create_task(serving_.serve(sockets))
    try:
        while not serving_.started:
            if task.done():
                await task
                raise OSError("the server ended before it began")
            await asyncio.sleep(0.01)
        yield serving_.servers[0].sockets[0].getsockname()[1]
    finally:
        serving_.should_exit = True
        await task


class _Server(uvicorn.Server):
    """Uvicorn without its own handling of signals: the program stops its parts in order."""

    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self.server_state = self._connections = connections

    async def on_tick(self, counter: int) -> bool:
        """Ends what is too slow, once a second."""
        if counter % TICKS_A_SECOND == 0:
            self._connections.end_slow()
        return await super().on_tick(counter)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the program."""
        yield


class _RefusedError(Exception):
    """A request is not listened to."""

    def __init__(self, reason: str, status: HTTPStatus, **more: object) -> None:
        super().__init__(reason)
        self.reason, self.status, self.more = reason, status, more


class _Room:
    """How much of bodies is held before anybody knows whether Slack has signed them."""

    def __init__(self) -> None:
        self.taken_bytes = 0


async def _body(request: Request, room: _Room) -> bytes:
    """Returns the body; raises `_RefusedError` as soon as it is longer than what Slack sends.

    Many long ones at once are refused as well, the short ones that nearly all are never.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:20]) > BODY_MAX_BYTES:
        raise _RefusedError("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    parts, length = [], 0
    try:
        async for part in request.stream():
            length += len(part)
            room.taken_bytes += len(part)
            if length > BODY_MAX_BYTES:
                raise _RefusedError("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            if length > SHORT_BODY_BYTES and room.taken_bytes > BODIES_MAX_BYTES:
                raise _RefusedError("too_many_bodies", HTTPStatus.SERVICE_UNAVAILABLE)
            parts.append(part)
    finally:
        room.taken_bytes -= length
    return b"".join(parts)


def _look_at_age(headers: Headers, now_seconds: float) -> None:
    """Raises `_RefusedError` where the body is not worth reading: unsigned, or of another time."""
    timestamp = headers.get("x-slack-request-timestamp", "")
    if not (
        timestamp.isascii()
        and timestamp.isdigit()
        and len(timestamp) <= len("9999999999")
        and headers.get("x-slack-signature", "").startswith("v0=")
    ):
        raise _RefusedError("unsigned", HTTPStatus.UNAUTHORIZED)
    age_seconds = now_seconds - int(timestamp)
    if abs(age_seconds) > SIGNED_WITHIN_SECONDS:
        when = "old" if age_seconds > 0 else "in the future"
        age = f"{abs(age_seconds) / 60:.0f} minutes {when}"
        raise _RefusedError("outdated", HTTPStatus.UNAUTHORIZED, age=age)


def _is_signature_right(body: bytes, headers: Headers, secret: str) -> bool:
    """Return whether Slack signed these very bytes."""
    signed = f"v0:{headers['x-slack-request-timestamp']}:".encode() + body
    expected = "v0=" + hmac.digest(secret.encode(), signed, "sha256").hex()
    return hmac.compare_digest(expected.encode(), headers["x-slack-signature"].encode())


def parsed(body: bytes, *, is_json: bool) -> object:
    """Return what the bytes say; `UNREADABLE` where they say nothing.

    A form is a command, or has what was pressed or filled in as JSON in its field `payload`.
    """
    try:
        text = body.decode()
        if is_json:
            return json.loads(text)
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS_MAX))
        return json.loads(fields["payload"]) if "payload" in fields else fields
    except (ValueError, RecursionError):
        return UNREADABLE
