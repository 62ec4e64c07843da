"""Real Chromium on the sandbox's page, with an app that the test plays by hand."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from bot.sandbox import Sandbox
from tests.browser.chromium import browser_tests_are_left_out, find_chromium
from tests.browser.hand_app import MANIFEST, HandApp
from tests.browser.window import Windows


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not browser_tests_are_left_out():
        return
    here = Path(__file__).parent
    browser_tests = [item for item in items if here in item.path.parents]
    config.hook.pytest_deselected(items=browser_tests)
    items[:] = [item for item in items if item not in browser_tests]


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
async def slack(patience: float) -> AsyncIterator[Sandbox]:
    async with Sandbox(MANIFEST, ack_seconds=patience) as sandbox:
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
