"""Reading a call's arguments, and cutting long answers into pages."""

import base64
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from bot.sandbox.hub import Hub
from bot.sandbox.model import Channel, Json, Message, SlackError, User
from bot.sandbox.scopes import history_scope, read_scope

Item = TypeVar("Item")
DEFAULT_PAGE = 100
MOST_PER_PAGE = 999


class Arguments:
    """The arguments of one call, which over a form are all strings."""

    def __init__(self, values: Json, token: str = "") -> None:
        self.values = values
        self.token = token

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def get(self, name: str) -> Any:
        """Return an argument as it came, or None."""
        return self.values.get(name)

    def string(self, name: str) -> str:
        """Return a required string. Raises SlackError invalid_arguments."""
        value = self.values.get(name)
        if value in (None, ""):
            raise SlackError(
                "invalid_arguments",
                response_metadata={"messages": [f"[ERROR] missing required field: {name}"]},
            )
        return str(value)

    def optional(self, name: str) -> str | None:
        """Return a string, or None where it is missing or empty."""
        value = self.values.get(name)
        return None if value in (None, "") else str(value)

    def flag(self, name: str) -> bool:
        """Return a yes or no."""
        return self.values.get(name) in (True, 1, "true", "True", "1")

    def number(self, name: str, default: int) -> int:
        """Return a whole number. Raises SlackError invalid_arguments."""
        try:
            return int(self.values.get(name) or default)
        except ValueError:
            raise SlackError("invalid_arguments") from None

    def words(self, name: str) -> list[str]:
        """Return the items of a list, or of a string with commas."""
        value = self.values.get(name) or []
        return list(value) if isinstance(value, list) else str(value).split(",")


Method = Callable[[Hub, Arguments], Awaitable[Json]]


def page(
    items: Sequence[Item], arguments: Arguments, *, needs_limit: bool = False
) -> tuple[list[Item], Json]:
    """Return one page of items and the response_metadata that leads to the next.

    Of a large workspace Slack tells nothing without a limit, where `needs_limit` says so. Raises
    SlackError limit_required, invalid_limit or invalid_cursor.
    """
    if needs_limit and "limit" not in arguments:
        raise SlackError("limit_required")
    limit = arguments.number("limit", DEFAULT_PAGE)
    if not 0 < limit <= MOST_PER_PAGE:
        raise SlackError("invalid_limit")
    start = 0
    if cursor := arguments.optional("cursor"):
        try:
            start = int(base64.urlsafe_b64decode(cursor).decode().removeprefix("at:"))
        except ValueError:
            raise SlackError("invalid_cursor") from None
    end = start + limit
    following = base64.urlsafe_b64encode(f"at:{end}".encode()).decode()
    return list(items[start:end]), {"next_cursor": following if end < len(items) else ""}


def get_user(hub: Hub, user_id: str) -> User:
    """Return a person by id. Raises SlackError user_not_found."""
    user = hub.workspace.users.get(user_id)
    if user is None:
        raise SlackError("user_not_found")
    return user


def get_channel(hub: Hub, channel_id: str, *, by_name: bool = False) -> Channel:
    """Return a conversation that the app may know of. Raises SlackError channel_not_found.

    A name in place of an id works for chat.postMessage alone, which asks for it.
    """
    channel = hub.workspace.channels.get(channel_id)
    if channel is None and by_name:
        channel = hub.workspace.find_channel(channel_id)
    is_member = channel is not None and hub.workspace.bot_user_id in channel.member_ids
    if channel is None or (channel.is_private and not is_member):
        raise SlackError("channel_not_found")
    return channel


def check_read_scope(hub: Hub, channel: Channel) -> None:
    """Raise SlackError missing_scope where the app may not look at this kind of conversation."""
    check_scopes(hub, (read_scope(channel),))


def get_history_channel(hub: Hub, channel_id: str) -> Channel:
    """Return a conversation whose messages the app may read.

    Raises SlackError channel_not_found, missing_scope or not_in_channel.
    """
    channel = get_channel(hub, channel_id)
    check_scopes(hub, (history_scope(channel),))
    if hub.workspace.bot_user_id not in channel.member_ids:
        raise SlackError("not_in_channel")
    return channel


def get_message(hub: Hub, channel: Channel, ts: str) -> Message:
    """Return a message that everybody sees. Raises SlackError message_not_found."""
    message = hub.workspace.find_message(channel.id, ts)
    if message is None or message.is_ephemeral:
        raise SlackError("message_not_found")
    return message


def check_scopes(hub: Hub, needed: tuple[str, ...]) -> None:
    """Raise SlackError missing_scope where the app has none of the `needed` scopes."""
    if needed and not set(needed) & hub.manifest.scopes:
        provided = ",".join(sorted(hub.manifest.scopes))
        raise SlackError("missing_scope", needed=",".join(needed), provided=provided)
