"""The state of the workspace: who and what there is, and every message ever written."""

import dataclasses
from collections import Counter
from typing import TypeVar

from bot.sandbox.changes import Changes
from bot.sandbox.clock import Clock, Stamps
from bot.sandbox.model import Channel, File, Group, Json, Message, User, View
from bot.sandbox.store import Store

SLACKBOT = "USLACKBOT"

Thing = TypeVar("Thing", User, Group, Channel, File, View)


class Workspace:
    """Everything in memory, written through to the store at each change."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.changes = Changes()
        self.clock = Clock()
        self.stamps = Stamps(self.clock)
        self.team: Json = {}
        self.app: Json = {}
        self.emoji: dict[str, Json] = {}
        self.users: dict[str, User] = {}
        self.groups: dict[str, Group] = {}
        self.channels: dict[str, Channel] = {}
        self._dm_ids: dict[frozenset[str], str] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.home_ids: dict[str, str] = {}
        self.read_until: dict[str, dict[str, str]] = {}

    # -- Keeping ---------------------------------------------------------------------------

    def load(self) -> bool:
        """Read what the store has; return False where it is a new one."""
        facts = self._store.load("facts")
        if "team" not in facts:
            return False
        self.team, self.app, self.emoji = facts["team"], facts["app"], facts["emoji"]
        self.clock.lead = float(facts.get("clock", {}).get("lead", 0.0))
        self.users = self._load_things("user", User)
        self.groups = self._load_things("group", Group)
        self.channels = self._load_things("channel", Channel)
        self._dm_ids = {
            frozenset(one.member_ids): one.id for one in self.channels.values() if one.kind == "dm"
        }
        self.files = self._load_things("file", File)
        self.views = self._load_things("view", View)
        self.messages = {channel_id: {} for channel_id in self.channels}
        for body in self._store.load("message").values():
            message = Message(**body)
            self.messages[message.channel_id][message.ts] = message
        for history in self.messages.values():
            for ts in sorted(history):
                history[ts] = history.pop(ts)
                self.stamps.move_past(ts)
        for user_id, body in self._store.load("screen").items():
            self.stacks[user_id] = body["stack"]
            self.read_until[user_id] = body["read_until"]
            if body["home"]:
                self.home_ids[user_id] = body["home"]
        return True

    def _load_things(self, kind: str, type_: type[Thing]) -> dict[str, Thing]:
        return {key: type_(**body) for key, body in self._store.load(kind).items()}

    def save_facts(self) -> None:
        """Keep what is true of the whole workspace: its name, the app, the emoji."""
        self._store.put("facts", "team", self.team)
        self._store.put("facts", "app", self.app)
        self._store.put("facts", "emoji", self.emoji)

    def move_clock(self, moment: float) -> None:
        """Let it be this moment now, and keep that. Raises SlackError for one that is over."""
        self.clock.move_to(moment)
        self._store.put("facts", "clock", {"lead": self.clock.lead})
        self.changes.tell("clock")

    def save_user(self, user: User) -> None:
        """Keep a person, new or changed."""
        self.users[user.id] = user
        self._store.put("user", user.id, dataclasses.asdict(user))
        self.changes.tell("people")

    def save_group(self, group: Group) -> None:
        """Keep a user group, new or changed."""
        self.groups[group.id] = group
        self._store.put("group", group.id, dataclasses.asdict(group))
        self.changes.tell("people")

    def save_channel(self, channel: Channel) -> None:
        """Keep a conversation, new or changed."""
        self.channels[channel.id] = channel
        self.messages.setdefault(channel.id, {})
        self._store.put("channel", channel.id, dataclasses.asdict(channel))
        self.changes.tell("conversation", channel_id=channel.id)

    def move_channel(self, channel: Channel, new_id: str) -> None:
        """Give a conversation another id, with all that was written in it."""
        old_id, channel.id = channel.id, new_id
        self._store.remove("channel", old_id)
        del self.channels[old_id]
        self.messages[new_id] = self.messages.pop(old_id)
        self.save_channel(channel)
        for message in self.messages[new_id].values():
            self._store.remove("message", f"{old_id}/{message.ts}")
            message.channel_id = new_id
            self.save_message(message)
        for user_id, read in self.read_until.items():
            if old_id in read:
                read[new_id] = read.pop(old_id)
                self.save_screen(user_id)

    def save_message(self, message: Message, change: str = "message") -> None:
        """Keep a message, new or changed; `change` says what to tell about it."""
        self.messages[message.channel_id][message.ts] = message
        key = f"{message.channel_id}/{message.ts}"
        self._store.put("message", key, dataclasses.asdict(message))
        self.changes.tell(change, channel_id=message.channel_id, ts=message.ts)

    def save_file(self, file: File) -> None:
        """Keep a file, new or changed."""
        self.files[file.id] = file
        self._store.put("file", file.id, dataclasses.asdict(file))

    def save_view(self, view: View) -> None:
        """Keep a view, new or changed."""
        self.views[view.id] = view
        self._store.put("view", view.id, dataclasses.asdict(view))

    def remove_view(self, view_id: str) -> None:
        """Forget a view that was closed."""
        self.views.pop(view_id, None)
        self._store.remove("view", view_id)

    def save_screen(self, user_id: str) -> None:
        """Keep what a person has open and has read."""
        body = {
            "stack": self.stacks.get(user_id, []),
            "home": self.home_ids.get(user_id, ""),
            "read_until": self.read_until.get(user_id, {}),
        }
        self._store.put("screen", user_id, body)

    def add_past(self, message: Message) -> None:
        """Keep a message that was written long ago, out of its order; nobody is told."""
        channel_id = message.channel_id
        self.messages[channel_id][message.ts] = message
        self._store.put("message", f"{channel_id}/{message.ts}", dataclasses.asdict(message))
        self.stamps.move_past(message.ts)

    def sort_messages(self, channel_id: str) -> None:
        """Put the messages of a conversation into their order again."""
        self.messages[channel_id] = dict(sorted(self.messages[channel_id].items()))

    # -- Finding ---------------------------------------------------------------------------

    @property
    def time_zone(self) -> str:
        """The zone of the workspace as a whole: the one in which most of its people live."""
        zones = Counter(
            user.tz
            for user in self.users.values()
            if not (user.is_bot or user.is_stranger or user.deleted or user.id == SLACKBOT)
        )
        return zones.most_common(1)[0][0] if zones else "Etc/UTC"

    @property
    def bot_user_id(self) -> str:
        """The user id under which the app writes."""
        return str(self.app["bot_user_id"])

    def find_user(self, handle_or_id: str) -> User | None:
        """Return the person with this id or handle (with or without the @)."""
        wanted = handle_or_id.removeprefix("@")
        if wanted in self.users:
            return self.users[wanted]
        return next((user for user in self.users.values() if user.handle == wanted), None)

    def find_group(self, handle_or_id: str) -> Group | None:
        """Return the user group with this id or handle."""
        wanted = handle_or_id.removeprefix("@")
        if wanted in self.groups:
            return self.groups[wanted]
        return next((group for group in self.groups.values() if group.handle == wanted), None)

    def find_channel(self, name_or_id: str) -> Channel | None:
        """Return the conversation with this id, or the channel with this name."""
        wanted = name_or_id.removeprefix("#")
        if wanted in self.channels:
            return self.channels[wanted]
        return next(
            (one for one in self.channels.values() if one.kind != "dm" and one.name == wanted), None
        )

    def dm_between(self, one_id: str, other_id: str) -> Channel:
        """Return the direct messages of these two, opened if they have none yet."""
        pair = frozenset({one_id, other_id})
        if pair in self._dm_ids:
            return self.channels[self._dm_ids[pair]]
        channel = Channel(
            id=f"D0DM{len(self._dm_ids) + 1:07d}",
            name="",
            kind="dm",
            member_ids=[one_id, other_id],
            creator_id=one_id,
            created=int(self.clock.now()),
        )
        self._dm_ids[pair] = channel.id
        self.save_channel(channel)
        return channel

    def group_of(self, user_ids: list[str], channel_id: str | None = None) -> Channel:
        """Return the group direct message of these people, opened if they have none yet."""
        found = (one for one in self.channels.values() if one.kind == "mpim")
        for channel in found:
            if set(channel.member_ids) == set(user_ids) and channel_id in {None, channel.id}:
                return channel
        number = sum(one.kind == "mpim" for one in self.channels.values()) + 1
        handles = "--".join(sorted(self.users[user_id].handle for user_id in user_ids))
        channel = Channel(
            id=channel_id or f"G0MPIM{number:04d}",
            name=f"mpdm-{handles}-1",
            kind="mpim",
            member_ids=list(user_ids),
            creator_id=user_ids[0],
            created=int(self.clock.now()),
        )
        self.save_channel(channel)
        return channel

    def conversation(self, where: str, user_id: str) -> Channel | None:
        """Return what a person means by "general", "app" (the app's DM), "@bo" or an id."""
        if where == "app":
            return self.dm_between(user_id, self.bot_user_id)
        if where.startswith("@") or (self.find_channel(where) is None and self.find_user(where)):
            other = self.find_user(where)
            return self.dm_between(user_id, other.id) if other else None
        return self.find_channel(where)

    def find_message(self, channel_id: str, ts: str) -> Message | None:
        """Return a message that is still there."""
        message = self.messages.get(channel_id, {}).get(ts)
        return None if message is None or message.deleted else message

    def seen_by(self, user_id: str, channel_id: str) -> list[Message]:
        """Return all that one person sees of a conversation, threads included, in order."""
        channel = self.channels[channel_id]
        if channel.is_private and user_id not in channel.member_ids:
            return []
        return [
            message
            for message in self.messages[channel_id].values()
            if not message.deleted and message.seen_only_by in {"", user_id}
        ]

    def posted_in(self, channel_id: str) -> list[Message]:
        """Return what everybody sees of a conversation, threads included, in order."""
        return [
            message
            for message in self.messages[channel_id].values()
            if not (message.deleted or message.is_ephemeral or message.is_command_line)
        ]

    def replies_to(self, channel_id: str, ts: str) -> list[Message]:
        """Return the replies in a thread, without the message that it hangs on."""
        return [one for one in self.posted_in(channel_id) if one.is_reply and one.thread_ts == ts]

    def home_of(self, user_id: str) -> View | None:
        """Return the Home tab that the app last published for a person."""
        return self.views.get(self.home_ids.get(user_id, ""))

    def stack_of(self, user_id: str) -> list[View]:
        """Return the modals that a person has open, the one on top last."""
        return [self.views[view_id] for view_id in self.stacks.get(user_id, [])]
