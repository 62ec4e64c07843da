"""One call as it comes over HTTP: its verb, its content type, its arguments, its token."""

import base64
import json
import logging
from typing import Any

from aiohttp import web

from bot.sandbox.api_methods import METHOD_FACTS, MethodFacts
from bot.sandbox.model import Json, SlackError

log = logging.getLogger(__name__)

# Over a form these come as JSON in a string.
STRUCTURED = frozenset({"blocks", "attachments", "metadata", "view", "files", "outputs"})
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
# What Slack says where the app itself has made a mistake, whatever anybody did.
MISUSES = frozenset(
    {
        "insecure_request",
        "invalid_arguments",
        "invalid_blocks",
        "invalid_errors",
        "invalid_json",
        "invalid_limit",
        "invalid_metadata_format",
        "invalid_post_type",
        "invalid_response_action",
        "json_not_object",
        "metadata_too_large",
        "missing_post_type",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "too_many_attachments",
        "unknown_method",
        "view_too_large",
    }
)


async def read_call(request: web.Request, method: str) -> tuple[Json, str]:
    """Return the arguments without the token, and the token from wherever it stood.

    Raises SlackError for a form in which Slack takes no call of this method.
    """
    facts = METHOD_FACTS.get(method)
    if facts is None:
        raise SlackError("unknown_method", req_method=method)
    if facts.verb == "POST" and request.method != "POST":
        raise SlackError("insecure_request")
    # A token in the address is not looked at (since February 2021), and so counts as none.
    values: Json = {name: value for name, value in request.query.items() if name != "token"}
    token = ""
    if request.can_read_body:
        body = await _read_body(request, facts)
        if request.content_type in FORMS:
            token = str(body.pop("token", ""))
        values |= body
    for name in STRUCTURED & values.keys():
        values[name] = _decoded(values[name])
    values = {name: value for name, value in values.items() if value is not None}
    header = request.headers.get("Authorization", "")
    if header.startswith("Basic "):
        return values, base64.b64decode(header.removeprefix("Basic ")).decode()
    return values, token or header.removeprefix("Bearer ").strip()


def check_arguments(method: str, values: Json) -> None:
    """Raise SlackError invalid_arguments for an argument that the method does not have."""
    unknown = sorted(values.keys() - METHOD_FACTS[method].arguments)
    if unknown:
        messages = [f"[ERROR] unknown argument: {name}" for name in unknown]
        raise SlackError("invalid_arguments", response_metadata={"messages": messages})


def tell_misuse(what: str, error: SlackError) -> None:
    """Log a refusal for which the app alone is to blame, so that whoever develops it sees it.

    `what` is a method, or what the app answered.
    """
    if error.error in MISUSES:
        messages = (error.details.get("response_metadata") or {}).get("messages") or []
        log.warning("%s was refused: %s %s", what, error.error, "; ".join(messages))


async def _read_body(request: web.Request, facts: MethodFacts) -> Json:
    if "Content-Type" not in request.headers:
        raise SlackError("missing_post_type")
    if request.content_type in FORMS:
        return dict(await request.post())
    if request.content_type != "application/json" or not facts.reads_json:
        raise SlackError("invalid_post_type")
    text = await request.text()
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body


def _decoded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
