"""What the control API says about people, conversations and messages."""

from bot.sandbox.emoji import UNICODE
from bot.sandbox.hub import Hub
from bot.sandbox.model import Channel, Json, Message, User, View
from bot.sandbox.payloads import file_object, reaction_objects, thread_facts
from bot.sandbox.workspace import Workspace


def workspace_object(hub: Hub) -> Json:
    """Return who and what there is."""
    workspace, manifest = hub.workspace, hub.manifest
    emoji: Json = {name: {"unicode": character} for name, character in UNICODE.items()}
    for name, value in workspace.emoji.items():
        emoji[name] = value if "alias" in value else {"image": f"/emoji/{name}.svg"}
    return {
        "team": {"id": workspace.team["id"], "name": workspace.team["name"]},
        "app": {
            "id": workspace.app["id"],
            "name": manifest.name,
            "bot_user_id": workspace.bot_user_id,
            "has_home": manifest.has_home,
            "can_be_written_to": manifest.can_be_written_to,
            "commands": [
                {
                    "command": command.command,
                    "description": command.description,
                    "usage_hint": command.usage_hint,
                }
                for command in manifest.commands
            ],
            "shortcuts": [
                {
                    "name": shortcut.name,
                    "type": shortcut.type,
                    "callback_id": shortcut.callback_id,
                    "description": shortcut.description,
                }
                for shortcut in manifest.shortcuts
            ],
            "steps": [
                {"callback_id": step.callback_id, "title": step.title, "inputs": list(step.inputs)}
                for step in manifest.steps
            ],
        },
        "people": [person_object(user) for user in workspace.users.values()],
        "groups": [
            {
                "id": group.id,
                "handle": group.handle,
                "name": group.name,
                "user_ids": list(group.user_ids),
            }
            for group in workspace.groups.values()
        ],
        "emoji": emoji,
        "now": workspace.clock.now(),
    }


def person_object(user: User) -> Json:
    """Return one person."""
    return {
        "id": user.id,
        "handle": user.handle,
        "name": user.display_name,
        "real_name": user.real_name,
        "title": user.title,
        "color": user.color,
        "is_admin": user.is_admin,
        "is_owner": user.is_owner,
        "is_guest": user.is_restricted,
        "is_bot": user.is_bot,
        "is_deleted": user.deleted,
        "is_external": user.is_stranger,
        "tz": user.tz,
        "locale": user.locale,
        "status": user.status,
    }


def conversations_of(hub: Hub, user: User) -> list[Json]:
    """Return the conversations in a person's sidebar, public ones to join included."""
    bot_user_id = hub.workspace.bot_user_id
    if not (user.is_bot or user.is_stranger):
        hub.workspace.dm_between(user.id, bot_user_id)
    return [
        conversation_object(channel, hub.workspace, user)
        for channel in hub.workspace.channels.values()
        if is_listed(channel, user)
    ]


def is_listed(channel: Channel, user: User) -> bool:
    """Return whether a person may know of a conversation; guests know only their own."""
    is_outsider = user.is_restricted or user.is_stranger
    return user.id in channel.member_ids or (channel.kind == "channel" and not is_outsider)


def conversation_object(channel: Channel, workspace: Workspace, user: User) -> Json:
    """Return one conversation as one person has it in the sidebar."""
    posted = workspace.posted_in(channel.id)
    read_until = workspace.read_until.get(user.id, {}).get(channel.id, "")
    unread = [
        one for one in posted if one.ts > read_until and one.user_id != user.id and not one.is_reply
    ]
    is_member = user.id in channel.member_ids
    body: Json = {
        "id": channel.id,
        "name": channel.name,
        # The page draws a group direct message as it draws a private channel.
        "kind": "private" if channel.kind == "mpim" else channel.kind,
        "is_archived": channel.is_archived,
        "is_member": is_member,
        "is_shared": channel.is_shared,
        "topic": channel.topic,
        "member_count": len(channel.member_ids),
        "app_is_member": workspace.bot_user_id in channel.member_ids,
        "last_ts": posted[-1].ts if posted else None,
        "unread": len(unread) if is_member else 0,
        "mention": is_member and any(_mentions(one, workspace, user) for one in unread),
    }
    if channel.kind == "dm":
        other_id = next((one for one in channel.member_ids if one != user.id), user.id)
        body |= {"user_id": other_id, "name": workspace.users[other_id].display_name}
        if other_id == workspace.bot_user_id:
            body["kind"] = "app"
    return body


def _mentions(message: Message, workspace: Workspace, user: User) -> bool:
    marks = [f"<@{user.id}", "<!here", "<!channel", "<!everyone"]
    marks += [
        f"<!subteam^{group.id}" for group in workspace.groups.values() if user.id in group.user_ids
    ]
    return any(mark in message.all_text for mark in marks)


def messages_for(
    hub: Hub, user: User, channel: Channel, thread_ts: str | None, before: str | None, limit: int
) -> Json:
    """Return the newest `limit` messages that a person sees, the oldest of them first."""
    workspace = hub.workspace
    seen = workspace.seen_by(user.id, channel.id)
    if thread_ts:
        found = [one for one in seen if thread_ts in {one.ts, one.thread_ts}]
    else:
        found = [one for one in seen if not one.is_reply]
    if before:
        found = [one for one in found if one.ts < before]
    shown = found[-limit:]
    return {
        "messages": [message_for_page(one, workspace) for one in shown],
        "has_more": len(found) > len(shown),
    }


def message_for_page(message: Message, workspace: Workspace) -> Json:
    """Return one message with all that the page shows of it."""
    user = workspace.users.get(message.user_id)
    body: Json = {
        "ts": message.ts,
        "channel": message.channel_id,
        "thread_ts": message.thread_ts,
        "user": message.user_id,
        "bot": message.bot_id or None,
        "username": user.display_name if user else "",
        "text": message.text,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "is_ephemeral": message.is_ephemeral,
        "is_command_line": message.is_command_line,
        "edited_ts": message.edited_ts or None,
        "is_deleted": message.deleted,
        "reply_count": 0,
        "reply_users": [],
        "last_reply_ts": None,
        "reactions": reaction_objects(message),
        "files": [_file(workspace, file_id) for file_id in message.files],
        "metadata": message.metadata,
    }
    if message.thread_ts == message.ts:
        facts = thread_facts(message, workspace)
        body |= {
            "reply_count": facts["reply_count"],
            "reply_users": facts["reply_users"],
            "last_reply_ts": facts["latest_reply"] if facts["reply_count"] else None,
        }
    return body


def view_for_page(view: View) -> Json:
    """Return a view with what the person is told about it."""
    return {**view.raw, "errors": view.errors, "is_busy": view.is_busy}


def stack_for_page(workspace: Workspace, user_id: str) -> Json:
    """Return the modals that a person has open, the one on top last, and as of which change.

    The page hears of them by answers and by the stream, and the older may come later.
    """
    stack = [view_for_page(view) for view in workspace.stack_of(user_id)]
    return {"stack": stack, "revision": workspace.changes.count}


def home_for_page(workspace: Workspace, user_id: str) -> Json:
    """Return what the app has published for a person, and as of which change."""
    home = workspace.home_of(user_id)
    view = view_for_page(home) if home else None
    return {"view": view, "revision": workspace.changes.count}


def _file(workspace: Workspace, file_id: str) -> Json:
    file = file_object(workspace.files[file_id], workspace)
    return {
        "id": file["id"],
        "title": file["title"],
        "url": file["url_private"],
        "mimetype": workspace.files[file_id].mimetype,  # people see it at once
        "alt": file["alt_txt"],
    }
