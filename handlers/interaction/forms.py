"""Forms: what was entered in a modal, and how its submission is answered in time."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import structlog

from bot.domain.errors import SettingsError, StaleFormError
from bot.messages.blockkit.view import View
from bot.messages.refusals.notices import loading_view, notice_view, saved
from bot.messages.settings.faults import fault
from bot.messages.text.markup import safe
from bot.messages.text.words import words_for
from bot.slack.web_api import RefusedError
from handlers.interaction.modals import view_of, view_or_error
from handlers.interaction.replies import seconds_to_answer
from handlers.payloads.origins import person_of

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.messages.text.words import Words
    from handlers.interaction.context import HandlerContext, Payload

log = structlog.get_logger(__name__)

_CLOSED = View(blocks=())  # stands for no view at all
# Where Slack puts what was entered, by the kind of input.
_VALUE_OF = {
    "plain_text_input": "value",
    "number_input": "value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
}


def entered(payload: Payload) -> dict[str, object]:
    """Return what was entered, by the id of the field; None where it was left empty."""
    return {
        action_id: _value(element)
        for inputs in state_of(payload).values()
        for action_id, element in inputs.items()
    }


def state_of(payload: Payload) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the elements of a form as they were left, by block and id."""
    state = payload["view"].get("state")
    values = state.get("values") if isinstance(state, dict) else None
    return {
        block_id: {name: element for name, element in inputs.items() if isinstance(element, dict)}
        for block_id, inputs in (values.items() if isinstance(values, dict) else ())
        if isinstance(inputs, dict)
    }


def _value(element: Mapping[str, Any]) -> object:
    kind = element.get("type")
    if isinstance(kind, str) and kind in _VALUE_OF:
        return element.get(_VALUE_OF[kind])
    if kind == "checkboxes":
        return [option.get("value") for option in element.get("selected_options") or ()]
    option = element.get("selected_option")
    return option.get("value") if isinstance(option, dict) else None


def fields_of(payload: Payload, prefix: str, *names: str) -> dict[str, object]:
    """Return what was entered in these fields; raises `StaleFormError` where one is not there."""
    values = entered(payload)
    ids = {name: f"{prefix}:{name}" for name in names}
    if not values.keys() >= set(ids.values()):
        raise StaleFormError
    return {name: values[each] for name, each in ids.items()}


def metadata_of(payload: Payload) -> dict[str, Any]:
    """Return what the form was opened with; raises `StaleFormError` for what is not ours."""
    try:
        found = json.loads(payload["view"].get("private_metadata"))
    except (TypeError, ValueError, RecursionError):
        raise StaleFormError from None
    if not isinstance(found, dict):
        raise StaleFormError
    return found


async def answer_form(
    context: HandlerContext,
    payload: Payload,
    ack: AsyncAck,
    saving: Coroutine[Any, Any, View | None],
    prefix: str,
) -> None:
    """Close the modal once what was entered is stored, or show the view that comes next.

    What is wrong with a field stands at the field (`prefix` and its name are its id); any other
    refusal takes the place of the form. If it takes too long, the modal says so and then the end.
    """
    await answer_in_time(context, payload, ack, _outcome(context, payload, saving, prefix))


async def answer_in_time(
    context: HandlerContext, payload: Payload, ack: AsyncAck, outcome: Coroutine[Any, Any, Payload]
) -> None:
    """Acknowledge a form with what becomes of it; what takes too long is shown once it is there.

    The outcome is what Slack takes for an answer, such as another view in the place of the form.
    """
    task = context.start(outcome)
    done, _ = await asyncio.wait({task}, timeout=seconds_to_answer())
    if done:
        await ack(**task.result())
        return
    words = _last_words(context, payload)
    await ack(response_action="update", view=loading_view(words).payload())
    context.start(_show_outcome(context, payload, task))


async def _outcome(
    context: HandlerContext, payload: Payload, saving: Coroutine[Any, Any, View | None], prefix: str
) -> Payload:
    """Return the arguments of the acknowledgement."""
    faults: dict[str, str] = {}

    async def shown() -> View:
        try:
            return await saving or _CLOSED
        except SettingsError as error:
            words = _last_words(context, payload)
            faults.update(
                {f"{prefix}:{name}": fault(words, each) for name, each in error.faults.items()}
            )
            return notice_view(words, safe("\n".join(faults.values())))

    view = await view_or_error(context, *person_of(payload), shown())
    if faults and faults.keys() <= _input_ids(payload):
        return {"response_action": "errors", "errors": faults}
    if view is _CLOSED:
        return {}
    return {"response_action": "update", "view": view.payload()}


async def _show_outcome(
    context: HandlerContext, payload: Payload, task: asyncio.Task[Payload]
) -> None:
    outcome = await task
    words = _last_words(context, payload)
    if "errors" in outcome:  # the form is gone from the modal, so its fields can show nothing
        view = notice_view(words, safe("\n".join(outcome["errors"].values()))).payload()
    else:
        view = outcome.get("view") or saved(words).payload()
    await update_view(context, payload, view)


def _input_ids(payload: Payload) -> set[str]:
    blocks = payload["view"].get("blocks") or []
    return {str(block.get("block_id")) for block in blocks if block.get("type") == "input"}


def _last_words(context: HandlerContext, payload: Payload) -> Words:
    return words_for(context.locales.get(person_of(payload)))


async def show_next(
    context: HandlerContext, payload: Payload, making: Coroutine[Any, Any, View]
) -> None:
    """Put another view in the place of the one in which something was pressed."""
    view = await view_or_error(context, *person_of(payload), making)
    await update_view(context, payload, view.payload())


async def update_view(context: HandlerContext, payload: Payload, view: Payload) -> None:
    """Change the modal from which a payload came, unless it has been closed meanwhile."""
    team_id, _ = person_of(payload)
    try:
        await context.call(
            team_id, "views.update", {"view_id": view_of(payload)["id"], "view": view}
        )
    except RefusedError as error:
        log.info("view_not_updated", reason=str(error), team_id=team_id)
