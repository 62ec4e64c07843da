"""HTTP mode: a guard before Bolt, which would parse a request before it checks the signature."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
import uvicorn
from slack_bolt.request.async_request import AsyncBoltRequest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from slack_bolt.async_app import AsyncApp
    from starlette.datastructures import Headers
    from starlette.requests import Request

    from storage.store import Clock

log = structlog.get_logger(__name__)

BODY_MAX_BYTES = 1024 * 1024
SIGNED_WITHIN_SECONDS = 300  # https://docs.slack.dev/authentication/verifying-requests-from-slack
STOP_WITHIN_SECONDS = 8


@asynccontextmanager
async def serving(
    app: AsyncApp, *, signing_secret: str, clock: Clock, host: str, port: int
) -> AsyncIterator[int]:
    """Serve `/slack/events` and `/healthz` as long as the context lasts; yields the port."""

    async def events(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        now_seconds = clock().timestamp()
        if not is_signed(body, request.headers, secret=signing_secret, now_seconds=now_seconds):
            return Response(status_code=HTTPStatus.UNAUTHORIZED)
        return await _dispatched(app, body, request)

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    routes = [Route("/slack/events", events, methods=["POST"]), Route("/healthz", healthz)]
    config = uvicorn.Config(
        Starlette(routes=routes),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        http="httptools",
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
    parts, length = [], 0
    async for part in request.stream():
        length += len(part)
        if length > BODY_MAX_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


def is_signed(body: bytes, headers: Headers, *, secret: str, now_seconds: float) -> bool:
    """Return whether Slack signed these very bytes, at most five minutes ago."""
    timestamp = headers.get("x-slack-request-timestamp", "")
    signature = headers.get("x-slack-signature", "")
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > len("9999999999"):
        return False
    if abs(now_seconds - int(timestamp)) > SIGNED_WITHIN_SECONDS:
        return False
    signed = f"v0:{timestamp}:".encode() + body
    expected = "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


async def _dispatched(app: AsyncApp, body: bytes, request: Request) -> Response:
    try:
        answer = await app.async_dispatch(
            AsyncBoltRequest(
                body=body.decode(), query=request.url.query, headers=dict(request.headers)
            )
        )
    except Exception as error:  # noqa: BLE001 - whatever malformed input makes Bolt raise
        # Signed, and yet not what Slack sends.
        log.warning("malformed_request", error=type(error).__name__)
        return Response(status_code=HTTPStatus.BAD_REQUEST)
    return Response(
        content=answer.body or "",
        status_code=answer.status,
        headers={name: ", ".join(values) for name, values in answer.headers.items()},
    )
