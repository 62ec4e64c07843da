"""What people type into a field of rich text: as where messages are written, `@bo` names Bo."""

import re

from bot.sandbox.composer import compose_message
from bot.sandbox.model import Json
from bot.sandbox.workspace import Workspace

_MARKUP = re.compile(
    r"<@(?P<user>\w+)>|<!subteam\^(?P<usergroup>\w+)\|[^>]*>|<!(?P<broadcast>\w+)>"
    r"|<#(?P<channel>\w+)\|[^>]*>|<(?P<link>https?://[^>]+)>"
)
_KEYS = {
    "user": "user_id",
    "usergroup": "usergroup_id",
    "broadcast": "range",
    "channel": "channel_id",
    "link": "url",
}


def typed_rich_text(text: str, workspace: Workspace) -> Json | None:
    """Return the value of a field in which this was typed; None for one that is empty."""
    if not text.strip():
        return None
    section = {"type": "rich_text_section", "elements": _elements(text, workspace)}
    return {"type": "rich_text", "elements": [section]}


def composed(value: Json | None, workspace: Workspace) -> Json | None:
    """Return a field's value with references for what was typed as plain text."""
    if value is None:
        return None
    blocks = []
    for block in value["elements"]:
        elements: list[Json] = []
        for element in block["elements"]:
            is_typed = element.get("type") == "text" and not element.get("style")
            elements += _elements(element["text"], workspace) if is_typed else [element]
        blocks.append({**block, "elements": elements})
    return {**value, "elements": blocks}


def names_somebody(value: Json) -> bool:
    """Return whether there are people, groups or channels in rich text."""
    inside = value.get("elements") or []
    kind = value.get("type")
    return kind in {"user", "usergroup", "channel"} or any(map(names_somebody, inside))


def _elements(text: str, workspace: Workspace) -> list[Json]:
    elements: list[Json] = []
    end = 0
    written = compose_message(text, workspace)
    for match in _MARKUP.finditer(written):
        elements += _text(written[end : match.start()])
        kind = match.lastgroup or "link"
        elements.append({"type": kind, _KEYS[kind]: _plain(match[kind])})
        end = match.end()
    return [*elements, *_text(written[end:])]


def _text(written: str) -> list[Json]:
    return [{"type": "text", "text": _plain(written)}] if written else []


def _plain(written: str) -> str:
    return written.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
