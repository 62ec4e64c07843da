"""`kudos sandbox` drives an app by each of the ways in, with what it prints alone."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from tests.installing import Browser, free_port
from tests.patience import WAIT_SECONDS
from tests.programs import kudos, started

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@dataclass
class Box:
    """A sandbox in a process of its own."""

    url: str
    environment: dict[str, str]

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Does something as its page does."""
        timeout = aiohttp.ClientTimeout(total=WAIT_SECONDS)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(f"{self.url}/control/{path}", json=body) as answer,
        ):
            told: dict[str, Any] = await answer.json()
            return told

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """Looks at something as its page does."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.url}/control/{path}", params=query) as answer,
        ):
            told: dict[str, Any] = await answer.json()
            return told


@asynccontextmanager
async def box(home: Path, *options: str, count: int) -> AsyncIterator[Box]:
    """Starts a sandbox; `count` is how many settings it prints."""
    process = await started("sandbox", *options, home=home)
    try:
        url = (await process.says()).strip()
        assert await process.says() == "\n"
        lines = [(await process.says()).strip() for _ in range(count)]
        yield Box(url, dict(line.split("=", 1) for line in lines))
    finally:
        process.terminate()
    assert await process.wait() == 0


@asynccontextmanager
async def app(home: Path, environment: dict[str, str]) -> AsyncIterator[None]:
    process = await started("start", home=home, **environment)
    try:
        assert (await process.says()).startswith("Kudos runs")
        yield
    finally:
        process.terminate()
    assert await process.wait() == 0


async def gives(slack: Box) -> str:
    """Returns what the giver sees of a thanks that they type."""
    people = (await slack.get("workspace", **{"as": "U0"}))["people"]
    ada = next(one["id"] for one in people if one["handle"] == "ada")
    listed = (await slack.get("conversations", **{"as": ada}))["conversations"]
    general = next(one["id"] for one in listed if one.get("name") == "general")
    said = await slack.post(
        "say", **{"as": ada}, channel=general, text="/kudos @bo for untangling the release"
    )
    return str(said)


@pytest.mark.parametrize("is_http", [False, True])
async def test_it_drives_an_app_of_one_workspace(tmp_path: Path, *, is_http: bool) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    options = ("--url", url) if is_http else ()
    async with box(tmp_path, *options, count=3 if is_http else 4) as slack:
        assert ("SLACK_APP_TOKEN" in slack.environment) is not is_http
        async with app(tmp_path, slack.environment | {"KUDOS_PORT": str(port)}):
            assert "left to give" in await gives(slack)


async def test_it_lets_an_app_be_installed_by_oauth(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    given = ("--client-id", "111.222", "--client-secret", "0123456789abcdef")
    async with box(tmp_path, "--url", url, "--oauth", *given, count=6) as slack:
        assert slack.environment["SLACK_CLIENT_ID"] == "111.222"
        assert "SLACK_BOT_TOKEN" not in slack.environment
        async with app(tmp_path, slack.environment | {"KUDOS_PORT": str(port)}):
            async with Browser() as browser:
                page = await browser.sees(f"{url}/slack/install")
                back = await browser.agrees(page, slack)
                assert back.startswith(f"{url}/slack/oauth_redirect?")
                assert (await browser.sees(back)).status == 200
            assert "left to give" in await gives(slack)


async def test_oauth_without_an_address_is_told(tmp_path: Path) -> None:
    ended = await kudos("sandbox", "--oauth", home=tmp_path)
    assert ended.code == 2
    assert ended.err.startswith("--oauth needs --url: where the app listens")
    ended = await kudos("sandbox", "--url", "127.0.0.1:3000", home=tmp_path)
    assert (ended.code, ended.err) == (
        2,
        "--url must be an address such as https://kudos.example.com.\n",
    )


async def test_what_it_cannot_take_is_told(tmp_path: Path) -> None:
    odd = tmp_path / "odd.yml"
    for text in ("people: [", "no workspace", ""):
        odd.write_text(text, encoding="utf-8")
        ended = await kudos("sandbox", "--workspace", str(odd), home=tmp_path)
        assert (ended.code, ended.err) == (
            2,
            f"{odd} is no workspace in YAML. It has `people` and `channels`.\n",
        )
    odd.write_text("no database at all " * 500, encoding="utf-8")
    for state in (tmp_path, odd):
        ended = await kudos("sandbox", "--state", str(state), home=tmp_path)
        told = f"{state} is no file in which the sandbox can keep anything.\n"
        assert (ended.code, ended.err) == (2, told)
    ended = await kudos("sandbox", "--port", "99999", home=tmp_path)
    assert ended.code == 2
    assert "65535" in ended.err
