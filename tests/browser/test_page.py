"""What a person does on the page: read, write, react, reply, be somebody else."""

import re

import pytest
from playwright.async_api import Page, expect

from bot.sandbox import Sandbox
from tests.browser.hand_app import HandApp
from tests.browser.window import Windows, composer, message

pytestmark = pytest.mark.asyncio(loop_scope="session")

SEEDED = "The board loved the new engine"


async def test_what_one_sends_with_enter_the_others_see_at_once(windows: Windows) -> None:
    ada, bo = await windows.open("ada"), await windows.open("bo")
    await composer(ada).fill("The lift works again.")
    await composer(ada).press("Enter")
    await expect(message(bo, "The lift works again.")).to_be_visible()
    await expect(composer(ada)).to_have_value("")


async def test_shift_and_enter_start_a_new_line(windows: Windows, slack: Sandbox) -> None:
    page = await windows.open("ada")
    await composer(page).press_sequentially("one")
    await composer(page).press("Shift+Enter")
    await composer(page).press_sequentially("two")
    await composer(page).press("Enter")
    await expect(message(page, "one")).to_be_visible()
    assert slack.channel("general").messages[-1].text == "one\ntwo"


async def test_becoming_somebody_else_shows_what_they_may_see(windows: Windows) -> None:
    page = await windows.open("ada", "leads")
    await page.get_by_role("button", name=re.compile("You are: Ada")).click()
    await page.get_by_role("menuitemradio", name=re.compile("^Bo ")).click()
    await expect(page.get_by_role("button", name=re.compile("You are: Bo"))).to_be_visible()
    await expect(page.locator(".row", has_text="leads")).to_have_count(0)
    assert page.url.endswith("#/bo/general")


async def test_a_reload_shows_the_same_person_and_the_same_thread(windows: Windows) -> None:
    page = await windows.open("chidi")
    await message(page, "The import of the old cards").locator(".thread-summary").click()
    await expect(message(page, "one missing index", "thread")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("button", name=re.compile("You are: Chidi"))).to_be_visible()
    await expect(message(page, "one missing index", "thread")).to_be_visible()


async def test_a_reaction_is_joined_and_taken_back_with_one_button(
    windows: Windows, slack: Sandbox
) -> None:
    page = await windows.open("dina")
    reaction = message(page, SEEDED).get_by_role("button", name=re.compile(":heart:"))
    await expect(reaction).to_have_attribute("aria-pressed", "false")
    await reaction.click()
    await expect(reaction).to_have_attribute("aria-pressed", "true")
    await expect(reaction).to_have_text(re.compile("2$"))
    await reaction.click()
    await expect(reaction).to_have_attribute("aria-pressed", "false")
    seeded = next(one for one in slack.channel("general").messages if SEEDED in one.text)
    assert slack.person("dina").id not in seeded.reactions["heart"]


async def test_an_emoji_is_searched_for_and_chosen_by_keyboard(windows: Windows) -> None:
    page = await windows.open("dina")
    react = message(page, SEEDED).get_by_role("button", name="React", exact=True)
    await react.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("searchbox", name="Search emoji")).to_be_focused()
    await page.keyboard.type("trophy")
    await page.keyboard.press("Enter")
    reaction = message(page, SEEDED).get_by_role("button", name=re.compile("^:trophy:"))
    await expect(reaction).to_have_attribute("aria-pressed", "true")
    await expect(react).to_be_focused()


async def test_a_reply_stands_in_its_thread_alone(windows: Windows, slack: Sandbox) -> None:
    page = await windows.open("bo")
    answered = message(page, SEEDED)
    await answered.hover()
    await answered.get_by_role("button", name="Reply in thread").click()
    await page.locator("#thread .composer-field").fill("So did I!")
    await page.keyboard.press("Enter")
    await expect(message(page, "So did I!", "thread")).to_be_visible()
    await expect(answered.locator(".thread-summary")).to_contain_text("1 reply")
    await expect(message(page, "So did I!")).to_have_count(0)
    root = next(one for one in slack.channel("general").messages if SEEDED in one.text)
    assert [reply.text for reply in slack.thread("general", root.ts)] == ["So did I!"]
    await page.keyboard.press("Escape")
    await expect(page.locator("#thread")).to_be_hidden()


async def test_names_channels_and_emoji_are_completed_by_keyboard_alone(
    windows: Windows, slack: Sandbox
) -> None:
    page = await windows.open("ada")
    field = composer(page)
    await field.press_sequentially("Thanks @chi")
    await expect(page.get_by_role("option", name=re.compile("Chidi"))).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.type("and @supp")
    await page.keyboard.press("Enter")
    await page.keyboard.type("in #rel")
    await page.keyboard.press("Enter")
    await page.keyboard.type(":tad")
    await page.keyboard.press("Enter")
    await expect(field).to_have_value("Thanks @chidi and @support in #release :tada: ")
    await page.keyboard.press("Enter")
    await expect(message(page, "Thanks @Chidi and @support in #release")).to_be_visible()
    sent = slack.channel("general").messages[-1].text
    assert f"<@{slack.person('chidi').id}>" in sent


async def test_names_typed_in_full_need_no_list_and_no_particular_case(
    windows: Windows, slack: Sandbox
) -> None:
    slack.add_user({"handle": "chidi2", "name": "Chidi"})
    page = await windows.open("ada")
    await composer(page).fill("@Kudos @BO, and @SUPPORT, but @Chidi or @Nobody or a@Bo?")
    await page.get_by_role("button", name="Send").click()
    await expect(message(page, "or a@Bo?")).to_be_visible()
    bot, bo = slack.bot_user_id, slack.person("bo").id
    assert slack.channel("general").messages[-1].text == (
        f"<@{bot}> <@{bo}>, and <!subteam^S0SUPPORT1|@support>, but @Chidi or @Nobody or a@Bo?"
    )


async def test_escape_closes_the_list_and_leaves_the_text(windows: Windows) -> None:
    page = await windows.open("ada")
    await composer(page).press_sequentially("Hello @b")
    await expect(page.get_by_role("listbox")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("listbox")).to_be_hidden()
    await expect(composer(page)).to_have_value("Hello @b")


async def test_commands_are_offered_with_what_they_do(windows: Windows) -> None:
    page = await windows.open("ada")
    await composer(page).press_sequentially("/")
    option = page.get_by_role("option", name="/kudos")
    await expect(option).to_contain_text("Thank somebody")
    await expect(option).to_contain_text("@someone +5 for a reason")
    await page.keyboard.press("Tab")
    await expect(composer(page)).to_have_value("/kudos ")


async def test_an_unknown_command_is_refused_where_it_was_typed(windows: Windows) -> None:
    page = await windows.open("ada")
    await composer(page).fill("/foo bar")
    await composer(page).press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("/foo is not a valid command")
    await expect(composer(page)).to_have_value("/foo bar")
    windows.forget_refusals()


async def test_an_ephemeral_message_is_seen_by_its_reader_alone(
    windows: Windows, slack: Sandbox, app: HandApp
) -> None:
    ada, bo = await windows.open("ada"), await windows.open("bo")
    await app.call(
        "chat.postEphemeral",
        channel=slack.channel("general").id,
        user=slack.person("ada").id,
        text="You have 22 points left.",
    )
    await app.says("This is for everybody.")
    secret = message(ada, "You have 22 points left.")
    await expect(secret).to_contain_text("Only visible to you")
    await expect(message(bo, "This is for everybody.")).to_be_visible()
    await expect(message(bo, "You have 22 points left.")).to_have_count(0)
    await secret.get_by_role("button", name="Dismiss").click()
    await expect(secret).to_have_count(0)


async def test_own_messages_are_changed_and_deleted(windows: Windows) -> None:
    page = await windows.open("goran")
    await composer(page).fill("Cak for @bo")
    await composer(page).press("Enter")
    await _choose(page, "Cak for", "Edit message")
    field = page.get_by_role("textbox", name="Edit message")
    await expect(field).to_have_value("Cak for @bo")
    await field.fill("Cake for @bo")
    await field.press("Enter")
    await expect(message(page, "Cake for @Bo")).to_contain_text("(edited)")
    await _choose(page, "Cake for", "Delete message")
    await page.get_by_role("button", name="Delete", exact=True).click()
    await expect(message(page, "Cake for")).to_have_count(0)


async def _choose(page: Page, text: str, item: str) -> None:
    await message(page, text).hover()
    await message(page, text).get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name=item).click()


async def test_an_archived_channel_can_be_read_and_not_written_in(windows: Windows) -> None:
    page = await windows.open("ada", "old-launch")
    await expect(message(page, "We are live!")).to_be_visible()
    await expect(page.get_by_text("This channel is archived.")).to_be_visible()
    await expect(composer(page)).to_have_count(0)


async def test_a_public_channel_is_read_first_and_then_joined(windows: Windows) -> None:
    page = await windows.open("dina", "writing")
    await expect(message(page, "The first page is ready to read.")).to_be_visible()
    await expect(composer(page)).to_have_count(0)
    await page.get_by_role("button", name="Join #writing").click()
    await expect(composer(page)).to_be_visible()


async def test_somebody_who_never_wrote_can_be_written_to(windows: Windows, slack: Sandbox) -> None:
    page = await windows.open("ada")
    await page.get_by_role("button", name="Write to somebody").click()
    await page.get_by_role("menuitem", name=re.compile("^Hana")).click()
    await expect(page.locator("#conversation h1")).to_contain_text("Hana")
    await expect(composer(page)).to_be_focused()
    await page.keyboard.type("Can we talk?")
    await page.keyboard.press("Enter")
    await expect(message(page, "Can we talk?")).to_be_visible()
    assert slack.person("hana").sees("@ada")[-1].text == "Can we talk?"


async def test_a_permalink_is_followed_in_the_window_it_is_in(
    windows: Windows, slack: Sandbox, app: HandApp
) -> None:
    page = await windows.open("bo")
    there = slack.channel("release").messages[0]
    link = await app.call("chat.getPermalink", channel=there.channel_id, message_ts=there.ts)
    await app.says(f"It began <{link['permalink']}|here>.")
    await page.get_by_role("link", name="here").click()
    await expect(page.locator("#conversation h1")).to_have_text("release")
    await expect(message(page, "Release 1.9 is out")).to_be_focused()
    assert page.url.endswith("/#/bo/release")


HOSTILE = {
    "<script>window.hacked = 1</script>": "<script>window.hacked = 1</script>",
    "<img src=x onerror=window.hacked=1>": "<img src=x onerror=window.hacked=1>",
    "<javascript:window.hacked=1|press here>": "<javascript:window.hacked=1|press here>",
    "<data:text/html,hi|press here>": "<data:text/html,hi|press here>",
    "&lt;b&gt;bold&lt;/b&gt; &amp;amp;": "<b>bold</b> &amp;",
    "*<script>window.hacked = 1</script>*": "<script>window.hacked = 1</script>",
}


async def test_hostile_text_stays_text(windows: Windows, app: HandApp) -> None:
    page = await windows.open("ada")
    for text in HOSTILE:
        await app.says(f"before {text} after")
    there = message(page, "before")
    shown = [f"before {each} after" for each in HOSTILE.values()]
    await expect(there.locator(".text")).to_have_text(shown)
    await expect(there.locator(".text a, .text script, .text img, .text b")).to_have_count(0)
    assert await page.evaluate("window.hacked") is None


async def test_a_channel_wide_mention_is_a_label_and_nothing_else(
    windows: Windows, app: HandApp
) -> None:
    page = await windows.open("ada")
    await app.says("Hey <!channel> and <@U0BO000002>, see <https://example.com/a?b=1&amp;c=2|this>")
    there = message(page, "Hey @channel")
    await expect(there.locator(".text")).to_have_text("Hey @channel and @Bo, see this")
    await expect(there.locator("a")).to_have_attribute("href", "https://example.com/a?b=1&c=2")


async def test_mrkdwn_is_drawn(windows: Windows, app: HandApp) -> None:
    page = await windows.open("ada")
    await app.says("*bold* _italic_ ~struck~ `a*b*c` snake_case_name 2*3*4\n> quoted\n```x *y*```")
    text = message(page, "snake_case_name 2*3*4").locator(".text")
    for tag, words in {
        "strong": "bold",
        "em": "italic",
        "s": "struck",
        "code": "a*b*c",
        "blockquote": "quoted",
        "pre": "x *y*",
    }.items():
        await expect(text.locator(tag)).to_have_text(words)


async def test_times_are_in_the_zone_of_who_reads(windows: Windows, app: HandApp) -> None:
    # 1 January 2026, 12:00 in UTC.
    text = "It starts <!date^1767268800^{date_num} {time}|later>."
    ada, hana = await windows.open("ada"), await windows.open("hana")
    await app.says(text)
    await expect(message(ada, "It starts")).to_contain_text("It starts 2026-01-01 12:00.")
    await expect(message(hana, "It starts")).to_contain_text("It starts 2026-01-01 21:00.")


async def test_the_page_is_dark_where_the_system_is_and_light_on_request(
    windows: Windows,
) -> None:
    page = await windows.open("ada", theme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    assert await page.evaluate(background) == "rgb(22, 25, 28)"
    await page.get_by_role("button", name="Theme: system").click()
    await expect(page.get_by_role("button", name="Theme: light")).to_be_visible()
    assert await page.evaluate(background) == "rgb(255, 255, 255)"
    await page.reload()
    await expect(page.get_by_role("button", name="Theme: light")).to_be_visible()
    assert await page.evaluate(background) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [390, 360])
async def test_a_narrow_window_cuts_nothing_off(windows: Windows, width: int) -> None:
    page = await windows.open("ada", width=width)
    await expect(message(page, SEEDED)).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    await expect(page.locator("#sidebar")).to_be_hidden()
    opener = page.get_by_role("button", name="Show channels and people")
    await opener.press("Enter")
    await expect(page.locator("#sidebar")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#sidebar")).to_be_hidden()
    await expect(opener).to_be_focused()
    await opener.click()
    await page.locator(".row", has_text="release").click()
    await expect(page.locator("#conversation h1")).to_have_text("release")
    await expect(page.locator("#sidebar")).to_be_hidden()


async def test_the_example_fills_the_composer_and_can_be_put_away(windows: Windows) -> None:
    page = await windows.open("ada")
    await page.get_by_role("button", name="/kudos @bo").click()
    await expect(composer(page)).to_have_value("/kudos @bo +3 for untangling the release #teamwork")
    await page.get_by_role("button", name="Dismiss this hint").click()
    await page.reload()
    await expect(message(page, SEEDED)).to_be_visible()
    await expect(page.get_by_text("nothing you do here leaves this machine")).to_have_count(0)
