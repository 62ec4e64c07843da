"""What a payload is, and whether it is as Slack sends them."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from bot.messages.blockkit.ids import GIVE_LINES_SUBMIT, GIVE_SUBMIT, KUDOS_GIVE_FOR, KUDOS_REMOVE
from handlers.payloads.origins import ORIGIN, Origin, read_origin
from handlers.payloads.shapes import (
    EVENT_SHAPES,
    Action,
    AnyEvent,
    Callback,
    CommandPayload,
    GiveForm,
    InteractionPayload,
    MessageShortcut,
    Shape,
    Shortcut,
    Submission,
    Verification,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

DEPTH_MAX = 60  # of Slack's own, a view in a payload goes deepest: about 15
_HALF = re.compile("[\ud800-\udfff]")  # of a character: UTF-8 cannot write it
_REPLACEMENT = "\ufffd"


class MalformedError(Exception):
    """A payload that is not as Slack sends them; `str()` names the field, never what is in it."""


class PayloadKind(StrEnum):
    """What a payload is."""

    COMMAND = "command"
    EVENT = "event"
    FUNCTION = "function"
    ACTION = "action"
    SUBMISSION = "submission"
    CLOSED = "closed"
    SHORTCUT = "shortcut"
    VERIFICATION = "verification"  # of the address, which Bolt answers
    RATE_LIMITED = "rate_limited"  # Slack holds events back


_KINDS = {
    "block_actions": PayloadKind.ACTION,
    "view_submission": PayloadKind.SUBMISSION,
    "view_closed": PayloadKind.CLOSED,
    "shortcut": PayloadKind.SHORTCUT,
    "message_action": PayloadKind.SHORTCUT,
    "url_verification": PayloadKind.VERIFICATION,
    "app_rate_limited": PayloadKind.RATE_LIMITED,
}
_SHAPES: Mapping[PayloadKind, type[Shape]] = {
    PayloadKind.COMMAND: CommandPayload,
    PayloadKind.ACTION: Action,
    PayloadKind.SUBMISSION: Submission,
    PayloadKind.CLOSED: InteractionPayload,
    PayloadKind.SHORTCUT: Shortcut,
}
_OF_MESSAGES = frozenset({KUDOS_GIVE_FOR, KUDOS_REMOVE})


def parse_payload(body: object) -> tuple[PayloadKind, dict[str, Any]]:
    """Return what a payload is, and its content, in which every character can be stored.

    Where it comes from is noted in it (`origins`). Raises `MalformedError` for what Slack does not
    send.
    """
    if not isinstance(body, dict):
        raise MalformedError("not an object")
    content = _writable(body)
    kind = _kind_of(content)
    origin = read_origin(content)
    content = content | {ORIGIN: origin}
    if kind is PayloadKind.EVENT:
        _check(Callback, content)
        event = content["event"]
        _check(AnyEvent, event)
        _check(EVENT_SHAPES.get(event["type"], AnyEvent), event)
        kind = PayloadKind.FUNCTION if event["type"] == "function_executed" else kind
        return _of_somewhere(kind, origin), content
    if kind is PayloadKind.VERIFICATION:
        if not content.get("ssl_check"):
            _check(Verification, content)
        return kind, content
    if kind in _SHAPES:
        _check(_SHAPES[kind], content)
    if kind is PayloadKind.SHORTCUT and (
        content["type"] == "message_action" or content["callback_id"] in _OF_MESSAGES
    ):
        _check(MessageShortcut, content)
    if (content.get("view") or {}).get("callback_id") in {GIVE_SUBMIT, GIVE_LINES_SUBMIT}:
        _check(GiveForm, content["view"])
    return _of_somewhere(kind, origin), content


def _of_somewhere(kind: PayloadKind, origin: Origin) -> PayloadKind:
    if kind is not PayloadKind.RATE_LIMITED and not origin.team_id:
        raise MalformedError("team")
    return kind


def _kind_of(content: dict[str, Any]) -> PayloadKind:
    if "command" in content and "type" not in content:
        return PayloadKind.COMMAND
    if "ssl_check" in content:
        return PayloadKind.VERIFICATION
    type_ = content.get("type")
    if type_ == "event_callback":
        return PayloadKind.EVENT
    if not isinstance(type_, str) or type_ not in _KINDS:
        raise MalformedError("type")
    return _KINDS[type_]


def _check(shape: type[Shape], content: object) -> None:
    try:
        shape.model_validate(content)
    except ValidationError as error:
        # Names of our own fields only, and nothing of what is in them.
        where = error.errors(include_url=False, include_input=False)[0]["loc"]
        raise MalformedError(".".join(str(part) for part in (shape.__name__, *where[:1]))) from None


def _writable(body: dict[str, Any]) -> dict[str, Any]:
    """Return the payload with nothing in it that cannot be stored or is nested too deeply."""
    if all(isinstance(value, str) for value in body.values()):  # a command: nothing is nested
        text = "".join((*body, *body.values()))
        if text.isascii() and "\x00" not in text:
            return body
    try:
        text = json.dumps(body, ensure_ascii=False)
    except (RecursionError, ValueError) as error:
        raise MalformedError("depth") from error
    # Only then is it worth a second look: most payloads have fewer parts than may be nested.
    if text.count("{") + text.count("[") > DEPTH_MAX and _is_deeper(body, DEPTH_MAX):
        raise MalformedError("depth")
    try:
        text.encode()
    except UnicodeEncodeError:
        is_writable = False
    else:
        is_writable = "\\u0000" not in text
    content: dict[str, Any] = body if is_writable else _cleaned(body)
    return content


def _is_deeper(value: object, depth: int) -> bool:
    if depth < 0:
        return True
    if isinstance(value, dict):
        return any(_is_deeper(each, depth - 1) for each in value.values())
    return isinstance(value, list) and any(_is_deeper(each, depth - 1) for each in value)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub(_REPLACEMENT, value.replace("\x00", ""))
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(each) for name, each in value.items()}
    return [_cleaned(each) for each in value] if isinstance(value, list) else value
