"""Connections to the HTTP server: none may grow or last, whatever is sent before a signature."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest

from bot.clock import machine_clock
from bot.ingress.connections import CONNECTIONS_MAX, HEADERS_MAX
from tests.conftest import Clock, running
from tests.raw_http import RawConnection
from tests.rows import each_row
from tests.watching import on_sqlite

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.app import KudosApp
    from bot.sandbox import Sandbox

HOST = b"Host: kudos.example\r\n"
POST = b"POST /slack/events HTTP/1.1\r\n" + HOST
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
GET = b"GET /healthz HTTP/1.1\r\n" + HOST
MEGABYTE = 1024 * 1024
PIECE = 16 * 1024
# What the system keeps between the two ends goes on top of what was read.
TAKEN_MAX_BYTES = 16 * MEGABYTE


@pytest.fixture
def clock() -> Clock:
    """The machine's time: the sandbox signs with it."""
    return Clock(machine_clock())


@pytest.fixture
async def app(slack: Sandbox, database_url: str, clock: Clock) -> AsyncIterator[KudosApp]:
    """The app with both of its servers: for Slack, and for machines."""
    more: dict[str, Any] = {"slack_app_token": "", "kudos_port": 0, "kudos_health_port": 0}
    async with running(slack, database_url, clock, **more) as kudos_app:
        slack.event_url = f"http://127.0.0.1:{kudos_app.port}/slack/events"
        yield kudos_app


def ports(app: KudosApp) -> list[int]:
    """Return where the app listens: for the world, and for machines."""
    assert app.port is not None
    assert app.health_port is not None
    return [app.port, app.health_port]


async def slack_is_served(slack: Sandbox) -> None:
    reply = await slack.person("ada").types("/kudos help")
    assert reply.text.startswith("How to give kudos")


@on_sqlite
@each_row(
    ("first", "piece", "statuses"),
    {
        "request line": (b"GET /", b"x" * PIECE, {"431"}),
        "query": (b"GET /slack/events?", b"x" * PIECE, {"431"}),
        "name of a header": (POST + b"X-", b"x" * PIECE, {"431"}),
        "value of a header": (POST + b"X: ", b"x" * PIECE, {"431"}),
        "long headers": (POST, (b"X: " + b"x" * 900 + b"\r\n") * 18, {"431"}),
        "many headers": (POST, b"X:\r\n" * (PIECE // 4), {"431"}),
        "many headers at once": (POST + b"X:\r\n" * 200 + b"\r\n", b"x" * PIECE, {"400"}),
        "method": (b"", b"x" * PIECE, {"400"}),
        "empty lines": (b"", b"\r\n" * (PIECE // 2), {"431"}),
        "size of a chunk": (CHUNKED, b"0" * PIECE, {"400", "401"}),
        "extension of a chunk": (CHUNKED + b"1;", b"x" * PIECE, {"400", "401"}),
        "trailers": (CHUNKED + b"0\r\n", b"X:\r\n" * (PIECE // 4), {"401"}),
        "body": (POST + b"Content-Length: 99999999999\r\n\r\n", b"x" * PIECE, {"401"}),
        "body for nobody": (
            b"POST /healthz HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
            b"x" * PIECE,
            {"405"},
        ),
    },
)
async def test_what_never_ends_is_ended(
    slack: Sandbox, app: KudosApp, first: bytes, piece: bytes, statuses: set[str]
) -> None:
    for port in ports(app):
        connection = await RawConnection.opened(port)
        taken = 0
        is_taken = await connection.sends(first)
        while is_taken and taken < TAKEN_MAX_BYTES:
            is_taken = await connection.sends(piece)
            taken += len(piece)
        assert taken < TAKEN_MAX_BYTES
        answer = await connection.is_ended()
        # Who sends on does not always hear why nobody listens any more.
        assert answer[9:12].decode() in {*statuses, "404", ""}
        connection.close()
    await slack_is_served(slack)


@on_sqlite
async def test_what_is_slow_or_idle_is_ended_and_slack_is_served_meanwhile(
    slack: Sandbox, app: KudosApp
) -> None:
    signed = b"X-Slack-Signature: v0=x\r\nX-Slack-Request-Timestamp: %d\r\n" % int(
        machine_clock().timestamp()
    )
    body = POST + signed + b"Content-Length: 500\r\n\r\n"
    shapes = {  # what is sent at first, and then every now and then
        "nothing": (b"", b""),
        "half a line": (b"GET /heal", b""),
        "half a head": (GET, b""),
        "a slow line": (b"", b"G"),
        "a slow header": (GET + b"X: ", b"x"),
        "slow headers": (GET, b"X: x\r\n"),
        "slow empty lines": (b"", b"\r\n"),
        "no body": (body, b""),
        "a slow body": (body, b"x"),
        "a slow body for nobody": (GET + b"Content-Length: 500\r\n\r\n", b"x"),
        "slow trailers": (CHUNKED + b"0\r\n", b"X: x\r\n"),
        "nothing after a request": (GET + b"\r\n", b""),
        "half a head after a request": (GET + b"\r\n" + GET, b""),
        "slow empty lines after a request": (GET + b"\r\n", b"\r\n"),
    }
    not_ended: list[str] = []

    async def one(port: int, name: str, first: bytes, then: bytes) -> None:
        connection = await RawConnection.opened(port)
        await connection.sends(first)
        end = asyncio.ensure_future(connection.is_ended())
        while not end.done():
            await asyncio.wait({end}, timeout=1)
            await connection.sends(then)
        try:
            await end
        except TimeoutError:
            not_ended.append(name)
        connection.close()

    attempts = [one(port, name, *shape) for port in ports(app) for name, shape in shapes.items()]
    _, *_ = await asyncio.gather(slack_is_served(slack), *attempts)
    assert not_ended == []
    await slack_is_served(slack)


@on_sqlite
async def test_however_many_only_hold_a_connection_slack_gets_one(
    slack: Sandbox, app: KudosApp
) -> None:
    for port in ports(app):
        async with AsyncExitStack() as stack:
            idle = []
            for number in range(CONNECTIONS_MAX + 50):
                connection = await RawConnection.opened(port)
                stack.callback(connection.close)
                await connection.sends(GET if number % 2 else b"")
                idle.append(connection)
            # Those that came first gave way.
            for connection in idle[:50]:
                await connection.is_ended()
            await slack_is_served(slack)
            last = idle[-1]
            await last.sends(b"X: x\r\n\r\n")
            assert b" 200 " in await last.answered()


@on_sqlite
async def test_a_large_head_and_many_requests_on_one_connection_are_served(app: KudosApp) -> None:
    for port in ports(app):
        connection = await RawConnection.opened(port)
        headers = b"".join(b"X-%d: x\r\n" % number for number in range(HEADERS_MAX - 1))
        large = GET + b"X: " + b"x" * 60_000 + b"\r\n\r\n"
        for request in (GET + b"\r\n", large, GET + headers + b"\r\n", GET + b"\r\n"):
            await connection.sends(request)
            assert b" 200 " in await connection.answered()
            await connection.reader.readexactly(len("ok"))
        # All at once, too.
        await connection.sends(2 * (GET + b"\r\n"))
        for _ in range(2):
            assert b" 200 " in await connection.answered()
            await connection.reader.readexactly(len("ok"))
        connection.close()


@on_sqlite
async def test_the_end_of_a_long_body_that_was_answered_already_is_no_head(app: KudosApp) -> None:
    # How much of it is read at once is the system's choice.
    for length in range(100_000, 400_000, 20_000):
        connection = await RawConnection.opened(ports(app)[0])
        await connection.sends(POST + b"Content-Length: %d\r\n\r\n" % length)
        assert b" 401 " in await connection.answered()
        await connection.sends(b"x" * length)
        meanwhile = await RawConnection.opened(ports(app)[0])
        await meanwhile.sends(GET + b"\r\n")
        assert b" 200 " in await meanwhile.answered()
        await connection.sends(GET + b"\r\n")
        assert b" 200 " in await connection.answered()
        connection.close()
        meanwhile.close()


@on_sqlite
@each_row(
    "request",
    {
        "a slash at the end": b"POST /slack/events/ HTTP/1.1\r\nHost: evil.example\r\n",
        "another slash": b"GET /healthz/ HTTP/1.1\r\nHost: evil.example\r\n",
        "two slashes": b"POST //slack/events HTTP/1.1\r\nHost: evil.example\r\n",
    },
)
async def test_nobody_is_led_to_a_host_that_a_request_names(app: KudosApp, request: bytes) -> None:
    for port in ports(app):
        connection = await RawConnection.opened(port)
        await connection.sends(request + b"Content-Length: 0\r\n\r\n")
        head = await connection.answered()
        assert head.startswith(b"HTTP/1.1 404 ")
        assert b"evil" not in head
        connection.close()


@on_sqlite
async def test_nothing_becomes_another_protocol_and_nothing_fills_the_log(
    slack: Sandbox, app: KudosApp, caplog: pytest.LogCaptureFixture
) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: %s\r\nSec-WebSocket-Version: 13\r\n"
    key = b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    for port in ports(app):
        for request, status in (
            (GET + upgrade % b"websocket" + key, b" 200 "),
            (GET + upgrade % b"h2c" + key, b" 200 "),
            (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b" 400 "),
            (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b" 400 "),  # TLS, to a port without
        ):
            connection = await RawConnection.opened(port)
            await connection.sends(request)
            assert status in await connection.answered()
            connection.close()
    await slack_is_served(slack)
    assert [one for one in caplog.records if one.name.startswith("uvicorn")] == []
