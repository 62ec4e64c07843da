"""A database that goes away, is locked, or comes back, as a probe sees it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from tests.faults.servers import OwnPostgres
from tests.faults.test_http_input import free_port
from tests.faults.waiting import until
from tests.patience import WAIT_SECONDS, in_slacks_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.sandbox import Sandbox
    from tests.faults.books import Books
    from tests.faults.process import KudosProcess

pytestmark = in_slacks_time

RED_WITHIN_SECONDS = 10.0
ANSWERED_WITHIN_SECONDS = 5.0  # it takes one; the rest is the machine's


class Probe:
    """Asks again and again whether the program is ready."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}"
        self.slowest = 0.0

    async def asks(self) -> tuple[int, dict[str, Any]]:
        began = time.perf_counter()
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"{self._address}/readyz") as answer,
            ):
                told = answer.status, (await answer.json())["checks"]
        except aiohttp.ClientConnectionError:
            return 0, {}
        self.slowest = max(self.slowest, time.perf_counter() - began)
        return told

    async def sees(self, status: int, within: float = RED_WITHIN_SECONDS) -> dict[str, Any]:
        """Return the checks as soon as the status is this."""
        async with asyncio.timeout(within):
            while True:
                found, checks = await self.asks()
                if found == status:
                    return checks
                await asyncio.sleep(0.2)


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[OwnPostgres]:
    server = OwnPostgres()
    yield server
    server.end()


async def probed(process: KudosProcess, port: int) -> Probe:
    process.environment["KUDOS_HEALTH_PORT"] = str(port)
    await process.up()
    probe = Probe(port)
    await probe.sees(200, within=WAIT_SECONDS)
    return probe


async def test_postgres_that_stops_is_seen_within_seconds_and_so_is_its_return(
    slack: Sandbox, own_postgres: OwnPostgres, new_process: Callable[..., KudosProcess]
) -> None:
    process = new_process(own_postgres.new_database())
    probe = await probed(process, free_port())
    await asyncio.to_thread(own_postgres.stop, "fast")
    checks = await probe.sees(503)
    assert checks["database"] in {"away", "slow"}
    assert checks["outbox"] == "unknown"
    await asyncio.to_thread(own_postgres.start)
    await probe.sees(200, within=WAIT_SECONDS)
    assert probe.slowest < ANSWERED_WITHIN_SECONDS
    assert process.is_running


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_file_that_is_gone_or_locked_is_seen_within_seconds(
    slack: Sandbox, new_process: Callable[..., KudosProcess], books: Books, database_url: str
) -> None:
    process = new_process(database_url)
    probe = await probed(process, free_port())
    with books.locked():
        assert (await probe.sees(503))["database"] in {"slow", "away"}
    await probe.sees(200, within=WAIT_SECONDS)
    file = Path(database_url.removeprefix("sqlite:///"))
    elsewhere = await asyncio.to_thread(file.rename, file.with_suffix(".elsewhere"))
    assert (await probe.sees(503))["database"] == "away"
    await asyncio.to_thread(elsewhere.rename, file)
    await probe.sees(200, within=WAIT_SECONDS)
    assert probe.slowest < ANSWERED_WITHIN_SECONDS


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_while_slack_is_away_at_the_start_the_process_says_so(
    slack: Sandbox, new_process: Callable[..., KudosProcess], database_url: str
) -> None:
    slack.down = True
    port = free_port()
    process = new_process(database_url, KUDOS_HEALTH_PORT=str(port))
    process.start()
    probe = Probe(port)
    checks = await probe.sees(503)
    assert checks["listening"] == "not yet"
    slack.down = False
    await until(lambda: slack.sockets, "it connects")
    await probe.sees(200, within=WAIT_SECONDS)
