"""One outgoing message: what our client adds to a raw POST over one aiohttp session.

Slack is a process of its own, with TLS and 30 ms before each answer; its certificate is signed by
an authority that is made for the run. Both ways are measured in one process, in turns, one message
at a time: `chat.postMessage` called as delivery calls it, and the same message posted by hand with
the same header, over a session of its own, with the answer parsed. CPU is that of the process.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import aiohttp
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.clock import machine_clock
from bot.observability.metrics import Metrics
from bot.slack.web_api import WatchedClient, called
from tests.bench import apps
from tests.bench.figures import compared
from tests.bench.lean_slack import BOT_TOKEN, channel_id, person_id
from tests.bench.processes import of_bench, run

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.bench.figures import Figure
    from tests.bench.plan import Plan

LINE = "calls"
LATENCY_MS = 30
CALLS = 40  # a round
CPU_BAR, TIME_BAR = 1.3, 1.1
METHOD = "chat.postMessage"


async def measure(plan: Plan) -> list[Figure]:
    """Return CPU and time of a message."""
    pem, authority = _certificate(plan.folder)
    async with AsyncExitStack() as stack:
        words = ("--certificate", str(pem), "--latency-ms", str(LATENCY_MS))
        slack = await stack.enter_async_context(apps.lean_slack(plan, *words))
        address = await slack.line()
        plan.say(f"one message at {LATENCY_MS} ms: {plan.rounds} rounds")
        asked = of_bench(plan.tree, "calls", address, str(plan.rounds), str(plan.some(CALLS)))
        printed = await run(plan.tree, plan.folder, asked, SSL_CERT_FILE=str(authority))
    took = json.loads(printed)
    what = f"one message at {LATENCY_MS} ms with TLS"
    return [
        compared(LINE, f"{what}: CPU", "ms", took["ours_cpu"], took["raw_cpu"], bar=CPU_BAR),
        compared(LINE, f"{what}: time", "ms", took["ours_ms"], took["raw_ms"], bar=TIME_BAR),
    ]


def message(number: int) -> dict[str, Any]:
    """Return a message like those that tell of a kudos."""
    text = f"<@{person_id(1)}> thanked <@{person_id(2)}> (+1) for the release, number {number}"
    return {
        "channel": channel_id(0),
        "text": text,
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": text}},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "#teamwork"}]},
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "kudos:join",
                        "value": str(number),
                        "text": {"type": "plain_text", "text": "Join in"},
                    }
                ],
            },
        ],
        "metadata": {"event_type": "kudos_message", "event_payload": {"key": f"{number:032}"}},
        "unfurl_links": False,
        "unfurl_media": False,
    }


async def _measured(address: str, rounds: int, calls: int) -> dict[str, list[float]]:
    timeout = aiohttp.ClientTimeout(total=15)
    metrics = Metrics()
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        aiohttp.ClientSession(timeout=timeout) as raw_session,
    ):
        client = WatchedClient(
            watch=metrics.note_called,
            token=BOT_TOKEN,
            team_id=None,
            base_url=f"{address}/ours/api/",
            session=session,
            timeout=15,
            retry_handlers=[],
        )

        async def ours(payload: dict[str, Any]) -> object:
            return await called(client, METHOD, payload)

        async def raw(payload: dict[str, Any]) -> object:
            url, headers = f"{address}/raw/api/{METHOD}", {"Authorization": f"Bearer {BOT_TOKEN}"}
            async with raw_session.post(url, json=payload, headers=headers) as response:
                return await response.json()

        took: dict[str, list[float]] = {}
        for number in range(rounds + 1):
            turn = (("raw", raw), ("ours", ours))
            for name, post in turn[:: -1 if number % 2 else 1]:
                cpu_ms, each_ms = await _round(post, calls)
                if number:  # the first is for connections to open and caches to fill
                    took.setdefault(f"{name}_cpu", []).append(cpu_ms)
                    took.setdefault(f"{name}_ms", []).append(each_ms)
    return took


async def _round(
    post: Callable[[dict[str, Any]], Awaitable[object]], calls: int
) -> tuple[float, float]:
    """Return CPU and the median time of a message, both in milliseconds."""
    took = []
    cpu_before = time.process_time()
    for number in range(calls):
        began = time.perf_counter()
        await post(message(number))
        took.append(1000 * (time.perf_counter() - began))
    return 1000 * (time.process_time() - cpu_before) / calls, statistics.median(took)


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Return a certificate for loopback with its key, and the authority that signed it."""
    begins = machine_clock() - timedelta(minutes=5)
    ends = begins + timedelta(days=1)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Kudos' benchmark")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])

    def made(
        subject: x509.Name, public_key: ec.EllipticCurvePublicKey, *, is_ca: bool
    ) -> x509.Certificate:
        loopback = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(ca_name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        )
        if not is_ca:
            builder = builder.add_extension(loopback, critical=False)
        return builder.sign(ca_key, hashes.SHA256())

    authority = made(ca_name, ca_key.public_key(), is_ca=True)
    certificate = made(name, key.public_key(), is_ca=False)
    pem, ca_pem = folder / "slack.pem", folder / "authority.pem"
    key_bytes = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem.write_bytes(key_bytes + certificate.public_bytes(serialization.Encoding.PEM))
    ca_pem.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    return pem, ca_pem


async def _main(address: str, rounds: int, calls: int) -> None:
    print(json.dumps(await _measured(address, rounds, calls)))  # noqa: T201 - read by who started it


if __name__ == "__main__":
    uvloop.run(_main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
