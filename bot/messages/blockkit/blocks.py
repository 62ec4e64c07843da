"""Slack's blocks, from finished text.

Plain dictionaries rather than the models of slack_sdk: those check little of what Slack refuses and
lag behind its blocks, and the tests hold every message against Slack's limits anyway.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from bot.messages.text.markup import plain, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Block = dict[str, Any]

HEADER_LIMIT = 150
TEXT_LIMIT = 3_000
LABEL_LIMIT = 75
CONFIRM_TITLE_LIMIT = 100
CONFIRM_TEXT_LIMIT = 300
CONFIRM_BUTTON_LIMIT = 30

# What `text.markup` makes, and emoji. A colon within a word or a time (10:30:00) is none.
_MARKUP = re.compile(
    r"<@(?P<user>[^<>]+)>"
    r"|<\#(?P<channel>[^<>]+)>"
    r"|<!date\^(?P<timestamp>\d+)\^(?P<format>[^|<>]+)\|(?P<fallback>[^<>]*)>"
    r"|<(?P<url>https?://[^|<>]+)\|(?P<label>[^<>]*)>"
    r"|(?<!\w):(?P<emoji>[\w+'-]+(?:::skin-tone-[2-6])?):(?!\w)",
)


def header(text: str) -> Block:
    """Return a heading."""
    return {"type": "header", "text": _plain_text(text, HEADER_LIMIT)}


def context(text: str) -> Block:
    """Return a line in small print: our own words only, since mrkdwn is live in it."""
    content = shortened(text, TEXT_LIMIT)
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": content, "verbatim": True}],
    }


def section(text: str, accessory: Block) -> Block:
    """Return a line with a button beside it: our own words only, since mrkdwn is live in it."""
    content = {"type": "mrkdwn", "text": shortened(text, TEXT_LIMIT), "verbatim": True}
    return {"type": "section", "text": content, "accessory": accessory}


def actions(*elements: Block) -> Block:
    """Return a row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def button(text: str, *, action_id: str, value: str, label: str) -> Block:
    """Return a button; screen readers say its label instead of its text."""
    return {
        "type": "button",
        "text": _plain_text(text, LABEL_LIMIT),
        "action_id": action_id,
        "value": value,
        "accessibility_label": shortened(plain(label), LABEL_LIMIT),
    }


def link_button(text: str, *, action_id: str, url: str, label: str) -> Block:
    """Returns a button that leads to an address; Slack tells of the press, and nobody listens."""
    return button(text, action_id=action_id, value=action_id, label=label) | {"url": url}


def told_apart(blocks: Iterable[Block]) -> list[Block]:
    """Returns the blocks with a number for each button that would sound like one before it."""
    heard: Counter[str] = Counter()

    def numbered(element: Block) -> Block:
        label = element.get("accessibility_label")
        if label is None:
            return element
        heard[label] += 1
        if heard[label] == 1:
            return element
        number = f" ({heard[label]})"
        return element | {
            "accessibility_label": shortened(label, LABEL_LIMIT - len(number)) + number
        }

    def apart(block: Block) -> Block:
        if block["type"] == "actions":
            return block | {"elements": [numbered(each) for each in block["elements"]]}
        if "accessory" in block:
            return block | {"accessory": numbered(block["accessory"])}
        return block

    return [apart(block) for block in blocks]


def asking_first(button: Block, *, title: str, text: str, confirm: str, deny: str) -> Block:
    """Return the button with a question that Slack asks before it tells of the press."""
    question = {
        "title": _plain_text(title, CONFIRM_TITLE_LIMIT),
        "text": _plain_text(text, CONFIRM_TEXT_LIMIT),
        "confirm": _plain_text(confirm, CONFIRM_BUTTON_LIMIT),
        "deny": _plain_text(deny, CONFIRM_BUTTON_LIMIT),
    }
    return button | {"confirm": question}


def rich_text(*parts: Block) -> Block:
    """Return a block of paragraphs, quotes, lists and code: in it people's words are literal."""
    return {"type": "rich_text", "elements": list(parts)}


def paragraph(text: str, *, bold: bool = False) -> Block:
    """Return a part of rich text that stands on lines of its own."""
    return {"type": "rich_text_section", "elements": _elements(text, bold=bold)}


def lines(texts: Sequence[str]) -> Block:
    """Return a part of rich text with a line for each text.

    Paragraphs look the same, but each takes about as many characters as its words do, and what all
    blocks of a message may come to is limited.
    """
    elements: list[Block] = []
    for text in [*(f"{text}\n" for text in texts[:-1]), *texts[-1:]]:
        first, *rest = _elements(text)
        before = elements[-1] if elements else {"type": ""}
        if before["type"] == first["type"] == "text":
            joined = before["text"] + first["text"]
            if len(joined) <= TEXT_LIMIT:
                elements.pop()
                first = _text(joined)
        elements += [first, *rest]
    return {"type": "rich_text_section", "elements": elements}


def quote(text: str) -> Block:
    """Return what somebody said, as a part of rich text."""
    return {"type": "rich_text_quote", "elements": _elements(text)}


def bullets(texts: Iterable[str]) -> Block:
    """Return a list, as a part of rich text."""
    return {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [paragraph(text) for text in texts],
    }


def code(text: str) -> Block:
    """Return what one types, as a part of rich text."""
    return {"type": "rich_text_preformatted", "elements": [_text(plain(text))]}


def _plain_text(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": shortened(plain(text), limit), "emoji": True}


def _text(text: str, *, bold: bool = False) -> Block:
    element: Block = {"type": "text", "text": text}
    if bold:
        element["style"] = {"bold": True}
    return element


def _elements(text: str, *, bold: bool = False) -> list[Block]:
    """Return the elements of rich text that show what the text shows as mrkdwn."""
    elements: list[Block] = []
    end = 0
    for found in _MARKUP.finditer(text):
        if found.start() > end:
            elements.append(_text(plain(text[end : found.start()]), bold=bold))
        elements.append(_element(found))
        end = found.end()
    if end < len(text) or not elements:
        elements.append(_text(plain(text[end:]), bold=bold))
    return elements


def _element(found: re.Match[str]) -> Block:
    if found["user"]:
        return {"type": "user", "user_id": found["user"]}
    if found["channel"]:
        return {"type": "channel", "channel_id": found["channel"]}
    if found["timestamp"]:
        return {
            "type": "date",
            "timestamp": int(found["timestamp"]),
            "format": plain(found["format"]),
            "fallback": plain(found["fallback"]),
        }
    if found["url"]:
        return {"type": "link", "url": plain(found["url"]), "text": plain(found["label"])}
    # Slack shows an emoji that it does not know as its name between colons, as it was typed.
    return {"type": "emoji", "name": found["emoji"]}
