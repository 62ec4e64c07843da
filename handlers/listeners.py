"""One catch-all listener for each kind of payload, and dictionaries behind them.

Bolt tries its listeners one after another, and each that does not match costs a fifth of a bare
request.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt import BoltResponse

from bot.domain.errors import UnknownMembersError
from bot.slack import SLACK_FAILED
from handlers import (
    admin,
    admin_budgets,
    admin_people,
    boards,
    channels,
    digest,
    give,
    home,
    joining,
    kudos,
    life_cycle,
    members,
    mentions,
    own_data,
    posts,
    preferences,
    reactions,
    removal,
    workflow,
)
from handlers.recognising import MalformedError
from storage.store import StoreUnavailableError

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.edge import Edge, Payload

log = structlog.get_logger(__name__)

Answering = Callable[["Edge", "Payload", "AsyncAck"], Awaitable[None]]
Noting = Callable[["Edge", "Payload"], Awaitable[None]]

COMMANDS: Mapping[str, Answering] = kudos.COMMANDS
ACTIONS: Mapping[str, Answering] = {
    **kudos.ACTIONS,
    **boards.ACTIONS,
    **give.ACTIONS,
    **joining.ACTIONS,
    **home.ACTIONS,
    **preferences.ACTIONS,
    **own_data.ACTIONS,
    **digest.ACTIONS,
    **admin.ACTIONS,
    **admin_budgets.ACTIONS,
    **admin_people.ACTIONS,
    **posts.ACTIONS,
}
SHORTCUTS: Mapping[str, Answering] = {**give.SHORTCUTS, **removal.SHORTCUTS}
VIEWS: Mapping[str, Answering] = {
    **give.VIEWS,
    **removal.VIEWS,
    **admin.VIEWS,
    **admin_budgets.VIEWS,
    **admin_people.VIEWS,
    **preferences.VIEWS,
    **own_data.VIEWS,
}  # submissions, by callback_id
FUNCTIONS: Mapping[str, Noting] = {**workflow.FUNCTIONS}  # steps of Workflow Builder
EVENTS: Mapping[str, Noting] = {
    **reactions.EVENTS,
    **members.EVENTS,
    **channels.EVENTS,
    **home.EVENTS,
    **mentions.EVENTS,
}

_ANYTHING = re.compile("")


def register(app: AsyncApp, edge: Edge) -> None:
    """Have the app's payloads handled by the functions that their names stand for."""

    async def on_function(body: dict[str, Any]) -> None:
        handle = FUNCTIONS.get(body["event"]["function"]["callback_id"])
        if handle is not None:
            await handle(edge, body)

    async def on_event(body: dict[str, Any]) -> None:
        name = body["event"]["type"]
        handle = EVENTS.get(name) or life_cycle.EVENTS.get(name)
        if handle is not None:
            await handle(edge, body)

    answering = (
        (app.command, COMMANDS, lambda body: body["command"]),
        (app.action, ACTIONS, lambda body: body["actions"][0]["action_id"]),
        (app.shortcut, SHORTCUTS, lambda body: body["callback_id"]),
        (app.view_submission, VIEWS, lambda body: body["view"]["callback_id"]),
    )
    for listen, handlers, name_of in answering:
        listen(_ANYTHING)(_answered_by(handlers, name_of, edge))
    app.function(_ANYTHING)(on_function)
    app.event(_ANYTHING)(on_event)
    app.error(_on_error)


async def _on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """Return the answer where a listener failed; what is not acknowledged, Slack sends again."""
    # Commands and actions answer people themselves; what gets here is an event. It is not
    # acknowledged, so that Slack sends it again.
    event_type = (body.get("event") or {}).get("type")
    if isinstance(error, StoreUnavailableError):
        log.warning("store_unavailable", reason=str(error), event_type=event_type)
    elif isinstance(error, UnknownMembersError):
        # Slack would not tell who that is; perhaps it does the next time.
        log.warning("person_unknown", user_ids=error.user_ids, event_type=event_type)
        return BoltResponse(status=HTTPStatus.FAILED_DEPENDENCY)
    elif isinstance(error, SLACK_FAILED):
        log.warning("slack_did_not", reason=str(error), event_type=event_type)
        return BoltResponse(status=HTTPStatus.FAILED_DEPENDENCY)
    elif isinstance(error, MalformedError):
        log.warning("malformed_request", what=str(error))
        return BoltResponse(status=HTTPStatus.BAD_REQUEST)
    else:
        log.error("bug", event_type=event_type, exc_info=error)
    return BoltResponse(status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _answered_by(
    handlers: Mapping[str, Answering], name_of: Callable[[Payload], str], edge: Edge
) -> Callable[[AsyncAck, Payload], Awaitable[None]]:
    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        handle = handlers.get(name_of(body))
        if handle is None:  # a button that only opens a link, or something of an older version
            await ack()
        else:
            await handle(edge, body, ack)

    return listener
