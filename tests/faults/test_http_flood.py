"""A flood of connections and bytes from anybody while people use Kudos: the real process."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]
import pytest

from bot.clock import machine_clock
from bot.ingress.connections import CONNECTIONS_MAX
from tests.faults.test_http_input import free_port, megabytes_of, over_http
from tests.patience import in_slacks_time
from tests.raw_http import RawConnection
from tests.watching import on_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox import Sandbox
    from tests.faults.process import KudosProcess

HOST = b"Host: kudos.example\r\n"
HEAD = b"POST /slack/events HTTP/1.1\r\n" + HOST
MEGABYTE = 1024 * 1024
FLOODERS = 200
PIECES = 4096
IDLE = CONNECTIONS_MAX + 300
GROWTH_MAX_MEGABYTES = 160.0  # the bodies that may be held are 64 of them
COMMANDS = 20


async def flood(port: int, first: bytes, piece: bytes, stop: asyncio.Event) -> None:
    """Send as much as is taken, up to 64 MiB, over one connection after another."""
    while not stop.is_set():
        try:
            connection = await RawConnection.opened(port)
        except OSError:
            continue
        await connection.sends(first)
        for _ in range(PIECES):
            if stop.is_set() or not await connection.sends(piece):
                break
        connection.close()


@in_slacks_time
@on_sqlite
@pytest.mark.parametrize("what", ["heads", "bodies", "connections", "connections, few files"])
async def test_a_flood_of_what_nobody_signed_takes_little_and_slack_is_answered_in_time(
    slack: Sandbox, new_process: Callable[..., KudosProcess], database_url: str, what: str
) -> None:
    process = new_process(database_url)
    if "few files" in what:
        process.prefix = ("sh", "-c", 'ulimit -n 256; exec "$@"', "sh")
    port = free_port()
    await over_http(slack, process, port)
    assert (await slack.person("ada").types("/kudos help", "general")).ok
    program = psutil.Process(process.pid)
    memory_before, files_before = megabytes_of(process.pid), program.num_fds()
    signed_at = int(machine_clock().timestamp())
    signed = b"X-Slack-Signature: v0=x\r\nX-Slack-Request-Timestamp: %d\r\n" % signed_at
    length = b"Content-Length: %d\r\n\r\n" % MEGABYTE
    stop = asyncio.Event()
    most, files = 0.0, 0
    async with AsyncExitStack() as stack:
        floods: list[asyncio.Future[None]] = []
        if what.startswith("connections"):
            for _ in range(IDLE):
                connection = await RawConnection.opened(port)
                stack.callback(connection.close)
                await connection.sends(HEAD)
        else:
            first = HEAD + b"X: " if what == "heads" else HEAD + signed + length
            piece = b"x" * (MEGABYTE // 64 - (what == "bodies"))  # never whole
            floods = [
                asyncio.ensure_future(flood(port, first, piece, stop))
                for _ in range(FLOODERS // (1 if what == "bodies" else 20))
            ]
        # By another name, so that Slack has to open a connection of its own in the middle of it.
        slack.event_url = f"http://localhost:{port}/slack/events"
        for number in range(COMMANDS):
            reply = await slack.person("ada").types(f"/kudos @bo for part {number}", "general")
            assert reply.ok, (number, reply.error)
            most = max(most, megabytes_of(process.pid))
            files = max(files, program.num_fds())
        stop.set()
        await asyncio.gather(*floods)
    assert process.is_running
    assert most - memory_before < GROWTH_MAX_MEGABYTES
    assert files - files_before <= CONNECTIONS_MAX + 10
    # Nothing of it stands in the log, but for one line a minute of each kind.
    lines = process.log_path.read_text(errors="replace").splitlines()
    assert sum("turned_away" in line for line in lines) <= 2
    assert not any("Traceback" in line or "uvicorn" in line for line in lines)
