"""Slack's rich text, as a field for it holds it, and the text that a message of it would have.

People and groups are picked from a list in such a field, as where messages are written.
https://docs.slack.dev/reference/block-kit/block-elements/rich-text-input-element
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.domain.kudos import with_mentions, with_names

if TYPE_CHECKING:
    from collections.abc import Mapping

Part = dict[str, Any]

_TEXT_LIMIT = 3_000  # of one piece

_MARKUP = re.compile(
    r"<@(?P<user>[UW][A-Z0-9]+)(?:\|[^<>]*)?>"
    r"|<!subteam\^(?P<usergroup>S[A-Z0-9]+)(?:\|[^<>]*)?>"
    r"|<!(?P<broadcast>here|channel|everyone)(?:\|[^<>]*)?>"
    r"|<#(?P<channel_id>[CG][A-Z0-9]+)(?:\|(?P<name>[^<>]*))?>"
    r"|<(?P<url>(?:https?|mailto|tel):[^|<>]+)(?:\|(?P<label>[^<>]*))?>"
    r"|(?<!\w):(?P<emoji>[\w+'-]+(?:::skin-tone-[2-6])?):(?!\w)"
)

_KEYS = {
    "user": "user_id",
    "usergroup": "usergroup_id",
    "broadcast": "range",
    "emoji": "name",
}
_FORMS = {
    "user": "<@{}>",
    "usergroup": "<!subteam^{}>",
    "broadcast": "<!{}>",
    "channel": "<#{}>",
    "emoji": ":{}:",
}


def rich_text_of(text: str) -> Part:
    """Returns rich text that reads as a message with this text does."""
    parts: list[Part] = []
    end = 0
    for found in _MARKUP.finditer(text):
        _add(parts, {"type": "text", "text": _unescaped(text[end : found.start()])})
        _add(parts, _part(found))
        end = found.end()
    _add(parts, {"type": "text", "text": _unescaped(text[end:])})
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": parts}],
    }


def by_name(text: str, names: Mapping[str, str]) -> str:
    """Returns text with people and groups by name, so that Slack's client can send it back.

    It fails on a form whose rich text names them otherwise, until somebody types in the field
    (https://github.com/slackapi/bolt-js/issues/2138). `mentioned` leads back; where it would not
    lead to the very same text, that stays as it is.
    """
    called = with_names(text, _written(names))
    came_back = mentioned(text_of(rich_text_of(called)), names)
    return called if came_back == text_of(rich_text_of(text)) else text


def mentioned(text: str, names: Mapping[str, str]) -> str:
    """Returns the text of a field with mentions of whoever `by_name` put there by name."""
    return with_mentions(text, _written(names))


def _written(names: Mapping[str, str]) -> dict[str, str]:
    return {each: _escaped(name) for each, name in names.items()}


def _add(parts: list[Part], part: Part) -> None:
    if part["type"] != "text":
        parts.append(part)
        return
    text = part["text"]
    if parts and parts[-1]["type"] == "text":
        text = parts.pop()["text"] + text
    starts = range(0, len(text), _TEXT_LIMIT)
    parts += [{"type": "text", "text": text[start : start + _TEXT_LIMIT]} for start in starts]


def _part(found: re.Match[str]) -> Part:
    for kind, key in _KEYS.items():
        if found[kind]:
            return {"type": kind, key: found[kind]}
    if found["name"]:  # a hashtag may be the name of a channel too
        return {"type": "text", "text": "#" + _unescaped(found["name"]).removeprefix("#")}
    if found["channel_id"]:
        return {"type": "channel", "channel_id": found["channel_id"]}
    url = _unescaped(found["url"])
    return {"type": "link", "url": url, "text": _unescaped(found["label"] or "") or url}


def text_of(rich_text: object) -> str:
    """Returns the text that a message of this rich text would have; empty for what is none."""
    return "\n".join(_block(each).removesuffix("\n") for each in _list(rich_text))


def _block(block: Part) -> str:
    kind, parts = block.get("type"), _list(block)
    if kind == "rich_text_list":
        is_ordered = block.get("style") == "ordered"
        lines = [_line(each) for each in parts]
        return "\n".join(
            f"{n}. {line}" if is_ordered else f"• {line}" for n, line in enumerate(lines, start=1)
        )
    text = _line(block)
    if kind == "rich_text_quote":
        return "\n".join(f"&gt; {line}" for line in text.split("\n"))
    return f"```{text}```" if kind == "rich_text_preformatted" else text


def _line(block: Part) -> str:
    return "".join(map(_markup, _list(block)))


def _markup(part: Part) -> str:
    kind = str(part.get("type"))
    name = part.get(_KEYS.get(kind, "channel_id"))
    if kind in _FORMS and isinstance(name, str):
        tone = part.get("skin_tone")
        tone = f"::skin-tone-{tone}" if kind == "emoji" and isinstance(tone, int) else ""
        return _FORMS[kind].format(f"{name}{tone}")
    match part:
        case {"type": "link", "url": str(url)}:
            label = part.get("text")
            address = _escaped(url).replace("|", "%7C")
            is_labelled = isinstance(label, str) and label and label != url
            return f"<{address}|{_escaped(str(label))}>" if is_labelled else f"<{address}>"
        case {"type": "text", "text": str(text)}:
            style = part.get("style")
            is_code = isinstance(style, dict) and style.get("code") is True
            return f"`{_escaped(text)}`" if is_code else _escaped(text)
    return ""


def _list(block: object) -> list[Part]:
    elements = block.get("elements") if isinstance(block, dict) else None
    if not isinstance(elements, list):
        return []
    return [each for each in elements if isinstance(each, dict)]


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
