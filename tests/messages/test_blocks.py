from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import blocks
from bot.messages.markup import safe
from tests.messages.slack_limits import faults


@pytest.mark.parametrize(
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


@pytest.mark.parametrize(
    "block",
    [
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 151, "emoji": True}},
        {"type": "header", "text": {"type": "mrkdwn", "text": "x", "emoji": True}},
        {"type": "context", "elements": []},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "", "verbatim": True}]},
        {"type": "actions", "elements": [button(value="x" * 2_001)]},
        {"type": "actions", "elements": [button(accessibility_label="x" * 76)]},
        {"type": "actions", "elements": [button(url=1)]},
        {"type": "actions", "elements": [button()] * 26},
        {"type": "rich_text", "elements": [blocks.paragraph("")]},
        {"type": "rich_text", "elements": [blocks.bullets([])]},
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]}
            ],
        },
        {"type": "marquee"},
    ],
)
def test_the_check_of_slacks_limits_sees_a_fault(block: dict[str, Any]) -> None:
    assert faults({"text": "x", "blocks": [block]})


def test_the_check_of_slacks_limits_sees_the_faults_of_a_message() -> None:
    fine = blocks.rich_text(blocks.paragraph("x"))
    assert faults({"text": "x", "blocks": [fine]}) == []
    assert faults({"text": "x" * 4_001, "blocks": [fine]})
    assert faults({"text": "", "blocks": [fine]})
    assert faults({"text": "x", "blocks": [fine] * 51})
    assert faults({"text": "x", "blocks": [fine], "link_names": True})
