"""chat.* and reactions.*: what the app writes."""

from bot.sandbox.api_arguments import (
    Arguments,
    Method,
    check_scopes,
    get_channel,
    get_history_channel,
    get_message,
    get_user,
)
from bot.sandbox.app_messages import app_message, checked_metadata, message_content
from bot.sandbox.blocks import MOST_MARKDOWN_CHARACTERS, are_too_long
from bot.sandbox.hub import Hub
from bot.sandbox.model import Channel, Json, Message, SlackError
from bot.sandbox.payloads import message_object
from bot.sandbox.posting import MOST_CHARACTERS
from bot.sandbox.workspace import SLACKBOT


async def post_message(hub: Hub, arguments: Arguments) -> Json:
    """chat.postMessage, to a conversation or, by a user id, to that person's app DM."""
    channel = _destination(hub, arguments.string("channel"))
    if channel.is_archived:
        raise SlackError("is_archived")
    is_member = hub.workspace.bot_user_id in channel.member_ids
    if not is_member and "chat:write.public" not in hub.manifest.scopes:
        raise SlackError("not_in_channel")
    thread_ts = arguments.optional("thread_ts")
    message = app_message(hub.workspace, channel.id, _body(hub, arguments), thread_ts=thread_ts)
    hub.posting.post(channel, message)
    shown = message_object(message, hub.workspace, all_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


async def post_ephemeral(hub: Hub, arguments: Arguments) -> Json:
    """chat.postEphemeral: for one member of a channel that the bot is in."""
    channel = get_channel(hub, arguments.string("channel"))
    user = get_user(hub, arguments.string("user"))
    if channel.is_archived:
        raise SlackError("is_archived")
    if hub.workspace.bot_user_id not in channel.member_ids:
        raise SlackError("not_in_channel")
    if user.id not in channel.member_ids:
        raise SlackError("user_not_in_channel")
    thread_ts = arguments.optional("thread_ts")
    message = app_message(hub.workspace, channel.id, _body(hub, arguments), thread_ts=thread_ts)
    message.seen_only_by = user.id
    hub.posting.show(message)
    return {"message_ts": message.ts}


async def update(hub: Hub, arguments: Arguments) -> Json:
    """chat.update: of the app's own messages only; the timestamp stays."""
    channel = get_channel(hub, arguments.string("channel"))
    message = get_message(hub, channel, arguments.string("ts"))
    if message.bot_id != hub.workspace.app["bot_id"]:
        raise SlackError("cant_update_message")
    body = _body(hub, arguments)
    content = message_content(hub.workspace, body)
    # What a call leaves out stays as it was.
    changed = {name: content[name] for name in content if name in body}
    changed["text"] = content["text"] or message.text
    if "metadata" in body:
        changed["metadata"] = checked_metadata(body["metadata"] or None)
    hub.posting.edit(message, changed)
    shown = message_object(message, hub.workspace, all_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


async def delete(hub: Hub, arguments: Arguments) -> Json:
    """chat.delete: of the app's own messages only."""
    channel = get_channel(hub, arguments.string("channel"))
    message = get_message(hub, channel, arguments.string("ts"))
    if message.bot_id != hub.workspace.app["bot_id"]:
        raise SlackError("cant_delete_message")
    hub.posting.delete(message)
    return {"channel": channel.id, "ts": message.ts}


async def get_permalink(hub: Hub, arguments: Arguments) -> Json:
    """chat.getPermalink: an address of the message in the sandbox's page."""
    channel = get_channel(hub, arguments.string("channel"))
    message = get_message(hub, channel, arguments.string("message_ts"))
    base = hub.workspace.app["base_url"]
    link = f"{base}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


async def add_reaction(hub: Hub, arguments: Arguments) -> Json:
    """reactions.add, as the app's bot."""
    message = _reaction_target(hub, arguments)
    bot = hub.workspace.users[hub.workspace.bot_user_id]
    hub.posting.react(message, bot, arguments.string("name"))
    return {}


async def remove_reaction(hub: Hub, arguments: Arguments) -> Json:
    """reactions.remove, of one of the bot's own."""
    message = _reaction_target(hub, arguments)
    bot = hub.workspace.users[hub.workspace.bot_user_id]
    hub.posting.unreact(message, bot, arguments.string("name"))
    return {}


async def get_reactions(hub: Hub, arguments: Arguments) -> Json:
    """reactions.get: a message with its reactions."""
    channel = get_history_channel(hub, arguments.string("channel"))
    message = get_message(hub, channel, arguments.string("timestamp"))
    shown = message_object(message, hub.workspace)
    return {"type": "message", "channel": channel.id, "message": shown}


def _body(hub: Hub, arguments: Arguments) -> Json:
    if "as_user" in arguments:
        raise SlackError("as_user_not_supported")
    if {"username", "icon_url", "icon_emoji"} & arguments.values.keys():
        check_scopes(hub, ("chat:write.customize",))
    names = ("text", "blocks", "attachments", "metadata")
    body = {name: arguments.get(name) for name in names if name in arguments}
    if markdown := arguments.optional("markdown_text"):
        if len(markdown) > MOST_MARKDOWN_CHARACTERS:
            raise SlackError("msg_too_long")
        if body.get("text") or body.get("blocks"):
            raise SlackError("markdown_text_conflict")
        body["text"] = markdown
        body["blocks"] = [{"type": "markdown", "text": markdown}]
    if len(str(body.get("text") or "")) > MOST_CHARACTERS:
        raise SlackError("msg_too_long")
    if are_too_long(body.get("blocks") or []):
        raise SlackError("msg_blocks_too_long")
    return body


def _destination(hub: Hub, channel_id: str) -> Channel:
    user = hub.workspace.users.get(channel_id)
    if user is None:
        channel = get_channel(hub, channel_id, by_name=True)
    elif user.deleted or user.is_bot or user.is_stranger or user.id == SLACKBOT:
        raise SlackError("channel_not_found")
    else:
        channel = hub.workspace.dm_between(user.id, hub.workspace.bot_user_id)
    if channel.kind == "dm" and not hub.manifest.has_messages_tab:
        raise SlackError("messages_tab_disabled")
    return channel


def _reaction_target(hub: Hub, arguments: Arguments) -> Message:
    channel = get_channel(hub, arguments.string("channel"))
    if channel.is_archived:
        raise SlackError("is_archived")
    if hub.workspace.bot_user_id not in channel.member_ids:
        raise SlackError("not_in_channel")
    return get_message(hub, channel, arguments.string("timestamp"))


METHODS: dict[str, Method] = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
    "reactions.add": add_reaction,
    "reactions.remove": remove_reaction,
    "reactions.get": get_reactions,
}
