"""What becomes of channels that settings and posts refer to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storage import activity
from storage.channels import move_channel
from storage.workspaces import lock_workspace, save_settings

if TYPE_CHECKING:
    from datetime import datetime

    from storage.engine.store import Connection


@dataclass(frozen=True, slots=True)
class ChangeChannelId:
    """A channel has another id, as when it is shared with another company."""

    team_id: str
    old_id: str
    new_id: str


@dataclass(frozen=True, slots=True)
class CloseChannel:
    """Somebody archived a channel."""

    team_id: str
    channel_id: str
    actor_id: str


def change_channel_id(connection: Connection, request: ChangeChannelId, now: datetime) -> None:
    """Have settings, posts and reactions follow a channel to its new id."""
    del now
    workspace = lock_workspace(connection, request.team_id)
    ids = {request.old_id: request.new_id}
    settings = workspace.settings
    followed = replace(
        settings,
        announcement_channel_id=ids.get(
            settings.announcement_channel_id or "", settings.announcement_channel_id
        ),
        weekly_channel_id=ids.get(settings.weekly_channel_id or "", settings.weekly_channel_id),
        monthly_channel_id=ids.get(settings.monthly_channel_id or "", settings.monthly_channel_id),
        channel_ids=tuple(ids.get(one, one) for one in settings.channel_ids),
    )
    if followed != settings:
        save_settings(connection, request.team_id, followed)
    move_channel(connection, request.team_id, old_id=request.old_id, new_id=request.new_id)


def close_channel(connection: Connection, request: CloseChannel, now: datetime) -> None:
    """Stop announcing in a channel that was archived; the activity list has who archived it.

    Among the channels in which kudos may be given it stays: taking out the last one would mean
    that they may be given everywhere.
    """
    workspace = lock_workspace(connection, request.team_id)
    settings = workspace.settings
    if settings.announcement_channel_id != request.channel_id:
        return
    save_settings(connection, request.team_id, replace(settings, announcement_channel_id=None))
    activity.add(
        connection,
        request.team_id,
        request.actor_id,
        "announcement_channel_id",
        before=request.channel_id,
        after=None,
        now=now,
    )
