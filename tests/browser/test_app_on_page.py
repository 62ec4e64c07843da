"""What the app shows on the page and hears from it: blocks, modals, the Home tab."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from bot.sandbox import Sandbox
from tests.browser.hand_app import MANIFEST, HandApp, Json
from tests.browser.window import Windows, composer, message
from tests.patience import never_answered

pytestmark = pytest.mark.asyncio(loop_scope="session")


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str, text: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(text), **more}


def field(block_id: str, label: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": "given", **element},
        **more,
    }


FORM: Json = {
    "type": "modal",
    "title": plain("Give kudos"),
    "submit": plain("Give"),
    "close": plain("Cancel"),
    "blocks": [
        field("people", "Who?", {"type": "multi_users_select"}),
        field(
            "amount",
            "Points",
            {
                "type": "number_input",
                "is_decimal_allowed": False,
                "initial_value": "5",
                "min_value": "1",
                "max_value": "10",
            },
        ),
        field(
            "value",
            "Value",
            {
                "type": "static_select",
                "options": [
                    {"text": plain("Teamwork"), "value": "teamwork"},
                    {"text": plain("Care"), "value": "care"},
                ],
            },
            optional=True,
        ),
        field("reason", "What for?", {"type": "plain_text_input", "multiline": True}),
        field(
            "seen",
            "Who may see it?",
            {
                "type": "radio_buttons",
                "options": [
                    {"text": plain("Everybody"), "value": "all"},
                    {"text": plain("Only the two of you"), "value": "two"},
                ],
            },
        ),
    ],
}


async def open_form(page: Page, app: HandApp, view: Json = FORM) -> str:
    """Use the global shortcut and answer it with a modal; returns the view's id."""
    await page.get_by_role("button", name="Shortcuts and commands").click()
    await page.get_by_role("menuitem", name=re.compile("Give kudos")).click()
    envelope_id, payload = await app.receives("interactive")
    opened = await app.call("views.open", trigger_id=payload["trigger_id"], view=view)
    await app.acknowledges(envelope_id)
    await expect(page.get_by_role("dialog")).to_be_visible()
    return str(opened["view"]["id"])


async def test_blocks_are_drawn_and_an_unknown_picture_stays_unloaded(
    windows: Windows, app: HandApp
) -> None:
    page = await windows.open("ada")
    await app.says(
        "The week",
        blocks=[
            {"type": "header", "text": plain("The week")},
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": "*Bo* was thanked by <@U0ADA00001>"},
                "accessory": button("board", "See the board", value="week"),
            },
            {"type": "section", "fields": [plain("Left: 22"), plain("Got: 7")]},
            {"type": "divider"},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "Given in <#C0GENERAL1>"}]},
            {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A chart"},
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_list",
                        "style": "bullet",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [
                                    {"type": "text", "text": "first", "style": {"bold": True}}
                                ],
                            }
                        ],
                    }
                ],
            },
        ],
    )
    there = message(page, "The week")
    await expect(there.get_by_role("heading", name="The week")).to_be_visible()
    await expect(there.locator(".section").first).to_contain_text("Bo was thanked by @Ada")
    await expect(there.get_by_role("button", name="See the board")).to_be_visible()
    await expect(there.locator(".section-fields > div")).to_have_text(["Left: 22", "Got: 7"])
    await expect(there.locator(".context")).to_have_text("Given in #general")
    await expect(there.locator("li strong")).to_have_text("first")
    # The windows fixture checks that nobody was asked for it.
    await expect(there.locator(".image-instead")).to_contain_text("A chart")


async def test_a_button_tells_the_app_and_a_confirmation_comes_first(
    windows: Windows, slack: Sandbox, app: HandApp
) -> None:
    page = await windows.open("bo")
    sure = {
        "title": plain("Take it back?"),
        "text": plain("The points come back to you."),
        "confirm": plain("Take back"),
        "deny": plain("Keep"),
    }
    undo = button("undo", "Undo", value="k1", confirm=sure)
    await app.says("Given.", blocks=[{"type": "actions", "block_id": "b", "elements": [undo]}])
    press = message(page, "Undo").get_by_role("button", name="Undo")
    await press.click()
    await page.get_by_role("button", name="Keep").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await press.click()
    await page.get_by_role("button", name="Take back").click()
    envelope_id, payload = await app.receives("interactive")
    assert payload["user"]["id"] == slack.person("bo").id
    assert [(one["action_id"], one["value"]) for one in payload["actions"]] == [("undo", "k1")]
    await app.acknowledges(envelope_id)
    await expect(press).not_to_have_attribute("aria-busy", "true")


async def test_a_modal_is_filled_in_by_keyboard_and_sent(
    windows: Windows, slack: Sandbox, app: HandApp
) -> None:
    page = await windows.open("ada")
    await open_form(page, app)
    who = page.get_by_role("combobox", name="Who?")
    await expect(who).to_be_focused()
    await page.keyboard.type("chi")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Points")).to_be_focused()
    await page.get_by_label("Points").fill("3")
    await page.keyboard.press("Tab")
    await page.keyboard.type("care")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("combobox", name="Value")).to_have_value("Care")
    await page.get_by_label("What for?").fill("the fast import")
    await page.get_by_label("Everybody").check()
    await page.get_by_role("button", name="Give", exact=True).click()

    envelope_id, payload = await app.receives("interactive")
    values = payload["view"]["state"]["values"]
    assert values["people"]["given"]["selected_users"] == [slack.person("chidi").id]
    assert values["amount"]["given"]["value"] == "3"
    assert values["value"]["given"]["selected_option"]["value"] == "care"
    assert values["reason"]["given"]["value"] == "the fast import"
    assert values["seen"]["given"]["selected_option"]["value"] == "all"

    errors = {"reason": "Please say a little more."}
    await app.acknowledges(envelope_id, {"response_action": "errors", "errors": errors})
    await expect(page.get_by_text("Please say a little more.")).to_be_visible()
    await expect(page.get_by_label("What for?")).to_be_focused()
    await expect(page.get_by_label("What for?")).to_have_value("the fast import")

    await page.get_by_label("What for?").fill("the fast import of the old cards")
    await page.get_by_role("button", name="Give", exact=True).click()
    envelope_id, _ = await app.receives("interactive")
    await app.acknowledges(envelope_id)
    await expect(page.get_by_role("dialog")).to_have_count(0)


# Answers and the stream come by two connections, in any order.
AS_OF_NOW = "(what) => fetch(`/control/${what}?as=U0ADA00001`).then((answer) => answer.json())"
COMES_LATE = "([topic, it]) => import('/static/state.js').then((state) => state.emit(topic, it))"


async def test_what_was_so_before_a_form_was_sent_does_not_open_it_again(
    windows: Windows, app: HandApp
) -> None:
    page = await windows.open("ada")
    await open_form(page, app, {**FORM, "blocks": FORM["blocks"][2:3]})
    before = await page.evaluate(AS_OF_NOW, "views")
    assert len(before["stack"]) == 1
    await page.get_by_role("button", name="Give", exact=True).click()
    envelope_id, _ = await app.receives("interactive")
    await app.acknowledges(envelope_id)
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.evaluate(COMES_LATE, ["views", before])
    await page.get_by_role("button", name="Shortcuts and commands").click()  # nothing is before it
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_what_is_missing_is_said_at_its_field_before_the_app_hears_of_it(
    windows: Windows, slack: Sandbox, app: HandApp
) -> None:
    page = await windows.open("ada")
    await open_form(page, app)
    before = len(slack.deliveries)
    await page.get_by_role("button", name="Give", exact=True).click()
    reason = page.locator('[data-block="reason"]')
    await expect(reason.locator(".input-error")).to_be_visible()
    await expect(page.get_by_label("What for?")).to_have_attribute("aria-invalid", "true")
    assert len(slack.deliveries) == before
    windows.forget_refusals()


async def test_an_update_keeps_what_was_typed_and_the_focus(windows: Windows, app: HandApp) -> None:
    page = await windows.open("ada")
    view_id = await open_form(page, app)
    reason = page.get_by_label("What for?")
    await reason.fill("the fast")
    left = {"type": "section", "block_id": "left", "text": plain("17 points are left.")}
    await app.call(
        "views.update", view_id=view_id, view={**FORM, "blocks": [*FORM["blocks"], left]}
    )
    await expect(page.get_by_text("17 points are left.")).to_be_visible()
    await expect(reason).to_be_focused()
    await page.keyboard.type(" import")
    await expect(reason).to_have_value("the fast import")


async def test_escape_closes_a_modal_and_gives_the_focus_back(
    windows: Windows, app: HandApp
) -> None:
    page = await windows.open("ada")
    await open_form(page, app)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("button", name="Shortcuts and commands")).to_be_focused()


async def test_the_focus_stays_inside_a_modal(windows: Windows, app: HandApp) -> None:
    page = await windows.open("ada")
    await open_form(page, app)
    for _ in range(20):
        await page.keyboard.press("Tab")
        where = await page.evaluate(
            "document.activeElement === document.body"
            " || Boolean(document.activeElement.closest('dialog'))"
        )
        assert where


async def test_a_message_shortcut_names_its_message(windows: Windows, app: HandApp) -> None:
    page = await windows.open("bo")
    there = message(page, "All tests on the new printer pass")
    await there.hover()
    await there.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name=re.compile("Thank the author")).click()
    envelope_id, payload = await app.receives("interactive")
    await app.acknowledges(envelope_id)
    assert payload["callback_id"] == "give_for_message"
    assert payload["message"]["text"].startswith("All tests on the new printer pass")


async def test_a_command_that_is_answered_is_read_by_who_typed_it(
    windows: Windows, app: HandApp
) -> None:
    page = await windows.open("ada")
    await composer(page).fill("/kudos @bo +3 for the release")
    await composer(page).press("Enter")
    envelope_id, payload = await app.receives("slash_commands")
    assert payload["text"].startswith("<@U0BO000002")
    await app.acknowledges(envelope_id, {"text": "Bo has your thanks."})
    await expect(message(page, "Bo has your thanks.")).to_contain_text("Only visible to you")


@never_answered
async def test_a_command_that_nobody_answers_is_given_back_with_a_sentence(
    windows: Windows, app: HandApp
) -> None:
    page = await windows.open("ada")
    await composer(page).fill("/kudos help")
    await composer(page).press("Enter")
    await app.receives("slash_commands")
    await expect(page.get_by_role("alert")).to_contain_text("respond in time")
    await expect(composer(page)).to_have_value("/kudos help")


async def test_the_home_tab_is_asked_for_drawn_and_redrawn(
    windows: Windows, slack: Sandbox, app: HandApp
) -> None:
    page = await windows.open("ada", "app/home")
    envelope_id, payload = await app.receives("events_api")
    assert (payload["event"]["type"], payload["event"]["tab"]) == ("app_home_opened", "home")
    await app.acknowledges(envelope_id)
    shown = []
    for left in (25, 22):
        blocks = [
            {"type": "header", "text": plain(f"{left} points left")},
            {
                "type": "actions",
                "block_id": "b",
                "elements": [button("settings", "Settings", style="primary")],
            },
        ]
        await app.call(
            "views.publish", user_id=slack.person("ada").id, view={"type": "home", "blocks": blocks}
        )
        await expect(page.get_by_role("heading", name=f"{left} points left")).to_be_visible()
        shown.append(await page.evaluate(AS_OF_NOW, "home"))
    await page.evaluate(COMES_LATE, ["home", shown[0]])
    await expect(page.get_by_role("heading", name="22 points left")).to_be_visible()
    await page.get_by_role("button", name="Settings", exact=True).click()
    envelope_id, payload = await app.receives("interactive")
    assert payload["container"]["type"] == "view"
    await app.acknowledges(envelope_id)


@pytest.mark.long
async def test_the_page_finds_back_after_the_sandbox_was_restarted(
    browser: Browser, tmp_path: Path
) -> None:
    state = tmp_path / "workspace.sqlite"
    async with Sandbox(MANIFEST, state_path=state) as slack:
        port = int(slack.url.rsplit(":", 1)[1])
        windows = Windows(browser, slack.url)
        page = await windows.open("ada")
        await expect(message(page, "The board loved the new engine")).to_be_visible()
    offline = page.locator("#offline")
    await expect(offline).to_have_text(re.compile("^The sandbox can't be reached"))
    async with Sandbox(MANIFEST, state_path=state, port=port) as slack:
        await slack.person("bo").types("Written while nobody listened.")
        there = message(page, "Written while nobody listened.")
        await expect(there).to_be_visible()
        await expect(offline).to_be_hidden()
        await windows.close()
