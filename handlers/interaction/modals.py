"""Opening and changing modals: what a trigger allows for three seconds must not wait for data."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from bot.domain.errors import KudosError
from bot.messages.blockkit.message import Message
from bot.messages.refusals.notices import (
    loading_view,
    modal_not_opened,
    not_saved,
    notice_view,
    perhaps_saved,
    something_broke,
)
from bot.messages.refusals.refusals import refusal
from bot.messages.text.words import words_for
from bot.slack.web_api import SLACK_FAILED
from handlers.interaction.replies import Interaction
from handlers.payloads.classify import MalformedError
from handlers.payloads.origins import person_of
from storage.engine.store import CommitInDoubtError, StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.messages.blockkit.view import View
    from handlers.interaction.context import HandlerContext, Payload

Made = TypeVar("Made")

log = structlog.get_logger(__name__)

OPEN_WITHIN_SECONDS = 1.0  # of the trigger's three


async def open_modal(
    context: HandlerContext,
    team_id: str,
    user_id: str,
    trigger_id: str,
    making: Coroutine[Any, Any, View],
) -> None:
    """Open a modal; if what it shows takes long, a sign that it comes is shown meanwhile."""
    task = context.start(making)
    done, _ = await asyncio.wait({task}, timeout=OPEN_WITHIN_SECONDS)
    method = "views.open"
    if done:
        view = task.result()
        await context.call(team_id, method, {"trigger_id": trigger_id, "view": view.payload()})
        return
    loading = loading_view(words_for(context.locales.get((team_id, user_id))))
    opened = await context.call(
        team_id, method, {"trigger_id": trigger_id, "view": loading.payload()}
    )
    context.start(_fill(context, team_id, opened["view"]["id"], task))


async def show_modal(
    context: HandlerContext, payload: Payload, making: Coroutine[Any, Any, View]
) -> None:
    """Open a modal for whoever pressed something; where Slack does not, tell them in words."""
    team_id, user_id = person_of(payload)
    try:
        await open_modal(context, team_id, user_id, payload["trigger_id"], making)
    except SLACK_FAILED as error:
        log.warning("modal_not_opened", reason=str(error), team_id=team_id)
        interaction = Interaction(context, team_id, user_id, payload.get("response_url") or "")
        sentence = modal_not_opened(words_for(interaction.last_locale))
        context.start(interaction.tell(Message.of_lines(sentence), replace_original=False))


async def _fill(
    context: HandlerContext, team_id: str, view_id: str, task: asyncio.Task[View]
) -> None:
    view = await task
    await context.call(team_id, "views.update", {"view_id": view_id, "view": view.payload()})


def view_of(payload: Payload) -> Payload:
    """Return the view in which something was pressed; raises `MalformedError` without one."""
    view: Payload | None = payload.get("view")
    if view is None:
        raise MalformedError("view")
    return view


async def view_or_error(
    context: HandlerContext, team_id: str, user_id: str, work: Coroutine[Any, Any, Made]
) -> Made | View:
    """Return what came of some work, or a modal that says in a sentence why nothing did."""
    words = words_for(context.locales.get((team_id, user_id)))
    try:
        try:
            return await work
        except KudosError as error:
            context.metrics.note_refused(error)
            words = await context.words(team_id, user_id)
            return notice_view(words, refusal(words, error))
    except StoreUnavailableError as error:
        log.warning("store_unavailable", reason=str(error), team_id=team_id)
        what = perhaps_saved if isinstance(error, CommitInDoubtError) else not_saved
        return notice_view(words, what(words).text)
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("bug", reference=reference, team_id=team_id)
        return notice_view(words, something_broke(words, reference).text)
