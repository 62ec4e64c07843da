"""What happens to messages and members, whoever does it: the change and the event it causes."""

import re

from bot.sandbox.composer import compose_message
from bot.sandbox.events import Events
from bot.sandbox.model import Channel, Json, Message, SlackError, User
from bot.sandbox.payloads import channel_type, message_object, teams_of_mention
from bot.sandbox.workspace import Workspace

MOST_CHARACTERS = 40_000
_EMOJI_NAME = re.compile(r"[^\s:A-Z]+(::skin-tone-[2-6])?")


def writing_refusal(user: User, channel: Channel) -> str | None:
    """Return Slack's word for why a person can't write here, or None where they can."""
    if user.deleted:
        return "account_inactive"
    if channel.is_archived:
        return "is_archived"
    return None if user.id in channel.member_ids else "not_in_channel"


class Posting:
    """Posts, edits, deletes, reacts, joins and leaves."""

    def __init__(self, workspace: Workspace, events: Events) -> None:
        self._workspace = workspace
        self._events = events

    def post(self, channel: Channel, message: Message) -> Message:
        """Add a message that everybody in the conversation sees, and tell the app."""
        message.text = message.text[:MOST_CHARACTERS]
        root = self._find_root(message)
        self._workspace.save_message(message)
        if root and root.thread_ts is None:
            root.thread_ts = root.ts
        if root:
            self._workspace.save_message(root)
        if not message.is_command_line:
            self._events.fire(self._event(channel, message), channel)
            self._tell_mention(channel, message)
        return message

    def say(self, channel: Channel, user: User, text: str, thread_ts: str | None = None) -> Message:
        """Post what a person typed. Raises SlackError where they may not write."""
        if refusal := writing_refusal(user, channel):
            raise SlackError(refusal)
        message = Message(
            channel_id=channel.id,
            ts=self._workspace.stamps.next(),
            text=compose_message(text, self._workspace),
            user_id=user.id,
            bot_id=user.bot_id,
            thread_ts=thread_ts,
        )
        return self.post(channel, message)

    def show(self, message: Message) -> Message:
        """Add a message that one person alone sees; nobody is told of it."""
        message.text = message.text[:MOST_CHARACTERS]
        self._workspace.save_message(message)
        return message

    def edit(self, message: Message, changed: Json) -> Message:
        """Change fields of a message in place; its timestamp stays."""
        channel = self._workspace.channels[message.channel_id]
        before = message_object(message, self._workspace, all_metadata=True)
        for name, value in changed.items():
            setattr(message, name, value)
        message.edited_ts = self._workspace.stamps.next()
        self._workspace.save_message(message)
        if not message.is_ephemeral:
            self._events.fire(
                {
                    "type": "message",
                    "subtype": "message_changed",
                    "message": message_object(message, self._workspace, all_metadata=True),
                    "previous_message": before,
                    "channel": channel.id,
                    "hidden": True,
                    "ts": message.edited_ts,
                    "event_ts": message.edited_ts,
                    "channel_type": channel_type(channel),
                },
                channel,
            )
        return message

    def rewrite(self, message: Message, user: User, text: str) -> Message:
        """Change what a person wrote. Raises SlackError cant_update_message for others' words."""
        if message.user_id != user.id:
            raise SlackError("cant_update_message")
        return self.edit(message, {"text": compose_message(text, self._workspace), "blocks": []})

    def take_back(self, message: Message, user: User) -> None:
        """Delete what a person wrote. Raises SlackError cant_delete_message for others' words."""
        if message.user_id != user.id:
            raise SlackError("cant_delete_message")
        self.delete(message)

    def delete(self, message: Message) -> None:
        """Take a message away."""
        channel = self._workspace.channels[message.channel_id]
        before = message_object(message, self._workspace, all_metadata=True)
        message.deleted = True
        self._workspace.save_message(message, "message_deleted")
        if message.is_ephemeral:
            return
        stamp = self._workspace.stamps.next()
        self._events.fire(
            {
                "type": "message",
                "subtype": "message_deleted",
                "previous_message": before,
                "channel": channel.id,
                "hidden": True,
                "deleted_ts": message.ts,
                "ts": stamp,
                "event_ts": stamp,
                "channel_type": channel_type(channel),
            },
            channel,
        )

    def react(self, message: Message, user: User, name: str) -> None:
        """Add a reaction.

        Raises SlackError already_reacted, invalid_name, is_archived or message_not_found.
        """
        if message.deleted or message.is_ephemeral:
            raise SlackError("message_not_found")
        if self._workspace.channels[message.channel_id].is_archived:
            raise SlackError("is_archived")
        name = name.strip(":") if "::" not in name else name.removeprefix(":")
        if not _EMOJI_NAME.fullmatch(name):
            raise SlackError("invalid_name")
        users = message.reactions.setdefault(name, [])
        if user.id in users:
            raise SlackError("already_reacted")
        users.append(user.id)
        self._tell_reaction("reaction_added", message, user, name)

    def unreact(self, message: Message, user: User, name: str) -> None:
        """Take a reaction away. Raises SlackError no_reaction."""
        if user.id not in message.reactions.get(name, []):
            raise SlackError("no_reaction")
        message.reactions[name].remove(user.id)
        if not message.reactions[name]:
            del message.reactions[name]
        self._tell_reaction("reaction_removed", message, user, name)

    def join(self, channel: Channel, user: User) -> None:
        """Make somebody a member."""
        if user.id in channel.member_ids:
            return
        channel.member_ids.append(user.id)
        self._workspace.save_channel(channel)
        self._events.fire(self._member_event("member_joined_channel", channel, user), channel)

    def leave(self, channel: Channel, user: User) -> None:
        """End somebody's membership; the app hears of its own removal too."""
        if user.id not in channel.member_ids:
            return
        self._events.fire(self._member_event("member_left_channel", channel, user), channel)
        channel.member_ids.remove(user.id)
        self._workspace.save_channel(channel)

    def _find_root(self, message: Message) -> Message | None:
        if not message.is_reply or message.thread_ts is None:
            return None
        root = self._workspace.find_message(message.channel_id, message.thread_ts)
        if root and root.is_reply:
            # A reply to a reply lands in the thread that the reply stands in.
            message.thread_ts = root.thread_ts
            return self._find_root(message)
        return root

    def _event(self, channel: Channel, message: Message) -> Json:
        return {
            **message_object(message, self._workspace, all_metadata=True),
            "channel": channel.id,
            "event_ts": message.ts,
            "channel_type": channel_type(channel),
        }

    def _tell_mention(self, channel: Channel, message: Message) -> None:
        """Tell the app that it was spoken to; in a direct message with it, Slack does not."""
        bots = self._events.bot_user_ids(channel)
        is_spoken_to = any(f"<@{bot}>" in message.text for bot in bots - {message.user_id})
        if is_spoken_to and channel.kind != "dm":
            event = {**self._event(channel, message), "type": "app_mention"}
            del event["channel_type"]
            event |= teams_of_mention(event["team"], channel, self._workspace)
            self._events.fire(event, channel)

    def _member_event(self, type_: str, channel: Channel, user: User) -> Json:
        return {
            "type": type_,
            "user": user.id,
            "channel": channel.id,
            "channel_type": "C" if channel.kind == "channel" else "G",
            "team": self._workspace.team["id"],
            "event_ts": self._workspace.stamps.next(),
        }

    def _tell_reaction(self, type_: str, message: Message, user: User, name: str) -> None:
        self._workspace.save_message(message, "reaction")
        event = {
            "type": type_,
            "user": user.id,
            "reaction": name,
            "item": {"type": "message", "channel": message.channel_id, "ts": message.ts},
            "event_ts": self._workspace.stamps.next(),
        }
        if message.user_id:
            event["item_user"] = message.user_id
        self._events.fire(event, self._workspace.channels[message.channel_id])
