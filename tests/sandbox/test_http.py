"""Signed HTTP requests, to a small server that stands in for the app."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web as http

from bot.sandbox import Sandbox
from tests.patience import never_answered
from tests.sandbox.manifest import MANIFEST


class Endpoint:
    """Echoes challenges; answers everything else with `status`, `answer` and `headers`."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.answer: Any = None
        self.headers: dict[str, str] = {}
        self.delay_seconds = 0.0

    async def handle(self, request: http.Request) -> http.Response:
        body = await request.read()
        if b"url_verification" in body:
            return http.Response(text=json.loads(body)["challenge"])
        self.requests.append(({key.lower(): value for key, value in request.headers.items()}, body))
        await asyncio.sleep(self.delay_seconds)
        text = json.dumps(self.answer) if self.answer else ""
        return http.Response(status=self.status, text=text, headers=self.headers)


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint()


@pytest.fixture
async def slack(endpoint: Endpoint, patience: float) -> AsyncIterator[Sandbox]:
    server = http.Application()
    server.router.add_post("/slack/events", endpoint.handle)
    runner = http.AppRunner(server, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await http.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    delays = (0.0, 0.05, 0.1)
    slack = Sandbox(MANIFEST, event_url=url, retry_delays=delays, ack_seconds=patience)
    async with slack:
        yield slack
    await runner.cleanup()


async def test_an_event_is_signed_json(slack: Sandbox, endpoint: Endpoint) -> None:
    await slack.person("ada").types("Hello")
    await slack.pending()
    headers, body = endpoint.requests[0]
    base = b"v0:" + headers["x-slack-request-timestamp"].encode() + b":" + body
    digest = hmac.new(slack.signing_secret.encode(), base, hashlib.sha256).hexdigest()
    assert headers["x-slack-signature"] == f"v0={digest}"
    assert json.loads(body)["event"]["text"] == "Hello"
    assert "x-slack-retry-num" not in headers


async def test_a_command_is_a_form(slack: Sandbox, endpoint: Endpoint) -> None:
    endpoint.answer = {"text": "Done"}
    reply = await slack.person("ada").types("/kudos @bo")
    headers, body = endpoint.requests[0]
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(body.decode())["command"] == ["/kudos"]
    assert reply.text == "Done"


async def test_an_interaction_is_a_form_with_json(slack: Sandbox, endpoint: Endpoint) -> None:
    await slack.person("ada").uses_shortcut("give")
    _, body = endpoint.requests[0]
    payload = json.loads(parse_qs(body.decode())["payload"][0])
    assert payload["callback_id"] == "give"


async def test_a_failed_event_comes_three_times_more(slack: Sandbox, endpoint: Endpoint) -> None:
    endpoint.status = 500
    await slack.person("ada").types("Hello")
    await slack.pending()
    retries = [
        (headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason"))
        for headers, _ in endpoint.requests
    ]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert slack.deliveries[-1].attempts == 4


async def test_an_app_can_refuse_retries(slack: Sandbox, endpoint: Endpoint) -> None:
    endpoint.status, endpoint.headers = 500, {"X-Slack-No-Retry": "1"}
    await slack.person("ada").types("Hello")
    await slack.pending()
    assert len(endpoint.requests) == 1


@never_answered
async def test_a_late_answer_is_a_timeout(slack: Sandbox, endpoint: Endpoint) -> None:
    endpoint.delay_seconds = 0.6
    reply = await slack.person("ada").types("/kudos slow")
    assert reply.error == "operation_timeout"
    await slack.person("ada").types("Hello")
    await slack.pending()
    assert endpoint.requests[2][0]["x-slack-retry-reason"] == "http_timeout"


async def test_nothing_is_sent_to_a_url_that_does_not_echo_the_challenge() -> None:
    async def forget(_request: http.Request) -> http.Response:
        return http.Response(text="Who are you?")

    server = http.Application()
    server.router.add_post("/", forget)
    runner = http.AppRunner(server, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await http.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    async with Sandbox(MANIFEST, event_url=url) as slack:
        reply = await slack.person("ada").types("/kudos x")
    await runner.cleanup()
    assert reply.error == "dispatch_failed"
