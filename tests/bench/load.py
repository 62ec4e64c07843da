"""Signed `/kudos` commands: one at a time, many at once or at a pace, and how long each takes."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp

from bot.clock import machine_clock
from tests.bench.lean_slack import TEAM_ID, channel_id, person_id
from tests.bench.processes import cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

PEOPLE = 1000  # so many that nobody gives more in a run than a keen person in a week
CHANNELS = 20


def command(number: int, response_url: str) -> dict[str, str]:
    """Return the fields of a `/kudos` as Slack sends them, each time by and for somebody else."""
    giver = number % PEOPLE
    receiver = (giver + 1 + number // PEOPLE % (PEOPLE - 1)) % PEOPLE
    return {
        "token": "a-verification-token",
        "team_id": TEAM_ID,
        "team_domain": "bench",
        "channel_id": channel_id(number % CHANNELS),
        "channel_name": "general",
        "user_id": person_id(giver),
        "user_name": f"p{giver}",
        "command": "/kudos",
        "text": f"<@{person_id(receiver)}|p{receiver}> +1 for the release, number {number}",
        "api_app_id": "A0BENCH",
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": uuid4().hex,
    }


@dataclass
class Target:
    """Something that takes commands, and the process behind it."""

    name: str
    url: str
    secret: str
    response_url: str
    pid: int
    expects: str  # what is in the answer of a command that was taken
    numbers: count[int] = field(default_factory=count)
    _session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self) -> None:
        """Send the next command; raises where it is not taken."""
        if self._session is None:
            raise RuntimeError("not entered")
        body = urlencode(command(next(self.numbers), self.response_url)).encode()
        timestamp = str(int(machine_clock().timestamp()))
        signed = f"v0:{timestamp}:".encode() + body
        digest = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": f"v0={digest}",
        }
        async with self._session.post(self.url, data=body, headers=headers) as response:
            text = await response.text()
        if response.status != 200 or self.expects not in text:
            raise RuntimeError(f"{self.name}: {response.status}: {text[:300]}")


@dataclass(frozen=True)
class Measured:
    """What a number of requests took, up to the acknowledgement."""

    per_second: float
    took_ms: tuple[float, ...]
    cpu_ms: float  # of the server's process, per request


async def at_once(target: Target, requests: int, senders: int) -> Measured:
    """Send so many commands, so many at a time."""
    left = iter(range(requests))
    took: list[float] = []

    async def sender() -> None:
        for _ in left:
            began = time.perf_counter()
            await target.send()
            took.append(1000 * (time.perf_counter() - began))

    cpu_before, began = cpu_seconds(target.pid), time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(senders)))
    elapsed, cpu = time.perf_counter() - began, cpu_seconds(target.pid) - cpu_before
    return Measured(requests / elapsed, tuple(took), 1000 * cpu / requests)


async def in_turns(targets: Sequence[Target], requests: int) -> dict[str, Measured]:
    """Send so many commands to each of several, one at a time, to one after the other."""
    took: dict[str, list[float]] = {target.name: [] for target in targets}
    before = {target.name: cpu_seconds(target.pid) for target in targets}
    for _ in range(requests):
        for target in targets:
            began = time.perf_counter()
            await target.send()
            took[target.name].append(1000 * (time.perf_counter() - began))
    return {
        target.name: Measured(
            1000 * requests / sum(took[target.name]),
            tuple(took[target.name]),
            1000 * (cpu_seconds(target.pid) - before[target.name]) / requests,
        )
        for target in targets
    }
