"""What the workspace's own admins do: who is in a user group, what becomes of a channel."""

from bot.sandbox.events import Events
from bot.sandbox.model import Channel, Group, Json
from bot.sandbox.payloads import group_object
from bot.sandbox.workspace import Workspace


class Upkeep:
    """Changes groups and channels, and tells the app."""

    def __init__(self, workspace: Workspace, events: Events) -> None:
        self._workspace = workspace
        self._events = events

    def set_group_members(self, group: Group, user_ids: list[str]) -> None:
        """Say who is in a user group. The app hears of it twice, as with Slack."""
        before, updated_before = group.user_ids, group.updated
        group.user_ids = list(dict.fromkeys(user_ids))
        group.updated = int(self._workspace.clock.now())
        self._workspace.save_group(group)
        shown = group_object(group, self._workspace, with_users=True)
        # In these two events Slack writes numbers of people as strings.
        self._fire({"type": "subteam_updated", "subteam": shown | {"user_count": _count(group)}})
        added = [one for one in group.user_ids if one not in before]
        removed = [one for one in before if one not in group.user_ids]
        self._fire(
            {
                "type": "subteam_members_changed",
                "subteam_id": group.id,
                "team_id": self._workspace.team["id"],
                "date_previous_update": updated_before,
                "date_update": group.updated,
                "added_users": added,
                "added_users_count": str(len(added)),
                "removed_users": removed,
                "removed_users_count": str(len(removed)),
            }
        )

    def archive(self, channel: Channel, *, is_archived: bool = True) -> None:
        """Close a channel, or open it again. Of public ones the app hears without being there."""
        channel.is_archived = is_archived
        self._workspace.save_channel(channel)
        kind = "channel" if channel.kind == "channel" else "group"
        self._fire(
            {
                "type": f"{kind}_{'archive' if is_archived else 'unarchive'}",
                "channel": channel.id,
                "user": channel.creator_id,
            },
            channel if channel.is_private else None,
        )

    def make_private(self, channel: Channel, *, is_private: bool = True) -> None:
        """Close a public channel for those who are not in it, or open a private one again.

        Apps hear of it by nothing but a message in the channel.
        """
        channel.kind = "private" if is_private else "channel"
        self._workspace.save_channel(channel)

    def change_id(self, channel: Channel, new_id: str) -> None:
        """Give a channel another id, as when a private one is shared with another company."""
        old_id = channel.id
        self._workspace.move_channel(channel, new_id)
        self._fire(
            {"type": "channel_id_changed", "old_channel_id": old_id, "new_channel_id": new_id},
            channel,
        )

    def _fire(self, event: Json, channel: Channel | None = None) -> None:
        self._events.fire(event | {"event_ts": self._workspace.stamps.next()}, channel)


def _count(group: Group) -> str:
    return str(len(group.user_ids))
