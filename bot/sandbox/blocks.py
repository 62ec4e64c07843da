"""Slack's limits on blocks: what it refuses, and how it points at it.

The limits are those of docs.slack.dev/reference/block-kit. Elements that stand inside blocks
are checked in `elements.py`; the checks that both need are in `block_checks.py`.
"""

import json
from collections.abc import Callable

from bot.sandbox.block_checks import Checker
from bot.sandbox.elements import check_element
from bot.sandbox.model import Json
from bot.sandbox.newer_blocks import MOST_CHARTS, NEWER_BLOCKS
from bot.sandbox.rich_text import check_rich_text

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_VIEW_BYTES = 250_000
MOST_MARKDOWN_CHARACTERS = 12_000
MOST_ACTIONS = 25
MOST_CONTEXT_ELEMENTS = 10
MOST_FIELDS = 10
MOST_TABLE_ROWS = 100
MOST_TABLE_CELLS = 20
# Of all blocks of a message together; see `are_too_long`.
MOST_BLOCKS_CHARACTERS = 13_297
MODAL_ONLY = frozenset({"alert"})
MESSAGE_ONLY = frozenset({"markdown", "table", "data_table", "data_visualization"})


def check_message_blocks(blocks: object) -> list[str]:
    """Return what Slack would complain about, each with a JSON pointer; nothing if it is fine."""
    checker = Checker("message")
    _check_blocks(checker, blocks)
    return checker.errors


def check_view(view: object) -> list[str]:
    """Return what Slack would complain about in a modal or a Home tab."""
    if not isinstance(view, dict) or view.get("type") not in {"modal", "home"}:
        return ["must be a valid view type [json-pointer:/view/type]"]
    checker = Checker(view["type"])
    allowed = {"type", "blocks", "private_metadata", "callback_id", "external_id", "title"}
    allowed |= {"submit", "close", "clear_on_close", "notify_on_close", "submit_disabled"}
    for name in sorted(view.keys() - allowed):
        checker.fail(f"/view/{name}", f"no more than 0 items allowed, unknown property: {name}")
    checker.string(view, "/view", "private_metadata", most=3000, least=0)
    checker.string(view, "/view", "callback_id", most=255, least=0)
    checker.string(view, "/view", "external_id", most=255, least=0)
    if view["type"] == "modal":
        for name in ("title", "submit", "close"):
            checker.text(view, "/view", name, most=24, plain=True, required=name == "title")
    else:
        for name in ("title", "submit", "close"):
            if name in view:
                checker.fail(f"/view/{name}", "is not allowed in a Home tab")
    _check_blocks(checker, view.get("blocks"), "/view/blocks")
    blocks = view.get("blocks")
    if isinstance(blocks, list) and view["type"] == "modal":
        has_input = any(isinstance(one, dict) and one.get("type") == "input" for one in blocks)
        if has_input and not view.get("submit"):
            checker.fail("/view/submit", "a submit button is required with input blocks")
    return checker.errors


def is_too_large(view: Json) -> bool:
    """Return whether a view is beyond the 250 kB that Slack takes."""
    return len(json.dumps(view).encode()) > MOST_VIEW_BYTES


def are_too_long(blocks: object) -> bool:
    """Return whether all blocks of a message together are more than Slack takes in chat.* calls.

    No documentation names this limit; the figure is the largest that was seen to pass
    (github.com/slackapi/bolt-js/issues/2509). Answers to commands and buttons are not held to it.
    """
    written = json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))
    return len(written) > MOST_BLOCKS_CHARACTERS


def _check_blocks(checker: Checker, blocks: object, pointer: str = "/blocks") -> None:
    if not isinstance(blocks, list):
        checker.fail(pointer, "must provide an array of blocks")
        return
    most = MOST_BLOCKS[checker.surface]
    if len(blocks) > most:
        checker.fail(pointer, f"no more than {most} items allowed")
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        here = f"{pointer}/{number}"
        if not isinstance(block, dict):
            checker.fail(here, "must be an object")
            continue
        checker.string(block, here, "block_id", most=255)
        block_id = block.get("block_id")
        if isinstance(block_id, str) and block_id in seen:
            checker.fail(f"{here}/block_id", f"`block_id` {block_id} already exists")
        seen.add(str(block_id))
        _check_block(checker, block, here)
    _check_whole_message(checker, blocks, pointer)


def _check_whole_message(checker: Checker, blocks: list[object], pointer: str) -> None:
    typed = [one for one in blocks if isinstance(one, dict)]
    markdown = sum(len(str(one.get("text", ""))) for one in typed if one.get("type") == "markdown")
    if markdown > MOST_MARKDOWN_CHARACTERS:
        checker.fail(
            pointer, f"markdown must be less than {MOST_MARKDOWN_CHARACTERS + 1} characters"
        )
    if sum(one.get("type") == "table" for one in typed) > 1:
        checker.fail(pointer, "only one table is allowed")
    if sum(one.get("type") == "data_visualization" for one in typed) > MOST_CHARTS:
        checker.fail(pointer, f"no more than {MOST_CHARTS} data_visualization blocks allowed")


def _check_block(checker: Checker, block: Json, here: str) -> None:
    type_ = str(block.get("type"))
    check = BLOCKS.get(type_)
    if check is None:
        checker.fail(f"{here}/type", f"unsupported type: {type_}")
    elif type_ in MESSAGE_ONLY and checker.surface != "message":
        checker.fail(f"{here}/type", f"{type_} is for messages only")
    elif type_ in MODAL_ONLY and checker.surface != "modal":
        checker.fail(f"{here}/type", f"{type_} is for modals only")
    else:
        check(checker, block, here)


def _section(checker: Checker, block: Json, here: str) -> None:
    checker.known(block, here, {"text", "fields", "accessory", "expand"})
    if not block.get("text") and not block.get("fields"):
        checker.fail(here, "missing required field: text")
    checker.text(block, here, "text", most=3000)
    fields = checker.items(block, here, "fields", most=MOST_FIELDS, required=False)
    for number, field in enumerate(fields):
        checker.text({"field": field}, f"{here}/fields/{number}", "field", most=2000, inside=False)
    if "accessory" in block:
        check_element(checker, block["accessory"], f"{here}/accessory", "section")


def _header(checker: Checker, block: Json, here: str) -> None:
    checker.known(block, here, {"text", "level"})
    checker.text(block, here, "text", most=150, plain=True, required=True)


def _divider(checker: Checker, block: Json, here: str) -> None:
    checker.known(block, here, set())


def _context(checker: Checker, block: Json, here: str) -> None:
    checker.known(block, here, {"elements"})
    elements = checker.items(block, here, "elements", most=MOST_CONTEXT_ELEMENTS)
    for number, element in enumerate(elements):
        place = f"{here}/elements/{number}"
        if isinstance(element, dict) and element.get("type") == "image":
            check_element(checker, element, place, "context")
        else:
            checker.text({"element": element}, place, "element", most=3000, inside=False)


def _actions(checker: Checker, block: Json, here: str) -> None:
    checker.known(block, here, {"elements"})
    elements = checker.items(block, here, "elements", most=MOST_ACTIONS)
    seen: set[str] = set()
    for number, element in enumerate(elements):
        place = f"{here}/elements/{number}"
        check_element(checker, element, place, "actions")
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if action_id in seen:
            checker.fail(f"{place}/action_id", f"`action_id` {action_id} already exists")
        if isinstance(action_id, str):
            seen.add(action_id)


def _input(checker: Checker, block: Json, here: str) -> None:
    checker.known(block, here, {"label", "element", "dispatch_action", "hint", "optional"})
    checker.text(block, here, "label", most=2000, plain=True, required=True)
    checker.text(block, here, "hint", most=2000, plain=True)
    if "element" not in block:
        checker.fail(here, "missing required field: element")
    else:
        check_element(checker, block["element"], f"{here}/element", "input")


def _image(checker: Checker, block: Json, here: str) -> None:
    checker.known(block, here, {"image_url", "slack_file", "alt_text", "title"})
    checker.image(block, here)
    checker.text(block, here, "title", most=2000, plain=True)


def _markdown(checker: Checker, block: Json, here: str) -> None:
    checker.known(block, here, {"text"})
    checker.string(block, here, "text", most=MOST_MARKDOWN_CHARACTERS, required=True)


def _rich_text(checker: Checker, block: Json, here: str) -> None:
    checker.known(block, here, {"elements"})
    check_rich_text(checker, block, here)


def _table(checker: Checker, block: Json, here: str) -> None:
    checker.known(block, here, {"rows", "column_settings"})
    kinds = {"rich_text", "raw_text", "raw_number"}
    for number, row in enumerate(checker.items(block, here, "rows", most=MOST_TABLE_ROWS)):
        cells = checker.items({"row": row}, f"{here}/rows/{number}", "row", most=MOST_TABLE_CELLS)
        for cell_number, cell in enumerate(cells):
            place = f"{here}/rows/{number}/{cell_number}"
            if not isinstance(cell, dict) or cell.get("type") not in kinds:
                checker.fail(place, "unsupported table cell")
            elif cell["type"] == "rich_text":
                check_rich_text(checker, cell, place)


def _video(checker: Checker, block: Json, here: str) -> None:
    for name in ("alt_text", "video_url", "thumbnail_url"):
        checker.string(block, here, name, most=3000, required=True)
    checker.text(block, here, "title", most=199, plain=True, required=True)
    checker.string(block, here, "author_name", most=49)


BLOCKS: dict[str, Callable[[Checker, Json, str], None]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "table": _table,
    "video": _video,
    **NEWER_BLOCKS,
}
