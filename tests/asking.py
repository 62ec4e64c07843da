"""What tests read in the form for giving: what it asks, where, and what it begins with."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from bot.messages.blockkit import ids
from bot.sandbox.model import Delivery
from handlers.interaction.signed_metadata import SIGN_LENGTH
from tests.watching import opened

if TYPE_CHECKING:
    from bot.sandbox import Reply, Sandbox
    from bot.sandbox.people import Person


class Filled(NamedTuple):
    """The form as somebody finds it."""

    field: str  # the one that is asked about; empty where none is
    question: str
    people: list[str]  # ids
    amount: str
    value: str
    reason: str
    is_private: bool
    text: str  # all that it says


async def form_of(person: Person) -> Filled:
    """Return the form that has opened for somebody."""
    view = await opened(person)
    assert view.callback_id == ids.GIVE_SUBMIT, view.all_text
    field = question = ""
    begins: dict[str, Any] = {}
    for block in view.blocks:
        if asked := _bold(block):
            question = asked
        elif question and not field and block["type"] in {"input", "context"}:
            field = block["block_id"] if block["type"] == "input" else "context"
        if block["type"] == "input":
            element = block["element"]
            keys = [key for key in element if key.startswith("initial_")]
            begins[block["block_id"]] = element[keys[0]] if keys else None
    value = begins[ids.GIVE_VALUE] or ""
    return Filled(
        field,
        question,
        people=begins[ids.GIVE_PEOPLE] or [],
        amount=begins[ids.GIVE_AMOUNT] or "",
        value=value if isinstance(value, str) else value["value"],
        reason=begins[ids.GIVE_REASON] or "",
        is_private=begins[ids.GIVE_AUDIENCE]["value"] == "private",
        text=view.all_text,
    )


class Lines(NamedTuple):
    """The form for several thanks as somebody finds it."""

    field: str  # the one that is asked about
    question: str
    lines: str  # as they would be typed: whoever it would mention stands there by handle
    text: str  # all that it says


async def lines_form_of(slack: Sandbox, person: Person) -> Lines:
    """Return the form for several thanks that has opened for somebody."""
    view = await opened(person)
    assert view.callback_id == ids.GIVE_LINES_SUBMIT, view.all_text
    field = question = lines = ""
    for block in view.blocks:
        question = _bold(block) or question
        if block["type"] == "input":
            field = field or (block["block_id"] if question else "")
            if block["block_id"] == ids.GIVE_LINES:
                [section] = block["element"]["initial_value"]["elements"]
                lines = "".join(map(_as_typed, section["elements"]))
    named = json.loads(view.raw["private_metadata"][SIGN_LENGTH:])["mentioned_ids"]
    for person_id in sorted(each for each in named if not each.startswith("S")):
        called = slack.person(person_id)
        lines = re.sub(rf"@{re.escape(called.name)}(?!\w)", f"@{called.handle}", lines)
    return Lines(field, question, lines, view.all_text)


def _as_typed(part: dict[str, Any]) -> str:
    """Return what stands in the field; people would be parts that Slack can't send back."""
    if part["type"] == "emoji":
        return f":{part['name']}:"
    return str(part["text"] if part["type"] == "text" else part["url"])


def _bold(block: dict[str, Any]) -> str:
    """Return what a block asks, in bold letters."""
    if block.get("type") != "rich_text":
        return ""
    parts = [part for section in block["elements"] for part in section["elements"]]
    if not any(part.get("style", {}).get("bold") for part in parts):
        return ""
    return "".join(map(_as_markup, parts))


def _as_markup(part: dict[str, Any]) -> str:
    """Return a part of rich text as Slack's markup has it."""
    match part["type"]:
        case "channel":
            return f"<#{part['channel_id']}>"
        case "date":
            return f"<!date^{part['timestamp']}^{part['format']}|{part['fallback']}>"
    return str(part["text"])


async def types_exactly(slack: Sandbox, who: Person, text: str) -> dict[str, Any]:
    """Send a command with exactly this text, as no composer would write it, and a good trigger.

    Returns the acknowledgement.
    """
    await who.types("/kudos help")
    delivery = Delivery(
        uuid4().hex, "slash_commands", slack.deliveries[-1].payload | {"text": text}
    )
    await slack.deliver_again(delivery)
    assert delivery.acked
    return delivery.response or {}


async def answer_to(who: Person, reply: Reply) -> str:
    """Return what a command was answered with: words, or the question of the form it opened.

    The form is closed again.
    """
    if reply.text:
        return str(reply.text)
    question = (await form_of(who)).question
    await who.closes()
    return question
