"""What a workspace consists of, and what the sandbox reports about its own work."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class User:
    """A member of the workspace, a bot, or somebody of another company in a shared channel."""

    id: str
    team_id: str
    handle: str
    real_name: str
    name: str = ""
    title: str = ""
    email: str = ""
    tz: str = "Etc/UTC"
    locale: str = "en-US"
    color: str = "4a154b"
    status: str = ""
    bot_id: str = ""
    app_id: str = ""
    is_admin: bool = False
    is_owner: bool = False
    is_primary_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    is_stranger: bool = False
    deleted: bool = False
    updated: int = 0
    enterprise_id: str = ""  # their organization, where it is not the workspace's own
    teams: list[str] = field(default_factory=list)  # the organization's workspaces they are in

    @property
    def display_name(self) -> str:
        """The name that others see."""
        return self.name or self.real_name


@dataclass
class Group:
    """A user group, mentioned by its handle."""

    id: str
    handle: str
    name: str
    user_ids: list[str]
    updated: int = 0


@dataclass
class Channel:
    """A conversation: a public or private channel, or a direct message between two or several."""

    id: str
    name: str
    kind: str  # "channel", "private", "dm" or "mpim" (a group direct message)
    topic: str = ""
    member_ids: list[str] = field(default_factory=list)
    creator_id: str = ""
    created: int = 0
    is_archived: bool = False
    is_shared: bool = False
    host_team_id: str = ""  # of the company that shares it; empty where that is this workspace
    is_general: bool = False

    @property
    def is_private(self) -> bool:
        """Whether only its members may know of it."""
        return self.kind != "channel"


@dataclass
class Message:
    """One message. It is live: an update, a reaction or a deletion shows on the same object."""

    channel_id: str
    ts: str
    text: str = ""
    user_id: str = ""
    bot_id: str = ""
    app_id: str = ""
    thread_ts: str | None = None
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    subtype: str = ""
    seen_only_by: str = ""
    edited_ts: str = ""
    deleted: bool = False

    @property
    def is_ephemeral(self) -> bool:
        """Whether one person alone sees it."""
        return bool(self.seen_only_by)

    @property
    def edited(self) -> bool:
        """Whether it was changed after it was posted."""
        return bool(self.edited_ts)

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread below another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def is_command_line(self) -> bool:
        """Whether it is the typed command that Slack shows above an answer to the channel."""
        return self.subtype == "command_line"

    @property
    def all_text(self) -> str:
        """Its text and every text in its blocks, a line each."""
        return "\n".join([self.text, *texts_in(self.blocks), *texts_in(self.attachments)])


def texts_in(blocks: object) -> Iterator[str]:
    """Yield every text that a person can read in these blocks, in order."""
    if isinstance(blocks, list):
        for item in blocks:
            yield from texts_in(item)
    elif isinstance(blocks, dict):
        for key, value in blocks.items():
            if key in {"text", "alt_text", "fallback", "pretext"} and isinstance(value, str):
                yield value
            elif key not in {"private_metadata", "value", "metadata"}:
                yield from texts_in(value)


@dataclass
class View:
    """A modal or a Home tab; `raw` is Slack's view object with its current state."""

    id: str
    user_id: str
    raw: Json
    errors: dict[str, str] = field(default_factory=dict)
    is_busy: bool = False

    @property
    def callback_id(self) -> str:
        """The name that the app gave to it."""
        return str(self.raw.get("callback_id", ""))

    @property
    def blocks(self) -> list[Json]:
        """What it shows."""
        return list(self.raw.get("blocks", []))

    @property
    def title(self) -> str:
        """The words at its top."""
        return str((self.raw.get("title") or {}).get("text", ""))

    @property
    def all_text(self) -> str:
        """Every text in it, a line each."""
        return "\n".join(texts_in([self.raw.get("title"), *self.blocks]))


@dataclass
class File:
    """An uploaded file; apps hear its mimetype when Slack has looked at it."""

    id: str
    name: str
    title: str = ""
    alt_text: str = ""
    mimetype: str = ""
    length: int = 0
    user_id: str = ""
    created: int = 0
    is_complete: bool = False
    looked_at: float = 0.0  # machine time
    channel_ids: list[str] = field(default_factory=list)
    content: str = ""  # base64, so that it can be kept beside everything else


@dataclass
class ApiCall:
    """One call of the Web API by the app, for tests to look at."""

    method: str
    at_monotonic: float
    arguments: Json
    verb: str = "POST"
    status: int = 0
    error: str | None = None


@dataclass
class Delivery:
    """One payload for the app: `type` is Socket Mode's name of it, over HTTP too."""

    envelope_or_event_id: str
    type: str  # "events_api", "slash_commands" or "interactive"
    payload: Json
    attempts: int = 0
    acked: bool = False
    response: Json | None = None
    error: str | None = None


@dataclass
class StepRun:
    """One run of a workflow step; `succeeded` is None for as long as the app has not ended it."""

    id: str
    callback_id: str
    succeeded: bool | None = None
    outputs: Json = field(default_factory=dict)
    error: str = ""


@dataclass
class Reply:
    """What a person gets to see of what they just did."""

    ok: bool = True
    error: str | None = None
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    message: Message | None = None
    view: View | None = None
    is_own: bool = True  # else the message came meanwhile by another way, perhaps for another act

    @property
    def is_ephemeral(self) -> bool:
        """Whether the answer is for this person alone."""
        return self.message is None or self.message.is_ephemeral

    @property
    def all_text(self) -> str:
        """The text and every text in the blocks, a line each."""
        return "\n".join([self.text, *texts_in(self.blocks)])


class SlackError(Exception):
    """A refusal with Slack's name for it, and whatever else Slack puts into the answer."""

    def __init__(self, error: str, **details: Any) -> None:
        super().__init__(error)
        self.error = error
        self.details: Json = details
