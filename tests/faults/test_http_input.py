"""Ten thousand requests that Slack would not send: each is turned away, and nothing is left of it.

`KUDOS_FAULT_INPUTS` sets how many, `KUDOS_FAULT_SEED` repeats a run that failed.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import random
import socket
import time
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.clock import machine_clock
from tests.faults.bad_input import Sample, as_json, broken, odd, of_nowhere, samples
from tests.faults.waiting import until
from tests.patience import WAIT_SECONDS, in_slacks_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox import Sandbox
    from tests.faults.books import Books
    from tests.faults.process import KudosProcess

INPUTS = int(os.environ.get("KUDOS_FAULT_INPUTS", "10000"))  # noqa: TID251 - of the tests
SEED = os.environ.get("KUDOS_FAULT_SEED")  # noqa: TID251
AT_ONCE = 8
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MEGABYTE = 1024 * 1024
GROWTH_MAX_MEGABYTES = 24.0
P99_WITHIN_SECONDS = 2.0  # on a machine that does other things too


@dataclass(frozen=True)
class Bad:
    """A request that is not as it should be, and the answers that it may get."""

    what: str
    body: bytes
    kind: str = JSON
    age_seconds: float = 0.0
    signature: str | None = None  # instead of the right one
    headers: dict[str, str] = field(default_factory=dict)
    statuses: tuple[int, ...] = (400,)


def bad_requests(slack: Sandbox, chance: random.Random, count: int) -> list[Bad]:
    """Return so many requests with something wrong in each."""
    every = samples(slack)
    makers = (_broken, _broken, _broken, _odd, _odd, _nowhere, _forged, _garbled)
    return [chance.choice(makers)(chance.choice(every), chance) for _ in range(count)]


def encoded(sample: Sample, payload: dict[str, Any]) -> tuple[str, bytes]:
    """Return content type and body as Slack sends this kind of payload."""
    if sample.way == "events_api":
        return JSON, as_json(payload)
    if sample.way == "slash_commands":
        fields = {name: _as_text(value) for name, value in payload.items()}
        return FORM, urlencode(fields, errors="surrogatepass").encode()
    return FORM, urlencode({"payload": as_json(payload)}).encode()


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else repr(value)


def _broken(sample: Sample, chance: random.Random) -> Bad:
    # Every value in a form is text, so of a command only what is missing or no id is wrong.
    what, payload = broken(sample, chance)
    kind, body = encoded(sample, payload)
    statuses = (400, 200) if sample.way == "slash_commands" else (400,)
    return Bad(f"{sample.way} with {what}", body, kind, statuses=statuses)


def _odd(sample: Sample, chance: random.Random) -> Bad:
    kind, body = encoded(sample, odd(sample, chance))
    # 424: Slack does not tell who that is, and may do so the next time.
    return Bad(f"odd {sample.way}", body, kind, statuses=(200, 400, 404, 413, 424))


def _nowhere(sample: Sample, _chance: random.Random) -> Bad:
    kind, body = encoded(sample, of_nowhere(sample))
    return Bad("another workspace", body, kind, statuses=(200,))


def _forged(sample: Sample, chance: random.Random) -> Bad:
    kind, body = encoded(sample, sample.payload)
    return chance.choice(
        (
            Bad("unsigned", body, kind, signature="", statuses=(401,)),
            Bad("signed by others", body, kind, signature="v0=" + "0" * 64, statuses=(401,)),
            Bad("signed in another way", body, kind, signature="v9=" + "0" * 64, statuses=(401,)),
            Bad("replayed", body, kind, age_seconds=chance.uniform(302, 9e8), statuses=(401,)),
            Bad("of the future", body, kind, age_seconds=-400, statuses=(401,)),
            Bad("dated nonsense", body, kind, headers={"X-Slack-Request-Timestamp": "soon"}),
        )
    )


def _garbled(sample: Sample, chance: random.Random) -> Bad:
    kind, body = encoded(sample, sample.payload)
    cut = body[: chance.randrange(len(body))]
    noise = bytes(chance.randrange(256) for _ in range(64))
    bodies = (
        (JSON, b""),
        (JSON, b"{" + cut),
        (JSON, b"[]"),
        (JSON, b"null"),
        (JSON, b'"event_callback"'),
        (JSON, b"{}"),
        (JSON, b"1e999"),
        (JSON, b"9" * 6_000),
        (JSON, b'{"a":' * 5_000 + b"1" + b"}" * 5_000),
        (JSON, b"[" * 100_000),
        (JSON, b"\xff\xfe" + noise),
        (FORM, b""),
        (FORM, b"\xff" + noise),
        (FORM, b"payload=" + cut[:50]),
        (FORM, b"payload=%ff%fe"),
        (FORM, b"payload=[]&payload={}"),
        (FORM, b"&".join(b"f%d=1" % number for number in range(2_000))),
        (FORM, b"%" * 1_000),
    )
    statuses = (400,)
    shapes = [
        *(Bad("garbled", made, of_kind) for of_kind, made in bodies),
        Bad("of no kind", body, "text/plain", statuses=(415,)),
        Bad("of no kind", body, "", statuses=(415,)),
        Bad("of another kind", body, FORM if kind == JSON else JSON, statuses=statuses),
        Bad("packed", body, kind, headers={"Content-Encoding": "gzip"}, statuses=(200, 400, 424)),
    ]
    if chance.random() < 0.02:
        shapes = [Bad("too large", body + b" " * MEGABYTE, kind, statuses=(413,))]
    return chance.choice(shapes)


class Sender:
    """Sends bad requests, and keeps what is not as it should be."""

    def __init__(self, slack: Sandbox, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._secret = slack.signing_secret.encode()
        self.wrong: list[str] = []
        self.counts: Counter[str] = Counter()
        self.took: list[float] = []

    async def send_all(self, requests: list[Bad]) -> None:
        waiting = iter(requests)
        async with aiohttp.ClientSession() as session:

            async def sender() -> None:
                for bad in waiting:
                    await self._send(session, bad)

            await asyncio.gather(*(sender() for _ in range(AT_ONCE)))

    async def _send(self, session: aiohttp.ClientSession, bad: Bad) -> None:
        timestamp = str(int(machine_clock().timestamp() - bad.age_seconds))
        signed = b"v0:" + timestamp.encode() + b":" + bad.body
        signature = "v0=" + hmac.new(self._secret, signed, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": bad.kind,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature if bad.signature is None else bad.signature,
        } | bad.headers
        began = time.perf_counter()
        async with session.post(
            f"{self.address}/slack/events", data=BytesIO(bad.body), headers=headers
        ) as answer:
            text = await answer.text()
        self.took.append(time.perf_counter() - began)
        self.counts[f"{bad.what.partition(' ')[0]}: {answer.status}"] += 1
        statuses = (401,) if "X-Slack-Request-Timestamp" in bad.headers else bad.statuses
        if answer.status not in statuses or "Traceback" in text or "Error" in text:
            self.wrong.append(f"{bad.what} gets {answer.status}: {bad.body[:300]!r}")

    async def status_of(self, path: str) -> int:
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"{self.address}{path}") as answer,
            ):
                return answer.status
        except aiohttp.ClientError:
            return 0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def megabytes_of(pid: int) -> float:
    """Return the memory of a process; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


async def over_http(slack: Sandbox, process: KudosProcess, port: int) -> Sender:
    """Start the program so that it listens on a port; return who sends requests there."""
    process.environment |= {"SLACK_APP_TOKEN": "", "KUDOS_PORT": str(port)}
    process.environment["SLACK_SIGNING_SECRET"] = slack.signing_secret
    process.start()
    sender = Sender(slack, port)
    async with asyncio.timeout(WAIT_SECONDS):
        while await sender.status_of("/readyz") != 200:
            assert process.is_running, process.log()
            await asyncio.sleep(0.1)
    slack.event_url = f"{sender.address}/slack/events"
    return sender


def counted_but_for_what_was_typed(books: Books) -> dict[str, int]:
    """Returns how many rows each table has; what could not be given is kept for an hour."""
    return {table: rows for table, rows in books.counted().items() if table != "kept_lines"}


@in_slacks_time
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("database_url", "share"), [("sqlite", 1.0), ("postgres", 0.1)], indirect=["database_url"]
)
async def test_bad_requests_get_a_refusal_and_leave_nothing_behind(
    slack: Sandbox,
    new_process: Callable[..., KudosProcess],
    books: Books,
    database_url: str,
    share: float,
) -> None:
    seed = int(SEED) if SEED else random.randrange(10**6)  # noqa: S311 - no secret
    print(f"KUDOS_FAULT_SEED={seed}")  # noqa: T201 - pytest shows it if the test fails
    chance = random.Random(seed)  # noqa: S311
    process = new_process(database_url)
    sender = await over_http(slack, process, free_port())
    reply = await slack.person("ada").types("/kudos @bo for the payload of the release", "general")
    assert reply.text.startswith("You thanked Bo"), reply.text
    await until(lambda: not books.unsent(), "everything is sent", found=books.unsent)
    before = counted_but_for_what_was_typed(books)
    count = int(INPUTS * share)
    await sender.send_all(bad_requests(slack, chance, count // 4))  # caches fill
    memory_before = megabytes_of(process.pid)
    await sender.send_all(bad_requests(slack, chance, count - count // 4))
    grown = megabytes_of(process.pid) - memory_before
    assert sender.wrong[:10] == []
    assert process.is_running
    assert (await slack.person("ada").types("/kudos me", "general")).ok
    assert counted_but_for_what_was_typed(books) == before
    assert grown < GROWTH_MAX_MEGABYTES
    took = sorted(sender.took)
    p99 = took[len(took) * 99 // 100]
    assert p99 < P99_WITHIN_SECONDS
    log = process.log_path.read_text(errors="replace")
    assert "planted words" not in log
    assert "Traceback" not in log
    print(f"{count} answers, p99 {1000 * p99:.1f} ms, {grown:.1f} MB more: {sender.counts}")  # noqa: T201
