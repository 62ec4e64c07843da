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

from bot.health import State
from bot.metrics import CONTENT_TYPE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence

    from slack_bolt import BoltResponse
    from starlette.datastructures import Headers
    from starlette.requests import Request

    from bot.health import Health
    from bot.metrics import Metrics
    from storage.store import Clock

    Receive = Callable[[object, Mapping[str, Any]], Awaitable[BoltResponse]]

log = structlog.get_logger(__name__)

BODY_MAX_BYTES = 1024 * 1024
BODY_WITHIN_SECONDS = 10.0
FIELDS_MAX = 100
SIGNED_WITHIN_SECONDS = 300  # https://docs.slack.dev/authentication/verifying-requests-from-slack
STOP_WITHIN_SECONDS = 8
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
UNREADABLE = object()  # stands for a body that is none


def events_route(receive: Receive, metrics: Metrics, *, signing_secret: str, clock: Clock) -> Route:
    """Return the way in for events, commands and everything that people press or fill in."""

    def turned_away(reason: str, status: HTTPStatus) -> Response:
        metrics.note_turned_away(reason)
        return Response(status_code=status)

    async def events(request: Request) -> Response:
        if not _may_be_signed(request.headers, clock().timestamp()):
            return turned_away("unsigned", HTTPStatus.UNAUTHORIZED)
        try:
            async with asyncio.timeout(BODY_WITHIN_SECONDS):
                body = await _body(request)
        except (ClientDisconnect, TimeoutError):
            return turned_away("incomplete", HTTPStatus.REQUEST_TIMEOUT)
        if body is None:
            return turned_away("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not _is_signature_right(body, request.headers, signing_secret):
            return turned_away("unsigned", HTTPStatus.UNAUTHORIZED)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in {FORM, JSON}:
            return turned_away("content_type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        answer = await receive(parsed(body, is_json=kind == JSON), {})
        return Response(
            content=answer.body or "",
            status_code=answer.status,
            headers={name: ", ".join(values) for name, values in answer.headers.items()},
        )

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
async def serving(
    routes: Sequence[Route], *, host: str, port: int, trusted_proxies: str = ""
) -> AsyncIterator[int]:
    """Serve these routes as long as the context lasts; yields the port.

    Only the headers of `trusted_proxies` (addresses and networks, with commas between them) are
    believed where they name another caller. Raises `OSError` where it cannot listen.
    """
    config = uvicorn.Config(
        Starlette(routes=routes),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
        http="httptools",
        lifespan="off",
        timeout_graceful_shutdown=STOP_WITHIN_SECONDS,
    )
    serving_ = _Server(config)
    task = asyncio.get_running_loop().create_task(serving_.serve())
    try:
        while not serving_.started:
            if task.done():
                await task
                raise OSError(f"cannot listen on {host}:{port}")
            await asyncio.sleep(0.01)
        yield serving_.servers[0].sockets[0].getsockname()[1]
    finally:
        serving_.should_exit = True
        await task


class _Server(uvicorn.Server):
    """Uvicorn without its own handling of signals: the program stops its parts in order."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the program."""
        yield


async def _body(request: Request) -> bytes | None:
    """Return the body, or None as soon as it is longer than anything that Slack sends."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:20]) > BODY_MAX_BYTES:
        return None
    parts, length = [], 0
    async for part in request.stream():
        length += len(part)
        if length > BODY_MAX_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


def _may_be_signed(headers: Headers, now_seconds: float) -> bool:
    """Return whether it is worth to read the body: there is a signature, and it is recent."""
    timestamp = headers.get("x-slack-request-timestamp", "")
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > len("9999999999"):
        return False
    if abs(now_seconds - int(timestamp)) > SIGNED_WITHIN_SECONDS:
        return False
    return headers.get("x-slack-signature", "").startswith("v0=")


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
