#!/usr/bin/env python3
"""Takes the README's pictures from the demo: `.venv/bin/python tools/take_pictures.py`.

It starts `kudos demo` in an empty folder, does in a real Chromium what the README tells a new user
to do, and writes the pictures to `docs/`. It needs what `make test` installs, and Chromium.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from playwright.async_api import Page, async_playwright

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
SETTLE_MILLISECONDS = 1200
WINDOW = {"width": 1180, "height": 720}


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


async def say(page: Page, line: str) -> None:
    """Type a line into the composer and send it."""
    composer = page.locator("textarea").first
    await composer.fill(line)
    await composer.press("Escape")  # no completion
    await composer.press("Enter")
    await page.wait_for_timeout(SETTLE_MILLISECONDS)


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
            page = await browser.new_page(viewport=WINDOW, color_scheme="light")
            await page.goto(url)
            await page.wait_for_timeout(SETTLE_MILLISECONDS)
            await say(page, "/kudos @ada +3 for untangling the release #teamwork")
            await page.screenshot(path=DOCS / "demo.png")
            await browser.close()


asyncio.run(main())
