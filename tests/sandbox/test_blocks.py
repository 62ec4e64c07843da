"""Block Kit's limits, case by case."""

from typing import Any

import pytest

from bot.sandbox.blocks import are_too_long, check_message_blocks, check_view


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def button(**changes: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "go", "text": plain("Go"), **changes}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


OPTION = {"text": plain("One"), "value": "1"}
LACKS_TITLE = {"confirm": plain("Yes"), "deny": plain("No")}
CONFIRM = LACKS_TITLE | {"title": plain("Sure?")}
ASKED = CONFIRM | {"text": plain("Really?")}
FIRST = "/blocks/0/elements/0"
INPUT = {"type": "input", "label": plain("Why"), "element": {"type": "plain_text_input"}}


def rich(*elements: dict[str, Any], kind: str = "rich_text_section") -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text)}


@pytest.mark.parametrize(
    "block",
    [
        section("x" * 3000),
        {"type": "section", "fields": [mrkdwn("x")] * 10},
        {"type": "header", "text": plain("x" * 150)},
        {"type": "divider", "block_id": "x" * 255},
        {"type": "context", "elements": [mrkdwn("x")] * 10},
        actions(*[button(action_id=str(number)) for number in range(25)]),
        {"type": "image", "image_url": "https://a.example/b.png", "alt_text": "A picture"},
        {"type": "markdown", "text": "x" * 12_000},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 20] * 100},
        {"type": "data_table", "rows": [[{"type": "raw_text", "text": "x" * 5}] * 20] * 100},
        {"type": "carousel", "elements": [{"type": "card", "title": plain("x" * 150)}] * 10},
        rich(
            {"type": "text", "text": "x" * 5000, "style": {"bold": True}},
            {"type": "user", "user_id": "U1"},
            {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "x"},
            {"type": "link", "url": "https://a.example", "text": "x"},
        ),
        {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "A picture"},
        actions({"type": "static_select", "action_id": "a", "options": [OPTION]}),
        actions({"type": "overflow", "action_id": "a", "options": [OPTION] * 5}),
    ],
)
def test_blocks_at_their_limits_pass(block: dict[str, Any]) -> None:
    assert check_message_blocks([block]) == []


@pytest.mark.parametrize(
    ("block", "pointer"),
    [
        (section("x" * 3001), "/blocks/0/text/text"),
        (section(""), "/blocks/0/text/text"),
        ({"type": "section"}, "/blocks/0"),
        ({"type": "section", "fields": [mrkdwn("x")] * 11}, "/blocks/0/fields"),
        ({"type": "section", "fields": [mrkdwn("x" * 2001)]}, "/blocks/0/fields/0/text"),
        ({"type": "header", "text": mrkdwn("x")}, "/blocks/0/text/type"),
        ({"type": "divider", "color": "red"}, "/blocks/0/color"),
        ({"type": "context", "elements": [mrkdwn("x")] * 11}, "/blocks/0/elements"),
        ({"type": "context", "elements": [button()]}, "/blocks/0/elements/0"),
        (actions(button(), button()), "/blocks/0/elements/1/action_id"),
        (actions(button(text=plain("x" * 76))), "/blocks/0/elements/0/text/text"),
        (actions(button(style="loud")), "/blocks/0/elements/0/style"),
        (actions(button(value="x" * 2001)), "/blocks/0/elements/0/value"),
        (actions({"type": "plain_text_input"}), "/blocks/0/elements/0/type"),
        (actions({"type": "overflow", "options": [OPTION] * 6}), "/blocks/0/elements/0/options"),
        (actions({"type": "static_select"}), "/blocks/0/elements/0"),
        (actions({"type": "static_select", "options": []}), "/blocks/0/elements/0/options"),
        ({"type": "image", "image_url": "https://a.example/b.png"}, "/blocks/0"),
        ({"type": "image", "alt_text": "x"}, "/blocks/0"),
        ({"type": "sparkle"}, "/blocks/0/type"),
        ({"type": "alert", "level": "info"}, "/blocks/0/type"),
        ({"type": "image", "alt_text": "x", "slack_file": {}}, "/blocks/0/slack_file"),
        (rich({"type": "text", "text": ""}), "/blocks/0/elements/0/elements/0/text"),
        (rich({"type": "user"}), "/blocks/0/elements/0/elements/0"),
        (rich({"type": "shout", "text": "x"}), "/blocks/0/elements/0/elements/0"),
        (rich({"type": "date", "format": "x"}), "/blocks/0/elements/0/elements/0"),
        (rich({"type": "text", "text": "x", "style": {"loud": True}}), "/blocks/0/elements/0/elem"),
        (
            rich({"type": "user", "user_id": "U1"}, kind="rich_text_preformatted"),
            "/blocks/0/elements/0/elements/0",
        ),
        (rich(kind="rich_text_list"), "/blocks/0/elements/0/style"),
        ({"type": "card", "body": plain("x" * 201)}, "/blocks/0/body/text"),
        ({"type": "carousel", "elements": [{"type": "card"}] * 11}, "/blocks/0/elements"),
        ({"type": "container", "child_blocks": [{"type": "card"}]}, "/blocks/0/child_blocks/0"),
        ({"type": "data_visualization", "series": [{"name": "x" * 21}]}, "/blocks/0/series/0/name"),
        ({"type": "data_table", "rows": [[{"text": "x" * 10_001}]]}, "/blocks/0/rows"),
        (
            actions(button(confirm=CONFIRM | {"text": plain("x" * 301)})),
            "/blocks/0/elements/0/confirm/text",
        ),
        (actions(button(confirm={**ASKED, "why": "x"})), f"{FIRST}/confirm/why"),
        (actions(button(confirm={"text": plain("x")} | LACKS_TITLE)), f"{FIRST}/confirm"),
        (actions(button(url="somewhere")), "/blocks/0/elements/0/url"),
        (actions(button(colour="red")), "/blocks/0/elements/0/colour"),
        (
            actions({"type": "static_select", "options": [OPTION | {"text": mrkdwn("x")}]}),
            "/blocks/0/elements/0/options/0/text/type",
        ),
        (
            actions({"type": "radio_buttons", "options": [OPTION | {"color": "x"}]}),
            "/blocks/0/elements/0/options/0/color",
        ),
        (
            actions({"type": "datepicker", "initial_date": "today"}),
            f"{FIRST}/initial_date",
        ),
        (
            actions({"type": "timepicker", "initial_time": "24:00"}),
            f"{FIRST}/initial_time",
        ),
        (
            actions({"type": "multi_users_select", "filter": {"include": ["public"]}}),
            "/blocks/0/elements/0/filter",
        ),
        (
            actions({"type": "conversations_select", "filter": {"include": ["secret"]}}),
            "/blocks/0/elements/0/filter/include",
        ),
        (
            actions({"type": "conversations_select", "response_url_enabled": True}),
            "/blocks/0/elements/0/response_url_enabled",
        ),
        ({"type": "image", "alt_text": "x", "image_url": "b.png"}, "/blocks/0/image_url"),
    ],
)
def test_blocks_beyond_their_limits_are_pointed_at(block: dict[str, Any], pointer: str) -> None:
    [error] = check_message_blocks([block])
    assert f"[json-pointer:{pointer}" in error


def test_a_message_has_fifty_blocks_at_most() -> None:
    assert check_message_blocks([{"type": "divider"}] * 50) == []
    assert "/blocks]" in check_message_blocks([{"type": "divider"}] * 51)[0]


def test_a_message_has_two_charts_at_most() -> None:
    charts = [{"type": "data_visualization"}] * 3
    assert check_message_blocks(charts[:2]) == []
    assert "/blocks]" in check_message_blocks(charts)[0]


def test_all_blocks_of_a_message_together_are_limited() -> None:
    assert not are_too_long([section("x" * 2_900)] * 4)
    assert are_too_long([section("x" * 2_900)] * 5)


def test_block_ids_are_not_repeated() -> None:
    twins = [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}]
    assert "/blocks/1/block_id" in check_message_blocks(twins)[0]


def test_what_is_chosen_at_first_is_among_the_options() -> None:
    other = {"text": plain("Two"), "value": "2"}
    select = {"type": "static_select", "options": [OPTION], "initial_option": other}
    assert "initial option" in check_message_blocks([actions(select)])[0]


def modal(**changes: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("T"), "blocks": [], **changes}


def test_views_at_their_limits_pass() -> None:
    assert check_view(modal(blocks=[{"type": "divider"}] * 100)) == []
    assert check_view(modal(blocks=[INPUT], submit=plain("Send"))) == []
    assert check_view({"type": "home", "blocks": [INPUT]}) == []


@pytest.mark.parametrize(
    ("view", "pointer"),
    [
        (modal(title=plain("x" * 25)), "/view/title/text"),
        (modal(blocks=[INPUT]), "/view/submit"),
        (modal(blocks=[{"type": "divider"}] * 101), "/view/blocks"),
        (modal(private_metadata="x" * 3001), "/view/private_metadata"),
        (modal(blocks=[{"type": "markdown", "text": "x"}]), "/view/blocks/0/type"),
        (modal(color="red"), "/view/color"),
        (
            {"type": "home", "blocks": [INPUT | {"element": {"type": "number_input"}}]},
            "/view/blocks/0/element/type",
        ),
        ({"type": "home", "blocks": [], "title": plain("x")}, "/view/title"),
        ({"type": "modal", "blocks": []}, "/view"),
        ({"type": "window"}, "/view/type"),
    ],
)
def test_views_beyond_their_limits_are_pointed_at(view: dict[str, Any], pointer: str) -> None:
    assert f"[json-pointer:{pointer}]" in check_view(view)[0]


def number(**changes: Any) -> dict[str, Any]:
    element = {"type": "number_input", "is_decimal_allowed": False} | changes
    return {"type": "input", "label": plain("How many?"), "element": element}


def test_numbers_and_alerts_are_for_modals() -> None:
    alert = {"type": "alert", "level": "warning", "text": plain("Careful")}
    blocks = [number(initial_value="1", min_value="-1"), alert]
    assert check_view(modal(blocks=blocks, submit=plain("Send"))) == []
    told = check_view({"type": "home", "blocks": blocks})
    assert [one.split("pointer:")[1] for one in told] == [
        "/view/blocks/0/element/type]",
        "/view/blocks/1/type]",
    ]
    assert check_message_blocks([number()])[0].endswith("/blocks/0/element/type]")


@pytest.mark.parametrize(
    ("block", "pointer"),
    [
        (number(initial_value="1.5"), "/element/initial_value"),
        (number(min_value="few"), "/element/min_value"),
        (number(min_value=1), "/element/min_value"),
        ({**number(), "element": {"type": "file_input", "max_files": 11}}, "/element/max_files"),
    ],
)
def test_inputs_beyond_their_limits_are_pointed_at(block: dict[str, Any], pointer: str) -> None:
    [error] = check_view(modal(blocks=[block], submit=plain("Send")))
    assert error.endswith(f"[json-pointer:/view/blocks/0{pointer}]")


def test_one_field_of_a_view_is_the_first_to_be_typed_in() -> None:
    first = {"type": "plain_text_input", "focus_on_load": True}
    block = {"type": "input", "label": plain("Words"), "element": first}
    assert check_view(modal(blocks=[block], submit=plain("Send"))) == []
    [error] = check_view(modal(blocks=[block, block], submit=plain("Send")))
    assert "/view/blocks/1/element/focus_on_load" in error
