"""Signed `/kudos` commands, one after the other or many at once, and how long each takes."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Sequence

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """What a number of requests took, up to the acknowledgement."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float  # of the server's process, per request


@dataclass(frozen=True)
class Command:
    """A command that is sent again and again, each time with another trigger."""

    url: str
    secret: str
    team_id: str
    channel_id: str
    response_url: str
    givers: Sequence[str]
    receivers: Sequence[str]

    def body(self, number: int) -> bytes:
        giver = self.givers[number % len(self.givers)]
        others = [one for one in self.receivers if one != giver]
        fields = {
            "command": "/kudos",
            "text": f"<@{others[number % len(others)]}> +1 for the release, number {number}",
            "team_id": self.team_id,
            "user_id": giver,
            "channel_id": self.channel_id,
            "channel_name": "general",
            "trigger_id": uuid4().hex,
            "response_url": self.response_url,
        }
        return urlencode(fields).encode()


async def measure(command: Command, pid: int, *, count: int, at_once: int) -> Measured:
    """Send that many commands, so many at a time; raises where one is not answered with 200."""
    numbers = iter(range(count))
    took: list[float] = []
    async with aiohttp.ClientSession() as session:

        async def sender() -> None:
            for number in numbers:
                began = time.perf_counter()
                await _send(session, command, number)
                took.append(time.perf_counter() - began)

        cpu_before, began = _cpu_seconds(pid), time.perf_counter()
        await asyncio.gather(*(sender() for _ in range(at_once)))
        elapsed, cpu = time.perf_counter() - began, _cpu_seconds(pid) - cpu_before
    return Measured(
        per_second=count / elapsed,
        p50_ms=1000 * statistics.median(took),
        p99_ms=1000 * statistics.quantiles(took, n=100)[98],
        cpu_ms=1000 * cpu / count,
    )


async def _send(session: aiohttp.ClientSession, command: Command, number: int) -> None:
    body = command.body(number)
    timestamp = str(int(time.time()))  # noqa: TID251 - Slack signs with the time of the machine
    signed = f"v0:{timestamp}:".encode() + body
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": "v0="
        + hmac.new(command.secret.encode(), signed, hashlib.sha256).hexdigest(),
    }
    async with session.post(command.url, data=body, headers=headers) as response:
        text = await response.text()
        if response.status != 200 or "not saved" in text:
            raise RuntimeError(f"{response.status}: {text[:200]}")


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND
