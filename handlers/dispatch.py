"""Who handles which payload: dictionaries, behind the last of Bolt's middleware.

Bolt's own listeners are tried one after another, each for a fifth of a bare request where it does
not match and for as much again where it does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.middleware.async_middleware import AsyncMiddleware

from bot.domain.errors import SlackSilentError, UnknownMembersError
from bot.slack.web_api import SLACK_FAILED
from handlers.boards import boards
from handlers.giving import (
    form,
    form_submitted,
    joining,
    lines,
    mending,
    mentions,
    reactions,
    removal,
    repeating,
    slash_command,
    workflow_step,
)
from handlers.home import home
from handlers.installations import events
from handlers.interaction.rights import hand_over
from handlers.payloads.classify import MalformedError, PayloadKind
from handlers.people import admin as admin_people
from handlers.people import members, personal_data, preferences
from handlers.posts import digest, preview
from handlers.settings import budgets, channels, settings
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.request.async_request import AsyncBoltRequest

    from handlers.interaction.context import HandlerContext, Payload
    from handlers.interaction.rights import Entry

log = structlog.get_logger(__name__)

KIND = "kind"  # of a payload, in the context of its request
Noting = Callable[["HandlerContext", "Payload"], Awaitable[None]]

COMMANDS: Mapping[str, Entry] = slash_command.COMMANDS
ACTIONS: Mapping[str, Entry] = {
    **slash_command.ACTIONS,
    **boards.ACTIONS,
    **form.ACTIONS,
    **mending.ACTIONS,
    **repeating.ACTIONS,
    **joining.ACTIONS,
    **home.ACTIONS,
    **preferences.ACTIONS,
    **personal_data.ACTIONS,
    **digest.ACTIONS,
    **settings.ACTIONS,
    **budgets.ACTIONS,
    **admin_people.ACTIONS,
    **preview.ACTIONS,
}
SHORTCUTS: Mapping[str, Entry] = {**form.SHORTCUTS, **removal.SHORTCUTS}
VIEWS: Mapping[str, Entry] = {
    **form_submitted.VIEWS,
    **lines.VIEWS,
    **removal.VIEWS,
    **settings.VIEWS,
    **budgets.VIEWS,
    **admin_people.VIEWS,
    **preferences.VIEWS,
    **personal_data.VIEWS,
}  # submissions, by callback_id
FUNCTIONS: Mapping[str, Noting] = {**workflow_step.FUNCTIONS}  # steps of Workflow Builder
EVENTS: Mapping[str, Noting] = {
    **reactions.EVENTS,
    **members.EVENTS,
    **channels.EVENTS,
    **home.EVENTS,
    **mentions.EVENTS,
}

_NAME_OF: Mapping[PayloadKind, Callable[[Payload], str]] = {
    PayloadKind.COMMAND: lambda body: body["command"],
    PayloadKind.ACTION: lambda body: body["actions"][0]["action_id"],
    PayloadKind.SHORTCUT: lambda body: body["callback_id"],
    PayloadKind.SUBMISSION: lambda body: body["view"]["callback_id"],
    PayloadKind.EVENT: lambda body: body["event"]["type"],
    PayloadKind.FUNCTION: lambda body: body["event"]["function"]["callback_id"],
}
_ANSWERING: Mapping[PayloadKind, Mapping[str, Entry]] = {
    PayloadKind.COMMAND: COMMANDS,
    PayloadKind.ACTION: ACTIONS,
    PayloadKind.SHORTCUT: SHORTCUTS,
    PayloadKind.SUBMISSION: VIEWS,
}
_NOTING: Mapping[PayloadKind, Mapping[str, Noting]] = {
    PayloadKind.EVENT: {**events.EVENTS, **EVENTS},
    PayloadKind.FUNCTION: FUNCTIONS,
}


def register(app: AsyncApp, context: HandlerContext) -> None:
    """Have the app's payloads handled by the functions that their names stand for."""
    app.middleware(_Handing(context))
    app.error(_on_error)


class _Handing(AsyncMiddleware):
    """Hands a payload to its handler; the reception has noted in its context of which kind it is.

    What nobody knows is acknowledged: it is a button that only opens a link, or something of an
    older version.
    """

    def __init__(self, context: HandlerContext) -> None:
        self._edge = context

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's name
    ) -> BoltResponse | None:
        """Return the answer; a handler that does not acknowledge has none."""
        del resp, next
        kind, body, ack = req.context[KIND], req.body, req.context.ack
        name = _NAME_OF[kind](body)
        if kind in _NOTING:
            note = _NOTING[kind].get(name)
            if note is not None:
                await note(self._edge, body)
            return await ack()
        entry = _ANSWERING[kind].get(name)
        if entry is None:
            return await ack()
        await hand_over(self._edge, entry, body, ack)
        return ack.response


async def _on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """Return the answer where a listener failed; what is not acknowledged, Slack sends again."""
    # Commands and actions answer people themselves; what gets here is an event. It is not
    # acknowledged, so that Slack sends it again.
    event_type = (body.get("event") or {}).get("type")
    if isinstance(error, StoreUnavailableError):
        log.warning("store_unavailable", reason=str(error), event_type=event_type)
    elif isinstance(error, UnknownMembersError):
        # Slack knows nobody of this name; perhaps it does the next time.
        log.warning("person_unknown", user_ids=error.user_ids, event_type=event_type)
        return BoltResponse(status=HTTPStatus.FAILED_DEPENDENCY)
    elif isinstance(error, (*SLACK_FAILED, SlackSilentError)):
        log.warning("slack_did_not", reason=str(error), event_type=event_type)
        return BoltResponse(status=HTTPStatus.FAILED_DEPENDENCY)
    elif isinstance(error, MalformedError):
        log.warning("malformed_request", what=str(error))
        return BoltResponse(status=HTTPStatus.BAD_REQUEST)
    else:
        log.error("bug", event_type=event_type, exc_info=error)
    return BoltResponse(status=HTTPStatus.INTERNAL_SERVER_ERROR)
