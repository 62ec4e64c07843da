"""A person's window on the page, and what went wrong in it."""

from typing import Literal
from urllib.parse import quote

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    expect,
)

from tests.patience import WAIT_SECONDS

expect.set_options(timeout=1_000 * WAIT_SECONDS)


class Windows:
    """Opens windows, each with a browser profile of its own."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        # Addresses outside this machine that a window asked for.
        self.strangers: list[str] = []

    async def open(
        self,
        who: str,
        where: str = "general",
        *,
        width: int = 1280,
        theme: Literal["light", "dark"] = "light",
    ) -> Page:
        """Open the page as one person at one place; returns when messages are shown."""
        context = await self._browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=theme, reduced_motion="reduce"
        )
        context.set_default_timeout(1_000 * WAIT_SECONDS)
        self._contexts.append(context)
        page = await context.new_page()
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._note_request)
        await page.goto(f"{self._url}/#/{who}/{quote(where)}")
        await expect(page.locator("#conversation h1")).to_be_visible()
        return page

    async def close(self) -> None:
        """Close them all."""
        for context in self._contexts:
            await context.close()

    def forget_refusals(self) -> None:
        """Drop what Chromium itself says of refused requests, in tests that want them refused."""
        said = "Failed to load resource"
        self.complaints = [one for one in self.complaints if not one.startswith(said)]

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.text} {message.location['url']}")

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self._url, "data:")):
            self.strangers.append(request.url)


def composer(page: Page) -> Locator:
    """Return the field in which one writes to the conversation."""
    return page.locator("#conversation .composer-field")


def message(page: Page, text: str, pane: str = "conversation") -> Locator:
    """Return the message in a pane that holds this text."""
    return page.locator(f"#{pane} .message", has_text=text)
