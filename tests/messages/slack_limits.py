"""Slack's limits for messages, written down apart from the code that keeps them.

From docs.slack.dev/reference/block-kit and docs.slack.dev/reference/methods/chat.postMessage. Only
what our messages use is known here: a new kind of block needs its limits first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Json = dict[str, Any]


def faults(payload: Json) -> list[str]:
    """Return what Slack would refuse or split, each with a pointer to it."""
    return list(_message(payload))


def _message(payload: Json) -> Iterator[str]:
    yield from _keys(payload, "", {"text", "blocks"})
    yield from _length(payload["text"], "/text", 4_000)
    blocks = payload["blocks"]
    if not 1 <= len(blocks) <= 50:
        yield f"/blocks: {len(blocks)} blocks"
    for index, block in enumerate(blocks):
        yield from _typed(block, f"/blocks/{index}", _BLOCKS)


def _typed(part: Json, at: str, kinds: Mapping[str, Callable[[Json, str], Iterator[str]]]) -> Any:
    check = kinds.get(part.get("type", ""))
    if check is None:
        yield f"{at}: type {part.get('type')!r}"
    else:
        yield from check(part, at)


def _header(block: Json, at: str) -> Iterator[str]:
    yield from _keys(block, at, {"type", "text"})
    yield from _plain_text(block["text"], f"{at}/text", 150)


def _context(block: Json, at: str) -> Iterator[str]:
    yield from _keys(block, at, {"type", "elements"})
    yield from _count(block["elements"], f"{at}/elements", 10)
    for index, element in enumerate(block["elements"]):
        yield from _keys(element, f"{at}/elements/{index}", {"type", "text", "verbatim"})
        if element["type"] != "mrkdwn":
            yield f"{at}/elements/{index}: type {element['type']!r}"
        yield from _length(element["text"], f"{at}/elements/{index}/text", 3_000)


def _actions(block: Json, at: str) -> Iterator[str]:
    yield from _keys(block, at, {"type", "elements"})
    yield from _count(block["elements"], f"{at}/elements", 25)
    for index, element in enumerate(block["elements"]):
        yield from _typed(element, f"{at}/elements/{index}", _ACTION_ELEMENTS)


def _button(button: Json, at: str) -> Iterator[str]:
    yield from _keys(button, at, {"type", "text", "action_id", "value", "accessibility_label"})
    yield from _plain_text(button["text"], f"{at}/text", 75)
    yield from _length(button["action_id"], f"{at}/action_id", 255)
    yield from _length(button["value"], f"{at}/value", 2_000)
    yield from _length(button["accessibility_label"], f"{at}/accessibility_label", 75)


def _select(select: Json, at: str) -> Iterator[str]:
    optional = frozenset({"initial_option"})
    yield from _keys(select, at, {"type", "action_id", "options"}, optional)
    yield from _length(select["action_id"], f"{at}/action_id", 255)
    yield from _count(select["options"], f"{at}/options", 100)
    for index, option in enumerate(select["options"]):
        yield from _keys(option, f"{at}/options/{index}", {"text", "value"})
        yield from _plain_text(option["text"], f"{at}/options/{index}/text", 75)
        yield from _length(option["value"], f"{at}/options/{index}/value", 150)
    values = [option["value"] for option in select["options"]]
    if len(set(values)) < len(values):
        yield f"{at}/options: two of the same value"
    if select.get("initial_option") not in (None, *select["options"]):
        yield f"{at}/initial_option: none of the options"


def _image(block: Json, at: str) -> Iterator[str]:
    yield from _keys(block, at, {"type", "slack_file", "alt_text"})
    yield from _keys(block["slack_file"], f"{at}/slack_file", {"id"})
    yield from _length(block["alt_text"], f"{at}/alt_text", 2_000)


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


def _with(*, required: set[str], optional: frozenset[str] = frozenset()) -> Any:
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


def _length(text: str, at: str, limit: int) -> Iterator[str]:
    if not 1 <= len(text) <= limit:
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


_BLOCKS = {
    "header": _header,
    "context": _context,
    "actions": _actions,
    "rich_text": _rich_text,
    "image": _image,
}
_ACTION_ELEMENTS = {"button": _button, "static_select": _select}
_RICH_PARTS = {
    "rich_text_section": _rich_section,
    "rich_text_quote": _rich_section,
    "rich_text_preformatted": _rich_code,
    "rich_text_list": _rich_list,
}
_RICH_ELEMENTS = {
    "text": _with(required={"text"}, optional=frozenset({"style"})),
    "user": _with(required={"user_id"}),
    "channel": _with(required={"channel_id"}),
    "emoji": _with(required={"name"}),
    "link": _with(required={"url", "text"}),
    "date": _with(required={"timestamp", "format", "fallback"}),
}
