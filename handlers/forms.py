"""Forms: what was entered in a modal, and how its submission is answered in time."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import structlog

from bot.domain.errors import SettingsError, StaleFormError
from bot.messages.admin_faults import fault
from bot.messages.markup import safe
from bot.messages.notices import loading_view, notice_view, saved
from bot.messages.view import View
from bot.messages.words import words_for
from bot.services.members import SeePeople, see_people
from bot.slack import RefusedError
from handlers.answers import ANSWER_WITHIN_SECONDS
from handlers.screens import person_of, told

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.messages.words import Words
    from handlers.edge import Edge, Payload

log = structlog.get_logger(__name__)

ASK_WITHIN_SECONDS = 1.0
_CLOSED = View(blocks=())  # stands for no view at all
# Where Slack puts what was entered, by the kind of input.
_VALUE_OF = {
    "plain_text_input": "value",
    "number_input": "value",
    "datepicker": "selected_date",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
}


def entered(payload: Payload) -> dict[str, object]:
    """Return what was entered, by the id of the field; None where it was left empty."""
    return {
        action_id: _value(element)
        for inputs in payload["view"]["state"]["values"].values()
        for action_id, element in inputs.items()
    }


def _value(element: Mapping[str, Any]) -> object:
    kind = element["type"]
    if kind in _VALUE_OF:
        return element.get(_VALUE_OF[kind])
    return (element.get("selected_option") or {}).get("value")


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
        found = json.loads(payload["view"]["private_metadata"])
    except ValueError:
        raise StaleFormError from None
    if not isinstance(found, dict):
        raise StaleFormError
    return found


async def check_anew(edge: Edge, team_id: str, user_id: str) -> None:
    """Have the store know what Slack says of somebody's rights now, if Slack says it in time."""
    try:
        async with asyncio.timeout(ASK_WITHIN_SECONDS):
            people = await edge.slack.people(team_id, [user_id])
    except TimeoutError:
        return
    if people:
        await edge.store.write(see_people, SeePeople(team_id, people))


async def answer_form(
    edge: Edge,
    payload: Payload,
    ack: AsyncAck,
    saving: Coroutine[Any, Any, View | None],
    prefix: str,
) -> None:
    """Close the modal once what was entered is stored, or show the view that comes next.

    What is wrong with a field stands at the field (`prefix` and its name are its id); any other
    refusal takes the place of the form. If it takes too long, the modal says so and then the end.
    """
    task = edge.start(_outcome(edge, payload, saving, prefix))
    done, _ = await asyncio.wait({task}, timeout=ANSWER_WITHIN_SECONDS)
    if done:
        await ack(**task.result())
        return
    words = _last_words(edge, payload)
    await ack(response_action="update", view=loading_view(words).payload())
    edge.start(_show_outcome(edge, payload, task))


async def _outcome(
    edge: Edge, payload: Payload, saving: Coroutine[Any, Any, View | None], prefix: str
) -> Payload:
    """Return the arguments of the acknowledgement."""
    faults: dict[str, str] = {}

    async def shown() -> View:
        try:
            return await saving or _CLOSED
        except SettingsError as error:
            words = _last_words(edge, payload)
            faults.update(
                {f"{prefix}:{name}": fault(words, each) for name, each in error.faults.items()}
            )
            return notice_view(words, safe("\n".join(faults.values())))

    view = await told(edge, *person_of(payload), shown())
    if faults and faults.keys() <= _input_ids(payload):
        return {"response_action": "errors", "errors": faults}
    if view is _CLOSED:
        return {}
    return {"response_action": "update", "view": view.payload()}


async def _show_outcome(edge: Edge, payload: Payload, task: asyncio.Task[Payload]) -> None:
    outcome = await task
    words = _last_words(edge, payload)
    if "errors" in outcome:  # the form is gone from the modal, so its fields can show nothing
        view = notice_view(words, safe("\n".join(outcome["errors"].values()))).payload()
    else:
        view = outcome.get("view") or saved(words).payload()
    await update_view(edge, payload, view)


def _input_ids(payload: Payload) -> set[str]:
    return {block["block_id"] for block in payload["view"]["blocks"] if block["type"] == "input"}


def _last_words(edge: Edge, payload: Payload) -> Words:
    return words_for(edge.locales.get(person_of(payload)))


async def show_next(edge: Edge, payload: Payload, making: Coroutine[Any, Any, View]) -> None:
    """Put another view in the place of the one in which something was pressed."""
    view = await told(edge, *person_of(payload), making)
    await update_view(edge, payload, view.payload())


async def update_view(edge: Edge, payload: Payload, view: Payload) -> None:
    """Change the modal from which a payload came, unless it has been closed meanwhile."""
    team_id, _ = person_of(payload)
    try:
        await edge.call(team_id, "views.update", {"view_id": payload["view"]["id"], "view": view})
    except RefusedError as error:
        log.info("view_not_updated", reason=str(error), team_id=team_id)
