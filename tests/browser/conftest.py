"""Real Chromium on the sandbox's page, with an app that the test plays by hand."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from bot.sandbox import Sandbox
from tests.browser.hand_app import MANIFEST, HandApp
from tests.browser.window import Windows

NAMES = ("chromium", "chromium-browser", "google-chrome")
LEFT_OUT = "Browser tests were left out: no Chromium found. Debian: apt-get install chromium."
REQUIRED = (
    os.environ.get("KUDOS_REQUIRE_BROWSER")  # noqa: TID251 - a switch of the test run, not a setting
    == "1"
)
left_out = pytest.StashKey[bool]()


def find_chromium() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if REQUIRED or find_chromium():
        return
    here = Path(__file__).parent
    browser_tests = [item for item in items if here in item.path.parents]
    if browser_tests:
        config.hook.pytest_deselected(items=browser_tests)
        items[:] = [item for item in items if item not in browser_tests]
        config.stash[left_out] = True


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if config.stash.get(left_out, False):
        terminalreporter.write_line(LEFT_OUT, yellow=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    chromium = find_chromium()
    if chromium is None:
        pytest.fail("KUDOS_REQUIRE_BROWSER is 1 and there is no Chromium on this machine.")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield opened
        await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def slack() -> AsyncIterator[Sandbox]:
    async with Sandbox(MANIFEST, ack_seconds=1.0) as sandbox:
        yield sandbox


@pytest_asyncio.fixture(loop_scope="session")
async def app(slack: Sandbox) -> AsyncIterator[HandApp]:
    async with HandApp(slack) as hand_app:
        yield hand_app


@pytest_asyncio.fixture(loop_scope="session")
async def windows(browser: Browser, slack: Sandbox) -> AsyncIterator[Windows]:
    """Opens windows on the page; at the end nothing may have gone wrong in any of them."""
    opened = Windows(browser, slack.url)
    yield opened
    await opened.close()
    assert opened.complaints == []
    assert opened.strangers == []
