"""Which scope of the manifest allows what."""

from bot.sandbox.model import Channel

# Any one of the scopes is enough. Methods that look at a conversation are below.
METHOD_SCOPES: dict[str, tuple[str, ...]] = {
    "team.info": ("team:read",),
    "chat.postMessage": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "conversations.list": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.join": ("channels:join",),
    "conversations.open": ("im:write", "mpim:write"),
    "users.list": ("users:read",),
    "users.info": ("users:read",),
    "users.conversations": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "bots.info": ("users:read",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "reactions.get": ("reactions:read",),
    "emoji.list": ("emoji:read",),
    "files.getUploadURLExternal": ("files:write",),
    "files.completeUploadExternal": ("files:write",),
    "files.info": ("files:read",),
}

KIND_SCOPES = {"channel": "channels", "private": "groups", "dm": "im", "mpim": "mpim"}

EVENT_SCOPES: dict[str, str] = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "team_join": "users:read",
    "user_change": "users:read",
    "subteam_updated": "usergroups:read",
    "subteam_members_changed": "usergroups:read",
    "emoji_changed": "emoji:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "group_archive": "groups:read",
    "group_unarchive": "groups:read",
    "channel_id_changed": "groups:read",
}


def read_scope(channel: Channel) -> str:
    """Return the scope that lets the app look at this kind of conversation."""
    return f"{KIND_SCOPES[channel.kind]}:read"


def history_scope(channel: Channel) -> str:
    """Return the scope that lets the app read the messages of this kind of conversation."""
    return f"{KIND_SCOPES[channel.kind]}:history"
