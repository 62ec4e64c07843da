"""Who can read a place: everybody in the workspace, or only those who are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.kudos import Audience
from bot.domain.privacy import Publicity
from bot.services.people.members import SeeChannel, see_channel

if TYPE_CHECKING:
    from handlers.interaction.context import HandlerContext

# What Slack calls a channel that not everybody may read, instead of by its name.
_AUDIENCES = {
    Publicity.PUBLIC: Audience.PUBLIC,
    Publicity.PRIVATE: Audience.CHANNEL,
    Publicity.UNKNOWN: Audience.CHANNEL,
}
HIDDEN_CHANNEL_NAMES = ("privategroup", "directmessage", "mpdm-")


def audience_from_name(channel_id: str, name: str | None) -> Audience:
    """Return who can read a channel, by the name that Slack gives it where somebody acts in it."""
    is_hidden = (name or HIDDEN_CHANNEL_NAMES[0]).startswith(HIDDEN_CHANNEL_NAMES)
    return Audience.CHANNEL if is_hidden or channel_id[0] in "DG" else Audience.PUBLIC


async def audience_of(context: HandlerContext, team_id: str, channel_id: str) -> Audience:
    """Return who can read a channel; one that Slack does not tell of is hidden.

    Nobody waits for what is known already, however long ago Slack has told it: before anything is
    told elsewhere, Slack is asked again.
    """
    publicity = context.channels.lately(team_id).get(channel_id)
    if publicity is not None:
        return _AUDIENCES[publicity]
    is_public = await context.store.read(see_channel, SeeChannel(team_id, channel_id))
    if is_public is None:
        return _AUDIENCES[await _look(context, team_id, channel_id, None)]
    context.start(_look(context, team_id, channel_id, is_public))
    return Audience.PUBLIC if is_public else Audience.CHANNEL


async def _look(
    context: HandlerContext,
    team_id: str,
    channel_id: str,
    before: bool | None,  # noqa: FBT001 - as it is stored
) -> Publicity:
    """Ask Slack who can read a channel, and remember it."""
    found = (await context.channels.look_up(team_id, [channel_id]))[channel_id]
    is_public = found is Publicity.PUBLIC
    if found is not Publicity.UNKNOWN and is_public is not before:
        await context.store.write(see_channel, SeeChannel(team_id, channel_id, is_public))
    return found
