from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.messages.blockkit import blocks
from bot.messages.text.markup import safe
from bot.sandbox.blocks import are_too_long, check_message_blocks, check_view, is_too_large
from tests.messages.slack_limits import faults, view_faults
from tests.rows import each_row


@each_row(
    ("text", "elements"),
    [
        ("a &lt;!here&gt; &amp;lt;", [{"type": "text", "text": "a <!here> &lt;"}]),
        ("*a* _b_ `c`", [{"type": "text", "text": "*a* _b_ `c`"}]),
        ("<@UADA>", [{"type": "user", "user_id": "UADA"}]),
        ("<#C1>", [{"type": "channel", "channel_id": "C1"}]),
        (
            "<https://a.example/?a&amp;b|R&amp;D>",
            [{"type": "link", "url": "https://a.example/?a&b", "text": "R&D"}],
        ),
        (
            "<!date^60^{time}|00:01>",
            [{"type": "date", "timestamp": 60, "format": "{time}", "fallback": "00:01"}],
        ),
        (
            "so:tada: :wave::skin-tone-3:!",
            [
                {"type": "text", "text": "so:tada: "},
                {"type": "emoji", "name": "wave::skin-tone-3"},
                {"type": "text", "text": "!"},
            ],
        ),
        (":a::b:", [{"type": "emoji", "name": "a"}, {"type": "emoji", "name": "b"}]),
        ("at 10:30:00", [{"type": "text", "text": "at 10:30:00"}]),
        ("", [{"type": "text", "text": ""}]),
    ],
)
def test_a_paragraph_shows_the_same_as_the_text(text: str, elements: list[dict[str, Any]]) -> None:
    assert blocks.paragraph(text) == {"type": "rich_text_section", "elements": elements}


@given(st.text())
def test_what_people_typed_becomes_text_and_emoji_and_nothing_else(typed: str) -> None:
    elements = blocks.paragraph(safe(typed))["elements"]
    assert {element["type"] for element in elements} <= {"text", "emoji"}


def test_a_long_heading_is_cut_where_one_sees_it() -> None:
    text = blocks.header("&amp;" * 200)["text"]["text"]
    assert text.endswith("&…")
    assert len(text) <= 150


def button(**changes: Any) -> dict[str, Any]:
    return {**blocks.button("Undo", action_id="a:b", value="v", label="Undo it"), **changes}


def text(content: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": content}


def select(**changes: Any) -> dict[str, Any]:
    return {
        "type": "static_select",
        "action_id": "a:b",
        "options": [{"text": text("One"), "value": "1"}],
        **changes,
    }


def field(**element: Any) -> dict[str, Any]:
    kind = {"type": "plain_text_input", "action_id": "a:b", "multiline": False, "max_length": 9}
    return {
        "type": "input",
        "label": text("Why"),
        "element": kind | element,
        "optional": False,
        "dispatch_action": False,
    }


FAULTY_BLOCKS: list[dict[str, Any]] = [
    {"type": "header", "text": {"type": "plain_text", "text": "x" * 151, "emoji": True}},
    {"type": "header", "text": {"type": "mrkdwn", "text": "x", "emoji": True}},
    {"type": "context", "elements": []},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "", "verbatim": True}]},
    {"type": "actions", "elements": [button(value="x" * 2_001)]},
    {"type": "actions", "elements": [button(accessibility_label="x" * 76)]},
    {"type": "actions", "elements": [button(url=1)]},
    {"type": "actions", "elements": [button()] * 26},
    {"type": "rich_text", "elements": [blocks.paragraph("")]},
    {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]}
        ],
    },
    {"type": "marquee"},
    {"type": "divider", "block_id": "x" * 256},
    {"type": "actions", "elements": [button(), button()]},
    {"type": "actions", "elements": [button(text=text("x" * 76))]},
    {"type": "actions", "elements": [button(action_id="x" * 256)]},
    {
        "type": "actions",
        "elements": [
            button(
                confirm={
                    "title": text("x" * 101),
                    "text": text("x"),
                    "confirm": text("x"),
                    "deny": text("x"),
                }
            )
        ],
    },
    {"type": "actions", "elements": [select(options=[])]},
    {"type": "actions", "elements": [select(options=[{"text": text("x" * 76), "value": "1"}])]},
    {"type": "actions", "elements": [select(options=[{"text": text("x"), "value": "x" * 151}])]},
    {
        "type": "actions",
        "elements": [select(options=[{"text": text("x"), "value": str(n)} for n in range(101)])],
    },
    {"type": "actions", "elements": [select(initial_option={"text": text("Two"), "value": "2"})]},
    {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_001, "verbatim": True}},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "x", "verbatim": True}] * 11},
    {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "x" * 2_001},
]
FAULTY_FIELDS: list[dict[str, Any]] = [
    field(max_length=3_001),
    field(placeholder=text("x" * 151)),
    field() | {"label": text("x" * 2_001)},
    field() | {"hint": text("x" * 2_001)},
    field()
    | {
        "element": select(
            type="radio_buttons", options=[{"text": text("x"), "value": str(n)} for n in range(11)]
        )
    },
    field() | {"element": select(type="checkboxes", initial_options=[])},
    field()
    | {
        "element": {
            "type": "number_input",
            "action_id": "a:b",
            "is_decimal_allowed": False,
            "min_value": 1,
        }
    },
    field()
    | {"element": {"type": "multi_channels_select", "action_id": "a:b", "max_selected_items": 0}},
]
MODAL: dict[str, Any] = {
    "type": "modal",
    "title": text("x"),
    "submit": text("x"),
    "close": text("x"),
    "callback_id": "a:b",
    "private_metadata": "",
    "blocks": [field()],
}


@each_row("block", FAULTY_BLOCKS)
def test_a_faulty_block_is_seen_by_our_check_and_refused_by_the_sandbox(
    block: dict[str, Any],
) -> None:
    assert faults({"text": "x", "blocks": [block]})
    assert check_message_blocks([block])


@each_row("block", FAULTY_FIELDS)
def test_a_faulty_field_is_seen_by_our_check_and_refused_by_the_sandbox(
    block: dict[str, Any],
) -> None:
    assert view_faults(MODAL | {"blocks": [block]})
    assert check_view(MODAL | {"blocks": [block]})


@each_row(
    "change",
    [
        {"title": text("x" * 25)},
        {"submit": text("x" * 25)},
        {"close": text("x" * 25)},
        {"private_metadata": "x" * 3_001},
        {"callback_id": "x" * 256},
        {"blocks": [field()] * 101},
        {"blocks": [field() | {"block_id": "a"}] * 2},
    ],
)
def test_a_faulty_view_is_seen_by_our_check_and_refused_by_the_sandbox(
    change: dict[str, Any],
) -> None:
    assert view_faults(MODAL) == check_view(MODAL) == []
    assert view_faults(MODAL | change)
    assert check_view(MODAL | change)


def test_a_view_that_is_too_large_is_seen_by_our_check_and_refused_by_the_sandbox() -> None:
    large = MODAL | {"blocks": [field() | {"hint": text("x" * 2_000)}] * 100}
    huge = large | {"blocks": large["blocks"] * 2}
    assert is_too_large(huge)
    assert "bytes" in view_faults(huge)[0]
    assert not is_too_large(large)


def test_all_blocks_of_a_message_together_are_limited() -> None:
    block = blocks.rich_text(blocks.paragraph("x" * 2_900))
    assert faults({"text": "x", "blocks": [block] * 4}) == []
    assert "/blocks" in faults({"text": "x", "blocks": [block] * 5})[0]
    assert are_too_long([block] * 5)


def test_lines_read_like_paragraphs_and_are_cut_into_what_one_text_may_have() -> None:
    [one] = blocks.lines(["a", "b <@U1>", "c"])["elements"][:1]
    assert one == {"type": "text", "text": "a\nb "}
    many = blocks.lines(["x" * 2_000] * 3)["elements"]
    assert [len(each["text"]) for each in many] == [2_001, 2_001, 2_000]


def test_the_check_of_slacks_limits_sees_the_faults_of_a_message() -> None:
    fine = blocks.rich_text(blocks.paragraph("x"))
    assert faults({"text": "x", "blocks": [fine]}) == []
    assert faults({"text": "x" * 4_001, "blocks": [fine]})
    assert faults({"text": "", "blocks": [fine]})
    assert faults({"text": "x", "blocks": [fine] * 51})
    assert faults({"text": "x", "blocks": [fine], "link_names": True})
