"""The one door for what Slack sends, over HTTP as over a socket: looked at, counted, then Bolt.

Bolt itself takes a command whose words contain "payload" for another kind of request, and logs what
it does not understand; so it gets only what was understood already.
"""

from __future__ import annotations

import random
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.domain.errors import SlackSilentError
from bot.messages.installations.pages import not_installed, not_ready
from bot.messages.refusals.notices import not_saved
from bot.messages.text.words import words_for
from handlers.dispatch import KIND
from handlers.installations.events import EVENTS as LIFE_CYCLE
from handlers.payloads.classify import MalformedError, PayloadKind, parse_payload
from handlers.payloads.origins import ORIGIN, origin_of
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from slack_bolt.async_app import AsyncApp

    from bot.messages.blockkit.message import Message
    from bot.observability.metrics import Metrics
    from handlers.interaction.belonging import Belonging

    # By workspace and organization: as whom the app acts there; None where it is not installed.
    Authorized = Callable[[str, str | None], Awaitable[AuthorizeResult | None]]

log = structlog.get_logger(__name__)

REQUEST_ID_BITS = 48
_AUTHORIZED = "authorized"  # Bolt hands it to the parameter of `carried` that is called so


class NotReadyError(Exception):
    """Kudos is installed in the workspace, but has not learned about it from Slack yet."""


async def carried(authorized: AuthorizeResult) -> AuthorizeResult:
    """Answer Bolt's question as whom the app acts with what the reception has found out."""
    return authorized


class SlackGateway:
    """Answers every payload, and never raises."""

    def __init__(
        self,
        app: AsyncApp,
        metrics: Metrics,
        authorized: Authorized,
        install_url: str = "",
        belonging: Belonging | None = None,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._authorized = authorized
        self._belonging = belonging  # None where no other company can have it from here
        self._install_url = install_url  # empty where nobody can install it from there

    async def answer(self, body: object, headers: Mapping[str, Any]) -> BoltResponse:
        """Return the answer; all that is logged on the way to it has one `request_id`."""
        began = monotonic()
        with structlog.contextvars.bound_contextvars(
            request_id=f"{random.getrandbits(REQUEST_ID_BITS):012x}"
        ):
            try:
                kind, content = parse_payload(body)
                request = AsyncBoltRequest(body=content, headers=dict(headers), mode="socket_mode")
            except MalformedError as error:
                return self._turned_away(str(error))
            except Exception as error:  # noqa: BLE001 - Bolt reads fields that we do not
                return self._turned_away(type(error).__name__)
            self._metrics.note_received(kind)
            response = await self._answered(kind, content, request)
            seconds = monotonic() - began
            self._metrics.note_acknowledged(kind, seconds)
            log.debug("answered", kind=kind, status=response.status, ms=round(1000 * seconds, 1))
            return response

    async def _answered(
        self, kind: PayloadKind, content: dict[str, Any], request: AsyncBoltRequest
    ) -> BoltResponse:
        if kind is PayloadKind.RATE_LIMITED:
            log.warning("events_held_back_by_slack", team_id=origin_of(content).team_id)
            return BoltResponse(status=HTTPStatus.OK)
        if kind is PayloadKind.CLOSED:
            return BoltResponse(status=HTTPStatus.OK)
        if kind is PayloadKind.VERIFICATION:
            answer = content.get("challenge", "")
            return BoltResponse(status=HTTPStatus.OK, body={"challenge": answer})
        return await self._done(kind, content, request)

    async def _done(
        self, kind: PayloadKind, content: dict[str, Any], request: AsyncBoltRequest
    ) -> BoltResponse:
        team_id = origin_of(content).installed_team_id
        try:
            authorized = await self._authorized_for(kind, content)
            if authorized is not None and self._belonging is not None:
                content[ORIGIN] = origin = await self._belonging.of(kind, content)
                if origin.team_id != team_id:
                    authorized = await self._authorized(origin.team_id, None)
        except SlackSilentError:
            log.warning("person_unknown", team_id=team_id, kind=kind)
            return _told(kind, not_ready(words_for(None)), again=True)
        except NotReadyError:
            log.info("workspace_not_ready", team_id=team_id, kind=kind)
            return _told(kind, not_ready(words_for(None)), again=True)
        except StoreUnavailableError as error:
            log.warning("store_unavailable", reason=str(error), kind=kind)
            return _told(kind, not_saved(words_for(None)), again=True)
        if authorized is None:
            # Acknowledged, or Slack would send it again and show people an error.
            log.info("unknown_workspace", team_id=team_id, kind=kind)
            return _told(kind, not_installed(words_for(None), self._install_url))
        request.context[_AUTHORIZED] = authorized
        request.context[KIND] = kind
        try:
            return await self._app.async_dispatch(request)
        except Exception as error:  # noqa: BLE001 - our own faults end in the app's error handler
            return self._turned_away(type(error).__name__)

    async def _authorized_for(
        self, kind: PayloadKind, content: dict[str, Any]
    ) -> AuthorizeResult | None:
        origin = origin_of(content)
        if kind is PayloadKind.EVENT and content["event"]["type"] in LIFE_CYCLE:
            # That it was uninstalled is told of a workspace in which it is not installed any more.
            return AuthorizeResult(enterprise_id=origin.enterprise_id, team_id=origin.team_id)
        return await self._authorized(origin.team_id, origin.enterprise_id)

    def _turned_away(self, what: str) -> BoltResponse:
        self._metrics.note_turned_away("malformed")
        log.warning("malformed_request", what=what)
        return BoltResponse(status=HTTPStatus.BAD_REQUEST)


def _told(kind: PayloadKind, message: Message, *, again: bool = False) -> BoltResponse:
    """Return what Slack shows to whoever typed a command; an event may be told `again`."""
    if kind is PayloadKind.COMMAND:
        body = message.payload() | {"response_type": "ephemeral"}
        return BoltResponse(status=HTTPStatus.OK, body=body)
    is_event = kind in {PayloadKind.EVENT, PayloadKind.FUNCTION}
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_event and again else HTTPStatus.OK
    return BoltResponse(status=status)
