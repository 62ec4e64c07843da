"""Inputs of modals. A block has the id of its action: errors are shown by block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.messages.text.markup import plain, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.messages.blockkit.blocks import Block

LABEL_LIMIT = 2_000
OPTION_LIMIT = 75
PLACEHOLDER_LIMIT = 150
OPTIONS_MAX = 100  # of a select, and of each group in it


def field(
    label: str,
    element: Block,
    *,
    hint: str = "",
    optional: bool = False,
    tells_at_once: bool = False,
    block_id: str = "",
) -> Block:
    """Return a labelled input; `tells_at_once` sends an action at every change."""
    block: Block = {
        "type": "input",
        "block_id": block_id or element["action_id"],
        "label": _plain_text(label, LABEL_LIMIT),
        "element": element,
        "optional": optional,
        "dispatch_action": tells_at_once,
    }
    if hint:
        block["hint"] = _plain_text(hint, LABEL_LIMIT)
    return block


def text_input(
    action_id: str,
    *,
    initial: str = "",
    placeholder: str = "",
    multiline: bool = False,
    max_length: int = 3_000,
) -> Block:
    """Return a field for words; what is longer than it takes cannot be typed into it."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": action_id,
        "multiline": multiline,
        "max_length": max_length,
    }
    if initial:
        element["initial_value"] = initial[:max_length]
    return _with_placeholder(element, placeholder)


def rich_text_input(action_id: str, *, initial: Block) -> Block:
    """Returns a field like the one for messages, where people are picked from Slack's list."""
    return {"type": "rich_text_input", "action_id": action_id, "initial_value": initial}


def number_input(
    action_id: str,
    *,
    initial: int | None,
    minimum: int | None = None,
    maximum: int | None = None,
    placeholder: str = "",
) -> Block:
    """Return a field for a whole number; Slack wants its limits as text."""
    element: Block = {
        "type": "number_input",
        "action_id": action_id,
        "is_decimal_allowed": False,
    }
    limits = {"initial_value": initial, "min_value": minimum, "max_value": maximum}
    element |= {name: str(value) for name, value in limits.items() if value is not None}
    return _with_placeholder(element, placeholder)


def people_select(action_id: str, *, initial: Sequence[str] = (), placeholder: str = "") -> Block:
    """Return a field for one or more people."""
    element: Block = {"type": "multi_users_select", "action_id": action_id}
    if initial:
        element["initial_users"] = list(initial)
    return _with_placeholder(element, placeholder)


def person_select(action_id: str, *, initial: str = "", placeholder: str = "") -> Block:
    """Return a field for one person."""
    element: Block = {"type": "users_select", "action_id": action_id}
    if initial:
        element["initial_user"] = initial
    return _with_placeholder(element, placeholder)


def channel_select(action_id: str, *, initial: str = "", placeholder: str = "") -> Block:
    """Return a field for one public channel."""
    element: Block = {"type": "channels_select", "action_id": action_id}
    if initial:
        element["initial_channel"] = initial
    return _with_placeholder(element, placeholder)


def channels_select(
    action_id: str, *, initial: Sequence[str] = (), most: int | None = None
) -> Block:
    """Return a field for several public channels; with one at most, it can be emptied again."""
    element: Block = {"type": "multi_channels_select", "action_id": action_id}
    if initial:
        element["initial_channels"] = list(initial)
    if most is not None:
        element["max_selected_items"] = most
    return element


def choice(
    action_id: str, options: Mapping[str, str], *, initial: str = "", as_radio: bool = False
) -> Block:
    """Return a field for one of several values; `options` has the text of each value."""
    element: Block = {
        "type": "radio_buttons" if as_radio else "static_select",
        "action_id": action_id,
        "options": [option(value, text) for value, text in options.items()],
    }
    if initial in options:
        element["initial_option"] = option(initial, options[initial])
    return element


def grouped_choice(action_id: str, options: Mapping[str, str]) -> Block:
    """Return a field for one of many values, in the order given: a hundred stand together."""
    items = list(options.items())
    pages = [items[at : at + OPTIONS_MAX] for at in range(0, len(items), OPTIONS_MAX)]
    if len(pages) == 1:
        return choice(action_id, options)
    groups = [
        {
            "label": _plain_text(f"{page[0][1]} - {page[-1][1]}", OPTION_LIMIT),
            "options": [option(value, text) for value, text in page],
        }
        for page in pages[:OPTIONS_MAX]
    ]
    return {"type": "static_select", "action_id": action_id, "option_groups": groups}


def checkboxes(action_id: str, options: Mapping[str, str], *, initial: Sequence[str] = ()) -> Block:
    """Return a field for none or more of several values."""
    element: Block = {
        "type": "checkboxes",
        "action_id": action_id,
        "options": [option(value, text) for value, text in options.items()],
    }
    chosen = [option(value, options[value]) for value in initial if value in options]
    if chosen:
        element["initial_options"] = chosen
    return element


def date_input(action_id: str, *, initial: str = "") -> Block:
    """Return a field for a day, as `2026-11-27`."""
    element: Block = {"type": "datepicker", "action_id": action_id}
    if initial:
        element["initial_date"] = initial
    return element


def time_input(action_id: str, *, initial: str = "") -> Block:
    """Return a field for a time on the wall, as `09:00`."""
    element: Block = {"type": "timepicker", "action_id": action_id}
    if initial:
        element["initial_time"] = initial
    return element


def option(value: str, text: str) -> dict[str, Any]:
    """Return one of the things that can be chosen."""
    return {"text": _plain_text(text, OPTION_LIMIT), "value": value}


def _with_placeholder(element: Block, placeholder: str) -> Block:
    if placeholder:
        element["placeholder"] = _plain_text(placeholder, PLACEHOLDER_LIMIT)
    return element


def _plain_text(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": shortened(plain(text), limit)}
