"""`kudos demo` as somebody new meets it: the real app, the page, a real Chromium."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Locator, Page, expect

from bot.sandbox import Sandbox, company
from tests.browser.window import Windows
from tests.conftest import MANIFEST
from tests.programs import started

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Browser

pytestmark = pytest.mark.asyncio(loop_scope="session")

# The history goes back from the first start, so that decides what the posts tell.
THURSDAY = datetime(2096, 10, 18, 12, tzinfo=UTC)
COMMAND = "/kudos @ada +3 for untangling the release #teamwork"


@asynccontextmanager
async def demo(browser: Browser, home: Path) -> AsyncIterator[Windows]:
    """The demo in a process of its own, and windows on its page."""
    process = await started("demo", "--no-browser", "--port", "0", home=home)
    line = await process.says()
    windows = Windows(browser, line.split()[-1])
    try:
        yield windows
    finally:
        await windows.close()
        process.terminate()
        assert await process.wait() == 0
    assert windows.complaints == []
    assert windows.strangers == []


async def first_started_at(moment: datetime, home: Path) -> None:
    """Leave a workspace in the demo's folder in which it is this moment."""
    (home / "demo").mkdir()
    async with Sandbox(MANIFEST, company(), home / "demo" / "slack.db") as slack:
        await slack.move_clock(moment)


def messages(page: Page, text: str | re.Pattern[str]) -> Locator:
    return page.locator(".message", has_text=text)


async def become(page: Page, name: str) -> None:
    await page.get_by_role("button", name=re.compile("^You are")).click()
    await page.get_by_role("menuitemradio", name=re.compile(f"^{name} ")).click()


@pytest.mark.long
async def test_a_new_user_thanks_somebody_and_finds_it_again_after_a_restart(
    browser: Browser, tmp_path: Path
) -> None:
    async with demo(browser, tmp_path) as windows:
        page = await windows.open("bo")
        composer = page.locator("textarea").first
        await composer.fill(COMMAND)
        await composer.press("Escape")
        await composer.press("Enter")
        await expect(messages(page, "You thanked Ada with 3 points.")).to_contain_text(
            "Only visible to you"
        )
        await expect(messages(page, "untangling the release")).to_contain_text("#teamwork")
        await become(page, "Ada")
        await expect(messages(page, "untangling the release")).to_be_visible()
        await expect(messages(page, "You thanked Ada")).to_have_count(0)
        await page.locator(".row", has_text="Kudos Messages").click()
        await expect(messages(page, "Bo thanked you").last).to_contain_text(
            "untangling the release"
        )
    async with demo(browser, tmp_path) as windows:
        page = await windows.open("ada")
        await expect(messages(page, "untangling the release")).to_be_visible()
        composer = page.locator("textarea").first
        await composer.fill("/kudos me")
        await composer.press("Escape")
        await composer.press("Enter")
        await expect(messages(page, re.compile(r"Your balance: \d+ points"))).to_be_visible()


@pytest.mark.long
async def test_an_emoji_gives_a_kudos_and_taking_it_away_takes_it_back(
    browser: Browser, tmp_path: Path
) -> None:
    async with demo(browser, tmp_path) as windows:
        page = await windows.open("bo")
        theirs = messages(page, "stayed late to help a customer")
        await theirs.hover()
        await theirs.get_by_role("button", name="React", exact=True).click()
        await page.keyboard.type("trophy")
        await page.keyboard.press("Enter")
        await expect(messages(page, "Your reaction thanked Dina with 1 point.")).to_be_visible()
        await expect(theirs).to_contain_text("1 reply")
        await theirs.get_by_role("button", name=re.compile("^:trophy:")).click()
        await theirs.locator(".thread-summary").click()
        await expect(messages(page, "were taken back")).to_be_visible()


@pytest.mark.long
async def test_the_demo_begins_with_a_company_that_has_thanked_each_other_for_weeks(
    browser: Browser, tmp_path: Path
) -> None:
    async with demo(browser, tmp_path) as windows:
        page = await windows.open("bo", "thanks")
        await expect(messages(page, "thanked").last).to_be_visible()
        assert await messages(page, "thanked").count() > 50
        await page.get_by_role("button", name="Show earlier messages").click()
        await page.locator(".row", has_text="Kudos Home").click()
        home = page.locator(".home-content")
        await expect(home).to_contain_text("Last thanks you received")
        # What is told of a thank-you leads to the message that told of it then.
        await home.get_by_role("link", name="See the message").first.click()
        await expect(page.locator(".message:focus")).to_contain_text(re.compile("thanked|Bo"))


@pytest.mark.long
async def test_next_monday_brings_the_leaderboard_and_the_next_month_the_highlights(
    browser: Browser, tmp_path: Path
) -> None:
    await first_started_at(THURSDAY, tmp_path)
    async with demo(browser, tmp_path) as windows:
        page = await windows.open("bo", "thanks")
        await expect(page.locator("time").first).to_have_text("Thu 18 Oct, 13:00")
        await page.get_by_role("button", name="Next Monday 09:00").click()
        weekly = messages(page, "See the full board").last
        await expect(weekly).to_contain_text("Thanked the most people")
        await expect(weekly).to_contain_text(re.compile(r"\b(Ada|Hana|Grace|Chidi|Kavya)\b"))
        await expect(weekly).to_contain_text(re.compile(r"\d+ of 32 people were thanked"))
        await page.get_by_role("button", name=re.compile("^First working day")).click()
        monthly = messages(page, "Highlights of the month").last
        await expect(monthly).to_be_visible()
        picture = monthly.locator("img").first
        await expect(picture).to_have_attribute("alt", re.compile("thank"))
        assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
