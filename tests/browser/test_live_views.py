"""Forms that the app changes while they are filled in, and lists that one pages through."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.sandbox import Sandbox
from tests.browser.hand_app import HandApp, Json
from tests.browser.test_app_on_page import button, field, open_form, plain
from tests.browser.window import Windows

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHOICES = [
    {"text": plain("Take part in leaderboards"), "value": "boards"},
    {"text": plain("Direct messages"), "value": "dms", "description": plain("One for each thanks")},
]


def section(block_id: str, text: str) -> Json:
    return {"type": "section", "block_id": block_id, "text": plain(text)}


def form(total: str) -> Json:
    """Return a form in which every input is told at once, with a line that follows them."""
    at_once: dict[str, Any] = {"dispatch_action": True}
    as_typed = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    number = {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}
    return {
        "type": "modal",
        "title": plain("Give kudos"),
        "submit": plain("Give"),
        "blocks": [
            field("people", "Who?", {"type": "multi_users_select"}, **at_once),
            field("amount", "Points", number | as_typed, **at_once),
            field("until", "Until", {"type": "datepicker"}, optional=True, **at_once),
            field("also", "Also", {"type": "checkboxes", "options": CHOICES}, **at_once),
            field("where", "Where?", {"type": "radio_buttons", "options": CHOICES}, **at_once),
            field("reason", "What for?", {"type": "plain_text_input", "multiline": True}),
            section("total", total),
        ],
    }


async def hears(app: HandApp, view_id: str, total: str) -> Json:
    """Take one action, answer it with a changed form, and return all that was put in so far."""
    envelope_id, payload = await app.receives("interactive")
    await app.acknowledges(envelope_id)
    assert payload["type"] == "block_actions"
    await app.call("views.update", view_id=view_id, view=form(total))
    values: Json = payload["view"]["state"]["values"]
    return values


async def test_a_line_follows_every_input_and_nothing_that_was_put_in_is_lost(
    windows: Windows, slack: Sandbox, app: HandApp
) -> None:
    page = await windows.open("ada")
    view_id = await open_form(page, app, form("Nobody yet"))
    await page.get_by_role("combobox", name="Who?").press_sequentially("chi")
    await page.keyboard.press("Enter")
    values = await hears(app, view_id, "1 person")
    assert values["people"]["given"]["selected_users"] == [slack.person("chidi").id]
    await expect(page.get_by_text("1 person")).to_be_visible()

    reason = page.get_by_label("What for?")
    await reason.fill("the fast")
    await page.get_by_label("Points").fill("12")
    values = await hears(app, view_id, "12 points")
    assert values["amount"]["given"]["value"] == "12"
    assert values["reason"]["given"]["value"] == "the fast"  # the whole state goes along
    await expect(page.get_by_text("12 points")).to_be_visible()
    await expect(page.get_by_label("Points")).to_be_focused()

    await page.get_by_label("Until").fill("2026-11-27")
    assert (await hears(app, view_id, "dated"))["until"]["given"]["selected_date"] == "2026-11-27"
    also = page.get_by_role("group", name="Also")
    await also.get_by_label("Direct messages").check()
    values = await hears(app, view_id, "boxed")
    assert [one["value"] for one in values["also"]["given"]["selected_options"]] == ["dms"]
    where = page.get_by_role("group", name="Where?")
    await where.get_by_label("Take part in leaderboards").check()
    values = await hears(app, view_id, "placed")
    assert values["where"]["given"]["selected_option"]["value"] == "boards"

    await expect(page.get_by_text("placed")).to_be_visible()
    await expect(page.get_by_label("Points")).to_have_value("12")
    await expect(page.get_by_label("Until")).to_have_value("2026-11-27")
    await expect(also.get_by_label("Direct messages")).to_be_checked()
    await expect(reason).to_have_value("the fast")
    await expect(page.get_by_role("button", name="Remove Chidi")).to_be_visible()


async def test_a_form_that_is_filled_in_already_begins_at_its_first_field(
    windows: Windows, slack: Sandbox, app: HandApp
) -> None:
    page = await windows.open("ada")
    chosen = {"type": "multi_users_select", "initial_users": [slack.person("chidi").id]}
    filled = {**form("1 person"), "blocks": [field("people", "Who?", chosen)]}
    await open_form(page, app, filled)
    await expect(page.get_by_role("combobox", name="Who?")).to_be_focused()


async def test_what_is_typed_while_the_form_changes_is_kept(windows: Windows, app: HandApp) -> None:
    page = await windows.open("ada")
    view_id = await open_form(page, app, form("Nobody yet"))
    reason = page.get_by_label("What for?")
    await reason.focus()
    for number in range(10):
        await page.keyboard.type(str(number))
        await app.call("views.update", view_id=view_id, view=form(f"change {number}"))
    await expect(page.get_by_text("change 9")).to_be_visible()
    await expect(reason).to_have_value("0123456789")
    await expect(reason).to_be_focused()


def home(page_number: int) -> Json:
    rows = [section(f"row{row}", f"Thanks {page_number}-{row}") for row in range(12)]
    pages = [button("older", "Older", value=str(page_number + 1))]
    if page_number:
        pages.append(button("newer", "Newer", value=str(page_number - 1)))
    actions = {"type": "actions", "block_id": "pages", "elements": pages}
    return {"type": "home", "blocks": [*rows, actions]}


async def turn(page: Page, app: HandApp, who: str, name: str) -> None:
    """Press one of the buttons below the list, and have the app show what it asks for."""
    await page.get_by_role("button", name=name, exact=True).click()
    envelope_id, payload = await app.receives("interactive")
    await app.acknowledges(envelope_id)
    shown = int(payload["actions"][0]["value"])
    await app.call("views.publish", user_id=who, view=home(shown), hash=payload["view"]["hash"])
    await expect(page.get_by_text(f"Thanks {shown}-0", exact=True)).to_be_visible()


async def test_a_list_in_the_home_tab_is_paged_through_by_its_buttons(
    windows: Windows, slack: Sandbox, app: HandApp
) -> None:
    ada = slack.person("ada").id
    page = await windows.open("ada", "app/home")
    envelope_id, _ = await app.receives("events_api")
    await app.acknowledges(envelope_id)
    await app.call("views.publish", user_id=ada, view=home(0))
    await expect(page.get_by_text("Thanks 0-0", exact=True)).to_be_visible()
    for name in ("Older", "Older", "Newer"):
        await turn(page, app, ada, name)
        # The keyboard goes on where it was.
        await expect(page.get_by_role("button", name=name, exact=True)).to_be_focused()
    await expect(page.get_by_text(re.compile("^Thanks 2-"))).to_have_count(0)


async def test_people_in_rich_text_are_typed_as_where_messages_are_written(
    windows: Windows, slack: Sandbox, app: HandApp
) -> None:
    page = await windows.open("ada")
    bo, chidi = ({"type": "user", "user_id": slack.person(who).id} for who in ("bo", "chidi"))
    for_it = {"type": "text", "text": " for the release\n"}
    begins = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [bo, for_it]}],
    }
    lines = {"type": "rich_text_input", "initial_value": begins}
    await open_form(page, app, {**form("none"), "blocks": [field("lines", "Lines", lines)]})
    typed = page.get_by_label("Lines")
    await expect(typed).to_have_value("@bo for the release\n")
    await typed.fill("@bo for the release\n@CHIDI & all")
    await page.get_by_role("button", name="Give", exact=True).click()
    _, payload = await app.receives("interactive")
    [section] = payload["view"]["state"]["values"]["lines"]["given"]["rich_text_value"]["elements"]
    assert section["elements"] == [bo, for_it, chidi, {"type": "text", "text": " & all"}]
