"""conversations.* and users.conversations: where people talk, and what was said."""

from bot.sandbox.api_arguments import (
    Arguments,
    Method,
    check_read_scope,
    check_scopes,
    get_channel,
    get_history_channel,
    get_message,
    get_user,
    page,
)
from bot.sandbox.hub import Hub
from bot.sandbox.model import Channel, Json, Message, SlackError
from bot.sandbox.payloads import channel_object, message_object
from bot.sandbox.workspace import SLACKBOT

KINDS = {"public_channel": "channel", "private_channel": "private", "im": "dm", "mpim": "mpim"}
MOST_IN_GROUP = 8  # beside the app


async def list_all(hub: Hub, arguments: Arguments) -> Json:
    """conversations.list: public channels, and what else the bot is in."""
    return _page_of_channels(hub, arguments, _known(hub, arguments), needs_limit=True)


async def list_of_user(hub: Hub, arguments: Arguments) -> Json:
    """users.conversations: those of one person, or of the bot itself."""
    user_id = arguments.optional("user") or hub.workspace.bot_user_id
    get_user(hub, user_id)
    mine = [one for one in _known(hub, arguments) if user_id in one.member_ids]
    return _page_of_channels(hub, arguments, mine)


async def info(hub: Hub, arguments: Arguments) -> Json:
    """conversations.info."""
    channel = get_channel(hub, arguments.string("channel"))
    check_read_scope(hub, channel)
    shown = channel_object(channel, hub.workspace)
    if not arguments.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


async def members(hub: Hub, arguments: Arguments) -> Json:
    """conversations.members."""
    channel = get_channel(hub, arguments.string("channel"))
    check_read_scope(hub, channel)
    found, metadata = page(channel.member_ids, arguments)
    return {"members": found, "response_metadata": metadata}


async def join(hub: Hub, arguments: Arguments) -> Json:
    """conversations.join: public channels only."""
    channel = get_channel(hub, arguments.string("channel"))
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    hub.posting.join(channel, hub.workspace.users[hub.workspace.bot_user_id])
    return {"channel": channel_object(channel, hub.workspace)}


async def open_dm(hub: Hub, arguments: Arguments) -> Json:
    """conversations.open: the app's direct messages with one person, or with several."""
    user_ids = arguments.words("users")
    if not user_ids:
        raise SlackError("users_list_not_supplied")
    if len(user_ids) > MOST_IN_GROUP:
        raise SlackError("too_many_users")
    check_scopes(hub, ("im:write",) if len(user_ids) == 1 else ("mpim:write",))
    for user in (get_user(hub, user_id) for user_id in user_ids):
        if user.deleted:
            raise SlackError("user_disabled")
        if user.is_bot or user.id == SLACKBOT:
            raise SlackError("cannot_dm_bot")
    bot_user_id = hub.workspace.bot_user_id
    if len(user_ids) == 1:
        channel = hub.workspace.dm_between(user_ids[0], bot_user_id)
    else:
        channel = hub.workspace.group_of([*user_ids, bot_user_id])
    if arguments.flag("return_im"):
        return {"channel": channel_object(channel, hub.workspace)}
    return {"channel": {"id": channel.id}}


async def history(hub: Hub, arguments: Arguments) -> Json:
    """conversations.history: newest first, without replies."""
    channel = get_history_channel(hub, arguments.string("channel"))
    found = [one for one in hub.workspace.posted_in(channel.id) if not one.is_reply]
    return _page_of_messages(hub, arguments, found[::-1])


async def replies(hub: Hub, arguments: Arguments) -> Json:
    """conversations.replies: the message and its thread, oldest first."""
    channel = get_history_channel(hub, arguments.string("channel"))
    try:
        root = get_message(hub, channel, arguments.string("ts"))
    except SlackError:
        raise SlackError("thread_not_found") from None
    root_ts = root.thread_ts or root.ts
    root = hub.workspace.find_message(channel.id, root_ts) or root
    found = [root, *hub.workspace.replies_to(channel.id, root_ts)]
    return _page_of_messages(hub, arguments, found)


def _known(hub: Hub, arguments: Arguments) -> list[Channel]:
    types = arguments.words("types") or ["public_channel"]
    unknown = set(types) - KINDS.keys()
    if unknown:
        raise SlackError("invalid_types")
    kinds = {KINDS[type_] for type_ in types}
    bot_user_id = hub.workspace.bot_user_id
    found = [
        one
        for one in hub.workspace.channels.values()
        if one.kind in kinds and (one.kind == "channel" or bot_user_id in one.member_ids)
    ]
    for channel in found:
        check_read_scope(hub, channel)
    if arguments.flag("exclude_archived"):
        found = [one for one in found if not one.is_archived]
    return found


def _page_of_channels(
    hub: Hub, arguments: Arguments, channels: list[Channel], *, needs_limit: bool = False
) -> Json:
    found, metadata = page(channels, arguments, needs_limit=needs_limit)
    shown = [channel_object(one, hub.workspace) for one in found]
    return {"channels": shown, "response_metadata": metadata}


def _page_of_messages(hub: Hub, arguments: Arguments, messages: list[Message]) -> Json:
    oldest = arguments.optional("oldest") or "0"
    latest = arguments.optional("latest") or "9999999999"
    inclusive = arguments.flag("inclusive")
    found = [
        one
        for one in messages
        if float(oldest) < float(one.ts) < float(latest)
        or (inclusive and one.ts in {oldest, latest})
    ]
    shown, metadata = page(found, arguments)
    all_metadata = arguments.flag("include_all_metadata")
    body: Json = {
        "messages": [
            message_object(one, hub.workspace, all_metadata=all_metadata) for one in shown
        ],
        "has_more": bool(metadata["next_cursor"]),
    }
    if metadata["next_cursor"]:
        body["response_metadata"] = metadata
    return body


METHODS: dict[str, Method] = {
    "conversations.list": list_all,
    "conversations.info": info,
    "conversations.members": members,
    "conversations.join": join,
    "conversations.open": open_dm,
    "conversations.history": history,
    "conversations.replies": replies,
    "users.conversations": list_of_user,
}
