"""What was written before anybody looked: messages with times that are over."""

import dataclasses
from collections.abc import Iterable

from bot.sandbox.app_messages import message_content
from bot.sandbox.composer import compose_message
from bot.sandbox.model import Message
from bot.sandbox.workspace import Workspace


def add_past(workspace: Workspace, messages: Iterable[Message]) -> None:
    """Put messages where they would stand if they had been written at their `ts`.

    Nobody is told, and everybody has read them. Raises SlackError for blocks of the app that Slack
    would not take.
    """
    channel_ids = set()
    for message in sorted(messages, key=lambda one: one.ts):
        workspace.add_past(_as_stored(workspace, message))
        channel_ids.add(message.channel_id)
        root = workspace.messages[message.channel_id].get(message.thread_ts or "")
        if root is not None and root.thread_ts is None:
            workspace.add_past(dataclasses.replace(root, thread_ts=root.ts))
    for channel_id in channel_ids:
        workspace.sort_messages(channel_id)
        for user_id in workspace.channels[channel_id].member_ids:
            read = workspace.read_until.setdefault(user_id, {})
            read[channel_id] = workspace.stamps.next()
    for user_id in workspace.read_until:
        workspace.save_screen(user_id)


def _as_stored(workspace: Workspace, message: Message) -> Message:
    if message.user_id != workspace.bot_user_id:
        text = compose_message(message.text, workspace)
        return dataclasses.replace(message, text=text)
    content = message_content(workspace, {"text": message.text, "blocks": message.blocks})
    return dataclasses.replace(
        message, bot_id=workspace.app["bot_id"], app_id=workspace.app["id"], **content
    )
