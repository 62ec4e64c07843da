"""Messages that the app sends, by whichever door: checked as Slack checks them."""

import json

from bot.sandbox.blocks import check_message_blocks
from bot.sandbox.inputs import give_ids
from bot.sandbox.model import Json, Message, SlackError, texts_in
from bot.sandbox.payloads import is_looked_at
from bot.sandbox.workspace import Workspace

MOST_ATTACHMENTS = 100
MOST_METADATA_BYTES = 16_000


def has_content(body: Json) -> bool:
    """Return whether there is anything to show."""
    return bool(body.get("text") or body.get("blocks") or body.get("attachments"))


def app_message(
    workspace: Workspace, channel_id: str, body: Json, *, thread_ts: str | None = None
) -> Message:
    """Return a new message of the app; nothing is posted yet.

    Raises SlackError no_text, invalid_blocks or metadata_too_large.
    """
    content = message_content(workspace, body)
    return Message(
        channel_id=channel_id,
        ts=workspace.stamps.next(),
        user_id=workspace.bot_user_id,
        bot_id=workspace.app["bot_id"],
        app_id=workspace.app["id"],
        thread_ts=thread_ts,
        metadata=checked_metadata(body.get("metadata")),
        **content,
    )


def message_content(workspace: Workspace, body: Json) -> Json:
    """Return text, blocks and attachments of a request.

    Without a text Slack builds one from the blocks, for notifications and screen readers.
    Raises SlackError no_text, invalid_blocks or too_many_attachments.
    """
    if not has_content(body):
        raise SlackError("no_text")
    blocks = body.get("blocks") or []
    errors = check_message_blocks(blocks) or _file_errors(workspace, blocks)
    if errors:
        raise invalid_blocks("invalid_blocks", errors)
    attachments = body.get("attachments") or []
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    text = str(body.get("text") or "")
    if not text and blocks:
        text = " ".join(texts_in(blocks))
    return {"text": text, "blocks": give_ids(blocks), "attachments": list(attachments)}


def invalid_blocks(error: str, errors: list[str]) -> SlackError:
    """Return the refusal of blocks or a view, with the complaints where SDKs look for them."""
    messages = [f"[ERROR] {complaint}" for complaint in errors]
    return SlackError(error, errors=errors, response_metadata={"messages": messages})


def checked_metadata(metadata: object) -> Json | None:
    """Return the metadata of a request. Raises SlackError if Slack would not keep it."""
    if metadata is None:
        return None
    if (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("event_type"), str)
        or not isinstance(metadata.get("event_payload"), dict)
    ):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata)) > MOST_METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return metadata


def _file_errors(workspace: Workspace, blocks: list[Json]) -> list[str]:
    """Slack takes an uploaded picture only once it has looked at it."""
    errors = []
    for number, block in enumerate(blocks):
        if "slack_file" not in block:
            continue
        file = workspace.files.get(str(block["slack_file"].get("id")))
        if file is None or not is_looked_at(file) or not file.mimetype.startswith("image/"):
            errors.append(f"invalid slack file [json-pointer:/blocks/{number}/slack_file]")
    return errors
