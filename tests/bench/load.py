"""`/kudos` commands: one at a time, many at once or at a pace, and how long each takes.

As a program it sends at a pace: `python -m tests.bench.load URL RESPONSE_URL PER_SECOND SECONDS`
prints how many milliseconds each took, and how many got another answer than thanks, as JSON. Each
is sent when its time has come, whatever became of those before, and is counted from that time: who
waits in a queue has waited.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp
import uvloop

from bot.clock import machine_clock
from tests.bench.lean_slack import SIGNING_SECRET, TEAM_ID, LeanSlack, channel_id, person_id
from tests.bench.processes import FailedError, cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

PEOPLE = 1000  # so many that nobody gives more in a run than a keen person in a week
CHANNELS = 20
LATE = "still being saved"
ANSWERED_WITHIN_SECONDS = 30.0


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


class NotTakenError(FailedError):
    """A command was answered in another way than one that is stored; `str()` has the answer."""


class LateError(NotTakenError):
    """A command was answered with a word that it is still being saved, since that took so long."""


class Target(Protocol):
    """Something that takes commands, and the process behind it."""

    name: str
    pid: int
    taken: int  # how many it has acknowledged as stored
    late: int  # how many it has promised to store

    async def send(self) -> None:
        """Send the next command, and return when it is acknowledged; raises where it is not."""


class HttpTarget:
    """What takes commands over HTTP."""

    def __init__(self, name: str, pid: int, address: str, response_url: str, expects: str) -> None:
        self.name = name
        self.pid = pid
        self.address = address
        self.response_url = response_url
        self.taken = self.late = 0
        self._url = f"{address}/slack/events"
        self._expects = expects  # is in the answer to a command that was taken
        self._numbers = count()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self) -> None:
        """Send the next command, and return when it is acknowledged."""
        if self._session is None:
            raise RuntimeError("not entered")
        body = urlencode(command(next(self._numbers), self.response_url)).encode()
        timestamp = str(int(machine_clock().timestamp()))
        signed = f"v0:{timestamp}:".encode() + body
        digest = hmac.new(SIGNING_SECRET.encode(), signed, hashlib.sha256).hexdigest()
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": f"v0={digest}",
        }
        async with self._session.post(self._url, data=body, headers=headers) as response:
            text = await response.text()
        _note(self, text if response.status == 200 else f"{response.status}: {text}", self._expects)


class SocketTarget:
    """What takes commands over Socket Mode from a Slack in this process."""

    def __init__(self, name: str, pid: int, slack: LeanSlack, expects: str) -> None:
        self.name = name
        self.pid = pid
        self.taken = self.late = 0
        self._slack = slack
        self._expects = expects
        self._numbers = count()
        self._waiting: dict[str, asyncio.Future[str]] = {}
        slack.on_answer = self._answered

    async def send(self) -> None:
        """Send the next command, and return when it is acknowledged."""
        envelope_id = uuid4().hex
        envelope = {
            "envelope_id": envelope_id,
            "type": "slash_commands",
            "payload": command(next(self._numbers), f"{self._slack.address}/{self.name}/response/"),
            "accepts_response_payload": True,
        }
        answer = self._waiting[envelope_id] = asyncio.get_running_loop().create_future()
        await self._slack.send(json.dumps(envelope))
        async with asyncio.timeout(ANSWERED_WITHIN_SECONDS):
            text = await answer
        _note(self, text, self._expects)

    def _answered(self, text: str) -> None:
        waiting = self._waiting.pop(json.loads(text)["envelope_id"], None)
        if waiting is not None and not waiting.done():
            waiting.set_result(text)


def _note(target: Target, text: str, expects: str) -> None:
    if LATE in text:
        target.late += 1
        raise LateError(f"{target.name}: {text[:300]}")
    if expects not in text:
        raise NotTakenError(f"{target.name}: {text[:300]}")
    target.taken += 1


@dataclass(frozen=True)
class Measured:
    """What a number of requests took, up to the acknowledgement."""

    per_second: float
    took_ms: tuple[float, ...]
    cpu_ms: float  # of the server's process, per request


async def at_once(target: Target, requests: int, senders: int) -> Measured:
    """Send so many commands, so many at a time; on a busy machine some of them may be late."""
    left = iter(range(requests))
    took: list[float] = []

    async def sender() -> None:
        for _ in left:
            began = time.perf_counter()
            with suppress(LateError):
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
            with suppress(LateError):
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


async def at_a_pace(target: Target, per_second: float, seconds: float) -> tuple[list[float], int]:
    """Return how many milliseconds each took since it was to be sent, and how many were not taken.

    It sends each when its time has come, whatever became of those before.
    """
    clock = asyncio.get_running_loop().time
    began = clock() + 0.1
    not_taken = 0

    async def one(due: float) -> float:
        nonlocal not_taken
        try:
            await target.send()
        except NotTakenError:
            not_taken += 1
        return 1000 * (clock() - due)

    async with asyncio.TaskGroup() as sending:
        tasks = []
        for number in range(int(per_second * seconds)):
            due = began + number / per_second
            await asyncio.sleep(max(0.0, due - clock()))
            tasks.append(sending.create_task(one(due)))
    return [task.result() for task in tasks], not_taken


async def _main(address: str, response_url: str, per_second: float, seconds: float) -> None:
    async with HttpTarget("app", 0, address, response_url, "You thanked") as target:
        took, not_taken = await at_a_pace(target, per_second, seconds)
    print(json.dumps({"took_ms": took, "not_taken": not_taken}))  # noqa: T201 - read by who started it


if __name__ == "__main__":
    _, given_address, given_response_url, given_pace, given_seconds = sys.argv
    uvloop.run(_main(given_address, given_response_url, float(given_pace), float(given_seconds)))
