"""Slack's limits for messages and views, written down apart from the code that keeps them.

From docs.slack.dev/reference/block-kit, docs.slack.dev/reference/views and
docs.slack.dev/reference/methods/chat.postMessage. Only what our messages and views use is known
here: a new kind of block needs its limits first. It is stricter than Slack where Slack would take
something that helps nobody, such as a field that is sent empty. The sandbox has limits of its own;
`test_slack_limits.py` holds the two against each other.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Check = Callable[["Json", str], Iterator[str]]
    Kinds = Mapping[str, Check]

Json = dict[str, Any]

VIEW_BYTES = 250_000
TEXT = 4_000  # what is longer arrives as several messages

# Of all blocks of a message together. It stands in no documentation: Slack answers
# `msg_blocks_too_long`, and its people spoke of 12,000 characters and something for what stands
# around them (github.com/slackapi/bolt-js/issues/2509 and 2867; 13,297 were taken).
BLOCKS = 12_500


def faults(payload: Json) -> list[str]:
    """Return what Slack would refuse or split of a message, each with a pointer to it."""
    return list(_message(payload))


def view_faults(view: Json) -> list[str]:
    """Return what Slack would refuse of a modal or a Home tab, each with a pointer to it."""
    return list(_view(view))


def _message(payload: Json) -> Iterator[str]:
    yield from _keys(payload, "", {"text", "blocks"})
    yield from _length(payload["text"], "/text", TEXT)
    size = len(json.dumps(payload["blocks"], ensure_ascii=False, separators=(",", ":")))
    if size > BLOCKS:
        yield f"/blocks: {size} characters in all"
    yield from _blocks(payload["blocks"], 50, _MESSAGE_BLOCKS)


def _view(view: Json) -> Iterator[str]:
    size = len(json.dumps(view).encode())
    if size > VIEW_BYTES:
        yield f"{size} bytes"
    if view["type"] == "modal":
        optional = frozenset({"submit", "callback_id"})
        yield from _keys(
            view, "", {"type", "blocks", "private_metadata", "title", "close"}, optional
        )
    else:
        yield from _keys(view, "", {"type", "blocks", "private_metadata"})
    for name in ("title", "submit", "close"):
        if name in view:
            yield from _plain_text(view[name], f"/{name}", 24)
    yield from _length(view["private_metadata"], "/private_metadata", 3_000, least=0)
    yield from _length(view.get("callback_id", "-"), "/callback_id", 255)
    is_form = any(block["type"] == "input" for block in view["blocks"])
    if is_form and ("submit" not in view or "callback_id" not in view):
        yield "/: inputs, and no way to submit them"
    yield from _blocks(view["blocks"], 100, _VIEW_BLOCKS)


def _blocks(blocks: list[Json], most: int, kinds: Kinds) -> Iterator[str]:
    if not 1 <= len(blocks) <= most:
        yield f"/blocks: {len(blocks)} blocks"
    named = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(named)) < len(named):
        yield "/blocks: two of one block_id"
    for index, block in enumerate(blocks):
        at = f"/blocks/{index}"
        yield from _length(block.get("block_id", "-"), f"{at}/block_id", 255)
        bare = {name: value for name, value in block.items() if name != "block_id"}
        yield from _typed(bare, at, kinds)


def _typed(part: Json, at: str, kinds: Kinds) -> Iterator[str]:
    check = kinds.get(part.get("type", ""))
    if check is None:
        yield f"{at}: type {part.get('type')!r}"
    else:
        yield from check(part, at)


def _header(block: Json, at: str) -> Iterator[str]:
    yield from _keys(block, at, {"type", "text"})
    yield from _plain_text(block["text"], f"{at}/text", 150)


def _section(block: Json, at: str) -> Iterator[str]:
    yield from _keys(block, at, {"type", "text"}, frozenset({"accessory"}))
    yield from _mrkdwn(block["text"], f"{at}/text")
    if "accessory" in block:
        yield from _typed(block["accessory"], f"{at}/accessory", {"button": _button})


def _divider(block: Json, at: str) -> Iterator[str]:
    yield from _keys(block, at, {"type"})


def _context(block: Json, at: str) -> Iterator[str]:
    yield from _keys(block, at, {"type", "elements"})
    yield from _count(block["elements"], f"{at}/elements", 10)
    for index, element in enumerate(block["elements"]):
        yield from _mrkdwn(element, f"{at}/elements/{index}")


def _actions(block: Json, at: str) -> Iterator[str]:
    yield from _keys(block, at, {"type", "elements"})
    yield from _count(block["elements"], f"{at}/elements", 25)
    for index, element in enumerate(block["elements"]):
        yield from _typed(element, f"{at}/elements/{index}", _ACTION_ELEMENTS)
    ids = [element["action_id"] for element in block["elements"]]
    if len(set(ids)) < len(ids):
        yield f"{at}/elements: two of one action_id"


def _button(button: Json, at: str) -> Iterator[str]:
    required = {"type", "text", "action_id", "value", "accessibility_label"}
    yield from _keys(button, at, required, frozenset({"confirm", "url"}))
    yield from _plain_text(button["text"], f"{at}/text", 75)
    yield from _length(button["action_id"], f"{at}/action_id", 255)
    yield from _length(button["value"], f"{at}/value", 2_000)
    yield from _length(button["accessibility_label"], f"{at}/accessibility_label", 75)
    if "url" in button:
        is_address = isinstance(button["url"], str) and ":" in button["url"]
        yield from _length(button["url"] if is_address else "", f"{at}/url", 3_000)
    if "confirm" in button:
        asked = button["confirm"]
        yield from _keys(asked, f"{at}/confirm", {"title", "text", "confirm", "deny"})
        for name, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
            yield from _plain_text(asked[name], f"{at}/confirm/{name}", limit)


def _input(block: Json, at: str) -> Iterator[str]:
    required = {"type", "label", "element", "optional", "dispatch_action"}
    yield from _keys(block, at, required, frozenset({"hint"}))
    yield from _plain_text(block["label"], f"{at}/label", 2_000)
    if "hint" in block:
        yield from _plain_text(block["hint"], f"{at}/hint", 2_000)
    yield from _length(block["element"]["action_id"], f"{at}/element/action_id", 255)
    yield from _typed(block["element"], f"{at}/element", _INPUT_ELEMENTS)


def _select(select: Json, at: str) -> Iterator[str]:
    groups = select.get("option_groups")
    options = "options" if groups is None else "option_groups"
    yield from _keys(select, at, {"type", "action_id", options}, frozenset({"initial_option"}))
    yield from _length(select["action_id"], f"{at}/action_id", 255)
    if groups is None:
        yield from _options(select, at, 100, described=False)
        return
    yield from _count(groups, f"{at}/option_groups", 100)
    for index, group in enumerate(groups):
        yield from _keys(group, f"{at}/option_groups/{index}", {"label", "options"})
        yield from _plain_text(group["label"], f"{at}/option_groups/{index}/label", 75)
        yield from _options(group, f"{at}/option_groups/{index}", 100, described=False)


def _choices(element: Json, at: str) -> Iterator[str]:
    optional = frozenset({"initial_option", "initial_options"})
    yield from _keys(element, at, {"type", "action_id", "options"}, optional)
    yield from _options(element, at, 10, described=True)


def _options(element: Json, at: str, most: int, *, described: bool) -> Iterator[str]:
    options = element["options"]
    yield from _count(options, f"{at}/options", most)
    optional = frozenset({"description"} if described else ())
    for index, option in enumerate(options):
        yield from _keys(option, f"{at}/options/{index}", {"text", "value"}, optional)
        yield from _plain_text(option["text"], f"{at}/options/{index}/text", 75)
        yield from _length(option["value"], f"{at}/options/{index}/value", 150)
        if "description" in option:
            yield from _plain_text(option["description"], f"{at}/options/{index}/description", 75)
    values = [option["value"] for option in options]
    if len(set(values)) < len(values):
        yield f"{at}/options: two of the same value"
    if element.get("initial_option") not in (None, *options):
        yield f"{at}/initial_option: none of the options"
    first = element.get("initial_options")
    if first is not None and (not first or any(each not in options for each in first)):
        yield f"{at}/initial_options: not among the options"


def _text_input(element: Json, at: str) -> Iterator[str]:
    optional = frozenset({"initial_value", "placeholder"})
    yield from _keys(element, at, {"type", "action_id", "multiline", "max_length"}, optional)
    if not 1 <= element["max_length"] <= 3_000:
        yield f"{at}/max_length: {element['max_length']}"
    if "initial_value" in element:
        yield from _length(element["initial_value"], f"{at}/initial_value", element["max_length"])
    yield from _placeholder(element, at)


def _rich_text_input(element: Json, at: str) -> Iterator[str]:
    yield from _keys(element, at, {"type", "action_id", "initial_value"})
    yield from _typed(element["initial_value"], f"{at}/initial_value", {"rich_text": _rich_text})


def _number_input(element: Json, at: str) -> Iterator[str]:
    limits = ("initial_value", "min_value", "max_value")
    optional = frozenset({*limits, "dispatch_action_config", "placeholder"})
    yield from _keys(element, at, {"type", "action_id", "is_decimal_allowed"}, optional)
    yield from _placeholder(element, at)
    for name in limits:
        if not isinstance(element.get(name, ""), str):
            yield f"{at}/{name}: no text"
    first, least, most = (int(element.get(name) or 0) for name in limits)
    if "min_value" in element and "max_value" in element and not least <= first <= most:
        yield f"{at}/initial_value: beyond its limits"


def _picker(initial: str, kind: type, optional: frozenset[str] = frozenset()) -> Check:
    def check(element: Json, at: str) -> Iterator[str]:
        keys = frozenset({initial, "placeholder"}) | optional
        yield from _keys(element, at, {"type", "action_id"}, keys)
        first = element.get(initial)
        if first is not None and (not isinstance(first, kind) or not first):
            yield f"{at}/{initial}: {first!r}"
        if element.get("max_selected_items", 1) < 1:
            yield f"{at}/max_selected_items: {element['max_selected_items']}"
        if isinstance(first, list) and len(first) > element.get("max_selected_items", len(first)):
            yield f"{at}/{initial}: more than may be selected"
        yield from _placeholder(element, at)

    return check


def _placeholder(element: Json, at: str) -> Iterator[str]:
    if "placeholder" in element:
        yield from _plain_text(element["placeholder"], f"{at}/placeholder", 150)


def _image(block: Json, at: str) -> Iterator[str]:
    yield from _keys(block, at, {"type", "slack_file", "alt_text"}, frozenset({"title"}))
    yield from _keys(block["slack_file"], f"{at}/slack_file", {"id"})
    yield from _length(block["alt_text"], f"{at}/alt_text", 2_000)
    if "title" in block:
        yield from _plain_text(block["title"], f"{at}/title", 2_000)


def _rich_text(block: Json, at: str) -> Iterator[str]:
    yield from _keys(block, at, {"type", "elements"})
    yield from _count(block["elements"], f"{at}/elements", 100)
    for index, part in enumerate(block["elements"]):
        yield from _typed(part, f"{at}/elements/{index}", _RICH_PARTS)


def _rich_list(part: Json, at: str) -> Iterator[str]:
    yield from _keys(part, at, {"type", "style", "elements"})
    if part["style"] not in {"bullet", "ordered"}:
        yield f"{at}/style: {part['style']!r}"
    yield from _count(part["elements"], f"{at}/elements", 100)
    for index, item in enumerate(part["elements"]):
        yield from _typed(item, f"{at}/elements/{index}", {"rich_text_section": _rich_section})


def _rich_section(part: Json, at: str) -> Iterator[str]:
    yield from _keys(part, at, {"type", "elements"})
    yield from _count(part["elements"], f"{at}/elements", 1_000)
    for index, element in enumerate(part["elements"]):
        yield from _typed(element, f"{at}/elements/{index}", _RICH_ELEMENTS)


def _rich_code(part: Json, at: str) -> Iterator[str]:
    yield from _rich_section(part, at)
    if {element["type"] for element in part["elements"]} - {"text", "link"}:
        yield f"{at}: preformatted text holds text and links only"


def _with(*, required: set[str], optional: frozenset[str] = frozenset()) -> Check:
    def check(element: Json, at: str) -> Iterator[str]:
        yield from _keys(element, at, {"type", *required}, optional)
        for key in required:
            if isinstance(element.get(key), str):
                yield from _length(element[key], f"{at}/{key}", 3_000)

    return check


def _plain_text(text: Json, at: str, limit: int) -> Iterator[str]:
    yield from _keys(text, at, {"type", "text"}, frozenset({"emoji"}))
    if text["type"] != "plain_text":
        yield f"{at}: type {text['type']!r}"
    yield from _length(text["text"], f"{at}/text", limit)


def _mrkdwn(text: Json, at: str) -> Iterator[str]:
    yield from _keys(text, at, {"type", "text", "verbatim"})
    if text["type"] != "mrkdwn":
        yield f"{at}: type {text['type']!r}"
    yield from _length(text["text"], f"{at}/text", 3_000)


def _length(text: str, at: str, limit: int, *, least: int = 1) -> Iterator[str]:
    if not least <= len(text) <= limit:
        yield f"{at}: {len(text)} characters, limit {limit}"


def _count(elements: list[Json], at: str, limit: int) -> Iterator[str]:
    if not 1 <= len(elements) <= limit:
        yield f"{at}: {len(elements)} elements, limit {limit}"


def _keys(
    part: Json, at: str, required: set[str], optional: frozenset[str] = frozenset()
) -> Iterator[str]:
    if missing := required - part.keys():
        yield f"{at}: without {missing}"
    if unknown := part.keys() - required - optional:
        yield f"{at}: unknown {unknown}"


_MESSAGE_BLOCKS: Kinds = {
    "header": _header,
    "section": _section,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "rich_text": _rich_text,
    "image": _image,
}
_VIEW_BLOCKS: Kinds = {**_MESSAGE_BLOCKS, "input": _input}
_ACTION_ELEMENTS: Kinds = {"button": _button, "static_select": _select}
_INPUT_ELEMENTS: Kinds = {
    "plain_text_input": _text_input,
    "number_input": _number_input,
    "rich_text_input": _rich_text_input,
    "static_select": _select,
    "radio_buttons": _choices,
    "checkboxes": _choices,
    "users_select": _picker("initial_user", str),
    "multi_users_select": _picker("initial_users", list),
    "channels_select": _picker("initial_channel", str),
    "multi_channels_select": _picker("initial_channels", list, frozenset({"max_selected_items"})),
    "datepicker": _picker("initial_date", str),
    "timepicker": _picker("initial_time", str),
}
_RICH_PARTS: Kinds = {
    "rich_text_section": _rich_section,
    "rich_text_quote": _rich_section,
    "rich_text_preformatted": _rich_code,
    "rich_text_list": _rich_list,
}
_RICH_ELEMENTS: Kinds = {
    "text": _with(required={"text"}, optional=frozenset({"style"})),
    "user": _with(required={"user_id"}),
    "usergroup": _with(required={"usergroup_id"}),
    "broadcast": _with(required={"range"}),
    "channel": _with(required={"channel_id"}),
    "emoji": _with(required={"name"}),
    "link": _with(required={"url", "text"}),
    "date": _with(required={"timestamp", "format", "fallback"}),
}
