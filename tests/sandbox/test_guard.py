"""The sandbox answers this machine alone, and its page can do nothing but its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.sandbox import Sandbox
from tests.rows import each_row
from tests.sandbox.manifest import MANIFEST

if TYPE_CHECKING:
    from bot.sandbox import Person

WEBSOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}
DOORS = (
    ("GET", "/"),
    ("GET", "/archives/C0GENERAL1"),
    ("GET", "/static/main.js"),
    ("GET", "/control/workspace"),
    ("GET", "/control/stream"),
    ("POST", "/control/say"),
    ("POST", "/api/api.test"),
    ("POST", "/api/chat.postMessage"),
    ("GET", "/oauth/v2/authorize"),
    ("POST", "/oauth/v2/authorize"),
    ("GET", "/link/"),
    ("POST", "/response/R1"),
    ("POST", "/upload/F1"),
    ("GET", "/files/F1/picture.png"),
    ("GET", "/emoji/kudos.svg"),
    ("GET", "/nothing"),
)


async def status_of(slack: Sandbox, method: str, path: str, **headers: str) -> int:
    """Return the status of a request as a browser would send it from a page in the world."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    more = WEBSOCKET if path == "/link/" else {}
    url = slack.url.replace("0.0.0.0", "127.0.0.1")
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{url}{path}", headers=sent | more) as answer,
    ):
        return answer.status


@each_row(("method", "path"), DOORS)
async def test_no_door_answers_a_name_that_is_not_this_machines(
    slack: Sandbox, method: str, path: str
) -> None:
    for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "10.0.0.1", "[::2]"):
        assert await status_of(slack, method, path, Host=host) == 403
    assert await status_of(slack, method, path, Host="localhost@evil.example") == 403


@each_row(("method", "path"), DOORS)
async def test_no_door_answers_a_page_from_elsewhere(
    slack: Sandbox, method: str, path: str
) -> None:
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1", "https://localhost"):
        assert await status_of(slack, method, path, Origin=origin) == 403


async def test_what_a_page_from_elsewhere_sends_changes_nothing(
    slack: Sandbox, ada: Person
) -> None:
    before = len(slack.channel("general").messages)
    said = {"as": ada.id, "channel": slack.channel("general").id, "text": "not mine"}
    for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{slack.url}/control/say", json=said, headers=headers) as answer,
        ):
            assert answer.status == 403
    assert len(slack.channel("general").messages) == before
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{slack.url}/control/say", json=said, headers={"Origin": slack.url}
        ) as answer,
    ):
        assert answer.status == 200


async def test_every_name_of_this_machine_is_answered(slack: Sandbox) -> None:
    port = slack.url.rpartition(":")[2]
    for host in ("localhost", "LOCALHOST", "127.0.0.1", "[::1]"):
        for name in (host, f"{host}:{port}", f"{host}:8080"):  # a port that leads here
            assert await status_of(slack, "GET", "/", Host=name) == 200
            origin = f"http://{name}"
            assert await status_of(slack, "POST", "/api/api.test", Host=name, Origin=origin) == 200


@pytest.mark.parametrize(
    ("bound", "answered", "refused"),
    [
        ("localhost", ["localhost:3000"], ["10.0.0.1"]),
        ("0.0.0.0", ["localhost", "10.0.0.1:3000", "[fd00::1]"], ["evil.example"]),
    ],
)
async def test_who_has_it_listen_elsewhere_reaches_it_there(
    bound: str, answered: list[str], refused: list[str]
) -> None:
    async with Sandbox(MANIFEST, host=bound) as slack:
        for host in answered:
            assert await status_of(slack, "GET", "/", Host=host) == 200
        for host in refused:
            assert await status_of(slack, "GET", "/", Host=host) == 403


@each_row(("method", "path"), DOORS)
async def test_every_answer_keeps_the_browser_to_the_page(
    slack: Sandbox, ada: Person, method: str, path: str
) -> None:
    query = f"?as={ada.id}" if path.startswith("/control") else ""
    more = WEBSOCKET if path == "/link/" else {}
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{slack.url}{path}{query}", headers=more) as answer,
    ):
        policy = answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in policy
    is_page = path in {"/", "/archives/C0GENERAL1", "/static/main.js"}
    assert rules.get("script-src") == ("'self'" if is_page else None)
