"""Channels that get another id, or are archived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services.settings.channels import (
    ChangeChannelId,
    CloseChannel,
    change_channel_id,
    close_channel,
)
from handlers.payloads.origins import team_of

if TYPE_CHECKING:
    from handlers.interaction.context import HandlerContext, Payload


async def handle_channel_id_changed(context: HandlerContext, body: Payload) -> None:
    """Have everything that refers to the channel follow it."""
    event = body["event"]
    request = ChangeChannelId(team_of(body), event["old_channel_id"], event["new_channel_id"])
    await context.store.write(change_channel_id, request)


async def handle_channel_archived(context: HandlerContext, body: Payload) -> None:
    """Stop announcing in the channel."""
    event = body["event"]
    request = CloseChannel(team_of(body), event["channel"], event.get("user") or "")
    await context.store.write(close_channel, request)


EVENTS = {
    "channel_id_changed": handle_channel_id_changed,
    "channel_archive": handle_channel_archived,
    "group_archive": handle_channel_archived,
}
