"""What Slack's objects look like on the wire."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox.clock import machine_time
from bot.sandbox.model import Channel, File, Group, Json, Message, User
from bot.sandbox.workspace import Workspace


def user_object(user: User, workspace: Workspace, *, with_locale: bool = False) -> Json:
    """Return Slack's user object; people of another company never show their locale."""
    body: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.handle,
        "deleted": user.deleted,
        "profile": {
            "real_name": user.real_name,
            "real_name_normalized": user.real_name,
            "display_name": user.name,
            "display_name_normalized": user.name,
            "title": user.title,
            "status_text": user.status,
            "status_emoji": "",
            "avatar_hash": "",
            "team": user.team_id,
        },
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": user.updated,
    }
    if enterprise_user := _enterprise_user(user, workspace):
        body["enterprise_user"] = enterprise_user
    if user.bot_id:
        body["profile"] |= {"bot_id": user.bot_id, "api_app_id": user.app_id}
    if user.deleted:
        return body
    body |= {
        "color": user.color,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": tz_offset_seconds(user.tz, workspace.clock.now()),
        "is_admin": user.is_admin,
        "is_owner": user.is_owner,
        "is_primary_owner": user.is_primary_owner,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_email_confirmed": not user.is_bot,
        "who_can_share_contact_card": "EVERYONE",
    }
    if user.is_stranger:
        body["is_stranger"] = True
    elif with_locale:
        body["locale"] = user.locale
    return body


def _enterprise_user(user: User, workspace: Workspace) -> Json | None:
    """Return what Slack adds about people of an organization: in which workspaces they are."""
    own = workspace.team.get("enterprise") or {}
    enterprise_id = user.enterprise_id or (own.get("id") if not user.is_stranger else "")
    if not enterprise_id or user.is_bot:
        return None
    return {
        "id": user.id,
        "enterprise_id": enterprise_id,
        "enterprise_name": own.get("name", "") if enterprise_id == own.get("id") else "",
        "is_admin": False,
        "is_owner": False,
        "teams": list(user.teams) or [user.team_id],
    }


def tz_offset_seconds(tz: str, moment: float) -> int:
    """Return how far a zone is ahead of UTC at a moment."""
    try:
        offset = datetime.fromtimestamp(moment, ZoneInfo(tz)).utcoffset()
    except (LookupError, ValueError, OSError):  # Slack knows more zones than this machine
        return 0
    return int(offset.total_seconds()) if offset else 0


def channel_object(channel: Channel, workspace: Workspace) -> Json:
    """Return Slack's conversation object as the app sees it."""
    bot_user_id = workspace.bot_user_id
    if channel.kind == "dm":
        other = next((one for one in channel.member_ids if one != bot_user_id), bot_user_id)
        return {
            "id": channel.id,
            "created": channel.created,
            "is_im": True,
            "is_archived": channel.is_archived,
            "is_org_shared": False,
            "user": other,
            "is_user_deleted": workspace.users[other].deleted,
            "context_team_id": workspace.team["id"],
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": channel.created,
        "creator": channel.creator_id,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "mpim",
        "is_im": False,
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_general": channel.is_general,
        "is_shared": channel.is_shared,
        "is_ext_shared": channel.is_shared,
        "is_org_shared": False,
        "is_member": bot_user_id in channel.member_ids,
        "context_team_id": workspace.team["id"],
        "topic": {"value": channel.topic, "creator": channel.creator_id, "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.member_ids),
    }


def channel_type(channel: Channel) -> str:
    """Return what message events call this kind of conversation."""
    kinds = {"channel": "channel", "private": "group", "dm": "im", "mpim": "mpim"}
    return kinds[channel.kind]


def channel_name_for_apps(channel: Channel) -> str:
    """Return the name in commands and interactions; a group's says that it is one ("mpdm-…")."""
    names = {"private": "privategroup", "dm": "directmessage"}
    return names.get(channel.kind, channel.name)


def group_object(group: Group, workspace: Workspace, *, with_users: bool) -> Json:
    """Return Slack's user group object."""
    body: Json = {
        "id": group.id,
        "team_id": workspace.team["id"],
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_update": group.updated,
        "date_delete": 0,
        "user_count": len(group.user_ids),
    }
    if with_users:
        body["users"] = list(group.user_ids)
    return body


def message_object(message: Message, workspace: Workspace, *, all_metadata: bool = False) -> Json:
    """Return Slack's message object; without `all_metadata` only the metadata's type shows."""
    body: Json = {"type": "message", "text": message.text, "ts": message.ts}
    author = workspace.users.get(message.user_id)
    body["team"] = (author.team_id if author else "") or workspace.team["id"]
    optional = {
        "user": message.user_id,
        "bot_id": message.bot_id,
        "app_id": message.app_id,
        "thread_ts": message.thread_ts,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "subtype": message.subtype,
    }
    body |= {key: value for key, value in optional.items() if value}
    if message.edited_ts:
        body["edited"] = {"user": message.user_id, "ts": message.edited_ts}
    if message.metadata:
        shown = message.metadata if all_metadata else {"event_type": message.metadata["event_type"]}
        body["metadata"] = shown
    if message.reactions:
        body["reactions"] = reaction_objects(message)
    if message.files:
        body["files"] = [file_object(workspace.files[one], workspace) for one in message.files]
    if message.thread_ts == message.ts:
        body |= thread_facts(message, workspace)
    return body


def teams_of_mention(author_team_id: str, channel: Channel, workspace: Workspace) -> Json:
    """Return the teams of an app_mention: the channel's, and the author's where it is another."""
    host_team_id = channel.host_team_id or workspace.team["id"]
    if author_team_id == host_team_id:
        return {"team": host_team_id}
    return {"team": host_team_id, "user_team": author_team_id, "source_team": author_team_id}


def thread_facts(message: Message, workspace: Workspace) -> Json:
    """Return how many replies a message has, whose they are and when the last one came."""
    replies = workspace.replies_to(message.channel_id, message.ts)
    return {
        "reply_count": len(replies),
        "reply_users": list(dict.fromkeys(reply.user_id for reply in replies)),
        "reply_users_count": len({reply.user_id for reply in replies}),
        "latest_reply": replies[-1].ts if replies else message.ts,
    }


def reaction_objects(message: Message) -> list[Json]:
    """Return the reactions in the order in which they first came."""
    return [
        {"name": name, "users": list(users), "count": len(users)}
        for name, users in message.reactions.items()
    ]


def is_looked_at(file: File) -> bool:
    """Return whether Slack is done with a file, so that apps can show it."""
    return file.is_complete and file.looked_at <= machine_time()


def file_object(file: File, workspace: Workspace) -> Json:
    """Return Slack's file object; a fresh upload has no mimetype yet."""
    base = workspace.app.get("base_url", "")
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype if is_looked_at(file) else "",
        "filetype": file.name.rpartition(".")[2],
        "size": file.length,
        "user": file.user_id,
        "created": file.created,
        "timestamp": file.created,
        "alt_txt": file.alt_text,
        "channels": list(file.channel_ids),
        "url_private": f"{base}/files/{file.id}/{file.name}",
        "permalink": f"{base}/files/{file.id}/{file.name}",
    }
