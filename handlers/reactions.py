"""Reactions: an emoji that the workspace listed, on somebody else's message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.kudos import Audience
from bot.domain.reactions import ReactionChanged
from bot.services.members import SeeChannel, see_channel
from bot.services.reactions import concerns_us, react

if TYPE_CHECKING:
    from handlers.edge import Edge, Payload


async def handle_reaction(edge: Edge, body: Payload) -> None:
    """Store what a reaction, added or removed, comes to; raises if it could not be stored.

    Slack then sends the event again, and one that was stored already changes nothing.
    """
    event = body["event"]
    item = event["item"]
    # A file has no author to thank, and neither has what a webhook posted.
    if item.get("type") != "message" or not event.get("item_user"):
        return
    change = ReactionChanged(
        team_id=body["team_id"],
        user_id=event["user"],
        author_id=event["item_user"],
        channel_id=item["channel"],
        message_ts=item["ts"],
        reaction=event["reaction"],
        event_ts=event["event_ts"],
        is_added=event["type"] == "reaction_added",
        audience=Audience.CHANNEL,
    )
    if not await edge.store.read(concerns_us, change):
        return
    if await _is_public(edge, change.team_id, change.channel_id):
        change = change.seen_by_everybody()
    await edge.write(react, change)


EVENTS = {"reaction_added": handle_reaction, "reaction_removed": handle_reaction}


async def _is_public(edge: Edge, team_id: str, channel_id: str) -> bool:
    """Return whether everybody may read a channel; one that Slack does not tell of is hidden."""
    known = await edge.store.read(see_channel, SeeChannel(team_id, channel_id))
    if known is not None:
        return known
    told = await edge.slack.channel_is_public(team_id, channel_id)
    if told is not None:
        await edge.store.write(see_channel, SeeChannel(team_id, channel_id, told))
    return bool(told)
