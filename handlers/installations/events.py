"""Kudos is uninstalled, or an organization gives it to a workspace, or takes it away again.

Slack tells of one uninstallation with several events, in any order, late and twice; one may arrive
after Kudos was installed again, and must not end that.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from bot.domain.installations import Cover, EndCover, EndInstallation
from bot.services.installations.installations import cover, end_cover, end_installation
from handlers.payloads.origins import origin_of

if TYPE_CHECKING:
    from handlers.interaction.context import HandlerContext, Payload

log = structlog.get_logger(__name__)

LATEST = 32_503_680_000  # seconds: no calendar goes on for ever


async def handle_uninstalled(context: HandlerContext, body: Payload) -> None:
    """Store that Kudos was uninstalled, unless its token works: then it was installed again."""
    team_id = origin_of(body).holder_id
    number, is_taken = await context.life.check_token(team_id)
    if is_taken:
        log.info("uninstalled_before", team_id=team_id)
        return
    # Where Slack did not say, the times decide.
    refused = number if is_taken is False else None
    ended = await context.store.write(
        end_installation, EndInstallation(team_id, _told_at(context, body), refused)
    )
    context.life.invalidate(team_id)
    if ended:
        log.warning("uninstalled", team_id=team_id)


async def handle_tokens_revoked(context: HandlerContext, body: Payload) -> None:
    """Do the same if it is the app's own token; those of people are never asked for."""
    if body["event"]["tokens"].get("bot"):
        await handle_uninstalled(context, body)


async def handle_access_granted(context: HandlerContext, body: Payload) -> None:
    """Begin to serve workspaces of an organization."""
    enterprise_id = origin_of(body).organization_id
    for team_id in body["event"]["team_ids"]:
        told = Cover(team_id, enterprise_id, _told_at(context, body))
        if await context.store.write(cover, told):
            context.life.invalidate(team_id, is_new=True)


async def handle_access_revoked(context: HandlerContext, body: Payload) -> None:
    """Serve workspaces of an organization no more; their data stays."""
    enterprise_id = origin_of(body).organization_id
    for team_id in body["event"]["team_ids"]:
        told = EndCover(team_id, enterprise_id, _told_at(context, body))
        if await context.store.write(end_cover, told):
            log.warning("uninstalled", team_id=team_id)
        context.life.invalidate(team_id)


EVENTS = {
    "app_uninstalled": handle_uninstalled,
    "tokens_revoked": handle_tokens_revoked,
    "team_access_granted": handle_access_granted,
    "team_access_revoked": handle_access_revoked,
}
"""What only apps that are installed by OAuth hear of."""


def _told_at(context: HandlerContext, body: Payload) -> datetime:
    seconds = body.get("event_time")
    if not isinstance(seconds, int) or not 0 < seconds < LATEST:
        return context.clock()
    return datetime.fromtimestamp(seconds, UTC)
