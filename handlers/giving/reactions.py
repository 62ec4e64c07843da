"""Reactions: an emoji that the workspace listed, on somebody else's message."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.kudos import Audience
from bot.domain.reactions import ReactionChanged
from bot.services.giving.reactions import concerns_us, react
from bot.services.installations.installations import find_bots
from handlers.interaction.audience import audience_of
from handlers.payloads.origins import origin_of

if TYPE_CHECKING:
    from handlers.interaction.context import HandlerContext, Payload


async def handle_reaction(context: HandlerContext, body: Payload) -> None:
    """Store what a reaction, added or removed, comes to; raises if it could not be stored.

    Slack then sends the event again, and one that was stored already changes nothing.
    """
    origin, event = origin_of(body), body["event"]
    item = event["item"]
    # A file has no author to thank, and neither has what a webhook posted.
    if item.get("type") != "message" or not event.get("item_user"):
        return
    change = ReactionChanged(
        team_id=origin.team_id,
        user_id=event["user"],
        author_id=event["item_user"],
        channel_id=item["channel"],
        message_ts=item["ts"],
        reaction=event["reaction"],
        event_ts=event["event_ts"],
        is_added=event["type"] == "reaction_added",
        audience=Audience.CHANNEL,
    )
    if not await context.store.read(concerns_us, change):
        return
    if origin.is_shared:  # the Kudos of the other company may have posted it
        bots = await context.store.read(find_bots, (change.author_id,))
        posted_by = bots.get(change.author_id, change.team_id)
        change = replace(change, posted_by="" if posted_by == change.team_id else posted_by)
    if await audience_of(context, change.team_id, change.channel_id) is Audience.PUBLIC:
        change = change.seen_by_everybody()
    changed = await context.write(react, change)
    if changed is not None:
        context.homes.redraw(change.team_id, changed.giver_id, *changed.receiver_ids)


EVENTS = {"reaction_added": handle_reaction, "reaction_removed": handle_reaction}
