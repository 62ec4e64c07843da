"""One catch-all listener for each kind of payload, and dictionaries behind them.

Bolt tries its listeners one after another, and each that does not match costs a fifth of a bare
request.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt import BoltResponse

from bot.domain.errors import UnknownMembersError
from handlers import kudos, members, reactions
from storage.store import StoreUnavailableError

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.edge import Edge, Payload

log = structlog.get_logger(__name__)

Answering = Callable[["Edge", "Payload", "AsyncAck"], Awaitable[None]]
Noting = Callable[["Edge", "Payload"], Awaitable[None]]

COMMANDS: Mapping[str, Answering] = kudos.COMMANDS
ACTIONS: Mapping[str, Answering] = kudos.ACTIONS
EVENTS: Mapping[str, Noting] = {**reactions.EVENTS, **members.EVENTS}

_ANYTHING = re.compile("")


def register(app: AsyncApp, edge: Edge) -> None:
    """Have the app's payloads handled by the functions that their names stand for."""

    async def on_command(ack: AsyncAck, body: dict[str, Any]) -> None:
        await COMMANDS[body["command"]](edge, body, ack)

    async def on_action(ack: AsyncAck, body: dict[str, Any]) -> None:
        handle = ACTIONS.get(body["actions"][0]["action_id"])
        if handle is None:  # a button that only opens a link, or one of an older version
            await ack()
            return
        await handle(edge, body, ack)

    async def on_event(body: dict[str, Any]) -> None:
        handle = EVENTS.get(body["event"]["type"])
        if handle is not None:
            await handle(edge, body)

    async def on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
        # Commands and actions answer people themselves; what gets here is an event. It is not
        # acknowledged, so that Slack sends it again.
        event_type = (body.get("event") or {}).get("type")
        if isinstance(error, StoreUnavailableError):
            log.warning("store_unavailable", reason=str(error), event_type=event_type)
        elif isinstance(error, UnknownMembersError):
            # Slack would not tell who that is; perhaps it does the next time.
            log.warning("person_unknown", user_ids=error.user_ids, event_type=event_type)
        else:
            log.error("bug", event_type=event_type, exc_info=error)
        return BoltResponse(status=500)

    app.command(_ANYTHING)(on_command)
    app.action(_ANYTHING)(on_action)
    app.event(_ANYTHING)(on_event)
    app.error(on_error)
