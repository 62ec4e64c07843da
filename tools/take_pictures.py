#!/usr/bin/env python3
"""Takes the README's pictures from the demo: `.venv/bin/python tools/take_pictures.py`.

It starts `kudos demo` in an empty folder, does in a real Chromium what people of the workspace do,
and writes the pictures to `docs/`. It needs what `make test` installs, and Chromium.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from playwright.async_api import async_playwright

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
SETTLE_MILLISECONDS = 1500
WIDTH, HEIGHT = 1180, 720
MODAL_HEIGHT, ADMIN_HEIGHT, POST_HEIGHT = 960, 1500, 1700
ARRIVES_WITHIN_MILLISECONDS = 30_000
# Who thanks whom before the pictures are taken, and where.
THANKS = (
    ("chidi", "release", "/kudos @bo +5 for a release that nobody noticed #care"),
    ("dina", "general", "/kudos @bo @emre +2 for coming on call at midnight #teamwork"),
    ("hana", "general", "/kudos @chidi +3 for the profile that showed the slow query #craft"),
    ("bo", "release", "/kudos @mei +4 for testing the new printer twice #craft"),
)
FOR_ADA = "/kudos @ada +3 for untangling the release #teamwork"


@asynccontextmanager
async def demo(home: Path) -> AsyncIterator[str]:
    """Run the demo and yield the address of its page."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0"),
        cwd=ROOT,
        env={"KUDOS_HOME": str(home), "PATH": ""},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        if process.stdout is None:
            raise RuntimeError("the demo says nothing")
        line = await process.stdout.readline()
        yield line.decode().split()[-1]
    finally:
        process.terminate()
        await process.wait()


class Camera:
    """Opens the demo's page as one person after another."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url.split("#", maxsplit=1)[0].rstrip("/")

    @asynccontextmanager
    async def person(self, who: str, where: str, height: int = HEIGHT) -> AsyncIterator[Page]:
        """Yield the page as this person sees it at this place."""
        page = await self._browser.new_page(
            viewport={"width": WIDTH, "height": height}, color_scheme="light"
        )
        await page.goto(f"{self._url}/#/{who}/{where}")
        await page.wait_for_timeout(SETTLE_MILLISECONDS)
        yield page
        await page.close()

    async def says(self, who: str, where: str, line: str) -> None:
        """Have somebody type a line."""
        async with self.person(who, where) as page:
            await say(page, line)


async def say(page: Page, line: str) -> None:
    """Type a line into the composer and send it."""
    composer = page.locator("textarea").first
    await composer.fill(line)
    await composer.press("Escape")  # no completion
    await composer.press("Enter")
    await page.wait_for_timeout(SETTLE_MILLISECONDS)


async def take(page: Page, name: str) -> None:
    """Write what the page shows."""
    await page.screenshot(path=DOCS / f"{name}.png")


async def fill_in_modal(page: Page) -> None:
    """Open the modal as the shortcut does, and thank two people in it."""
    await page.get_by_role("button", name="Shortcuts and commands").click()
    await page.get_by_role("menuitem", name=re.compile("^Give kudos")).click()
    dialog = page.get_by_role("dialog")
    who = dialog.get_by_role("combobox").first
    for name in ("Emre", "Hana"):
        await who.press_sequentially(name.lower())
        await who.press("Enter")
        await page.wait_for_timeout(SETTLE_MILLISECONDS)
    await dialog.get_by_role("spinbutton").fill("4")
    place = dialog.get_by_role("combobox").last
    await place.press_sequentially("thanks")
    await place.press("Enter")
    await dialog.locator("textarea").first.fill(
        "for the new platform, a week before it was promised"
    )
    await page.wait_for_timeout(SETTLE_MILLISECONDS)


async def take_post(camera: Camera, move: str, title: str, name: str) -> None:
    """Move the clock, and take the post that arrives then."""
    async with camera.person("grace", "thanks", POST_HEIGHT) as page:
        await page.get_by_role("button", name=re.compile("^" + move)).click()
        post = page.locator(".message", has_text=title).last
        await post.wait_for(timeout=ARRIVES_WITHIN_MILLISECONDS)
        await page.get_by_role("button", name="Dismiss", exact=True).click()
        await page.wait_for_timeout(SETTLE_MILLISECONDS)
        await post.screenshot(path=DOCS / f"{name}.png")


async def main() -> None:
    """Take every picture."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("No Chromium found. Debian: apt-get install chromium")
    DOCS.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        async with demo(Path(folder)) as url, async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=chromium,
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            camera = Camera(browser, url)
            for thanks in THANKS:
                await camera.says(*thanks)
            async with camera.person("bo", "general") as page:
                await say(page, FOR_ADA)
                await take(page, "demo")
            async with camera.person("bo", "app/home") as page:
                await take(page, "home")
            async with camera.person("ada", "app/home", ADMIN_HEIGHT) as page:
                await take(page, "home_admin")
            async with camera.person("bo", "general", MODAL_HEIGHT) as page:
                await fill_in_modal(page)
                await take(page, "give")
            await take_post(camera, "Next Monday", "Thanked the most people", "weekly")
            await take_post(camera, "First working day", "Highlights of the month", "monthly")
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
