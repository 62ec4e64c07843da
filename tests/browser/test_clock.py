"""The clock at the top of the page, with an app that the test plays by hand."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Locator, Page, expect

from bot.sandbox import Sandbox
from tests.browser.window import Windows, composer, message

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONDON = ZoneInfo("Europe/London")
FRIDAY = datetime(2086, 10, 4, 8, 30, tzinfo=LONDON)


def clock(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^Clock: "))


async def test_next_monday_is_one_press_away(windows: Windows, slack: Sandbox) -> None:
    await slack.move_clock(FRIDAY)
    page = await windows.open("ada")
    await expect(clock(page)).to_have_text("Fri 4 Oct, 08:30")
    await page.get_by_role("button", name="Next Monday 09:00").click()
    await expect(clock(page)).to_have_text("Mon 7 Oct, 09:00")
    await expect(page.get_by_role("status").last).to_have_text("It is now Monday 7 October, 09:00.")
    assert slack.now().astimezone(LONDON).strftime("%a %H:%M") == "Mon 09:00"


async def test_the_menu_is_used_by_keyboard_alone(windows: Windows, slack: Sandbox) -> None:
    await slack.move_clock(FRIDAY)
    page = await windows.open("ada")
    await clock(page).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Next Monday 09:00")).to_be_focused()
    await page.keyboard.press("End")
    await expect(page.get_by_role("menuitem", name="One day later")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(clock(page)).to_have_text("Sat 5 Oct, 08:30")
    await expect(clock(page)).to_be_focused()


async def test_everybody_reads_the_new_time_in_their_own_zone(
    windows: Windows, slack: Sandbox
) -> None:
    await slack.move_clock(FRIDAY)
    ada, hana = await windows.open("ada"), await windows.open("hana")
    await expect(clock(hana)).to_have_text("Fri 4 Oct, 16:30")
    await composer(hana).fill("Before the weekend")
    await composer(hana).press("Enter")
    await expect(ada.get_by_role("separator").last).to_have_text("Today")
    await ada.get_by_role("button", name="First working day of next month 10:00").click()
    await expect(clock(ada)).to_have_text("Fri 1 Nov, 10:00")
    await expect(clock(hana)).to_have_text("Fri 1 Nov, 19:00")
    # What was today is long ago now, in a window that did nothing.
    await expect(message(hana, "Before the weekend")).to_be_visible()
    await expect(hana.get_by_role("separator").last).to_have_text("Friday, 4 October 2086")
    await expect(hana.get_by_role("button", name=re.compile("You are: Hana"))).to_contain_text(
        "19:00"
    )


async def test_zones_are_named_where_they_differ(windows: Windows, slack: Sandbox) -> None:
    await slack.move_clock(FRIDAY)
    page = await windows.open("hana")
    await clock(page).click()
    menu = page.get_by_role("menu", name="Move the clock forward")
    await expect(menu).to_contain_text("In the workspace's time (London)")
    await expect(menu).to_contain_text("In your time (Tokyo)")
    monday = menu.get_by_role("menuitem", name="Next Monday 09:00")
    await expect(monday).to_contain_text("Mon 7 Oct, 17:00 for you")


async def test_a_reload_shows_the_time_that_it_is(windows: Windows, slack: Sandbox) -> None:
    page = await windows.open("ada")
    await slack.move_clock(FRIDAY + timedelta(hours=1))
    await page.reload()
    await expect(clock(page)).to_have_text("Fri 4 Oct, 09:30")


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_a_narrow_window_has_the_clock_and_all_of_its_menu(
    windows: Windows, slack: Sandbox, theme: str
) -> None:
    await slack.move_clock(FRIDAY)
    page = await windows.open("ada", width=360, theme="dark" if theme == "dark" else "light")
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    await clock(page).click()
    items = page.get_by_role("menuitem")
    await expect(items).to_have_count(5)
    for number in range(5):
        box = await items.nth(number).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    await items.filter(has_text="One hour later").click()
    await expect(clock(page)).to_have_text("Fri 4 Oct, 09:30")
