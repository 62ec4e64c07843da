"""The step "Give kudos" of Workflow Builder. Every run of it is ended, well or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from bot.domain.errors import AmountNotWholeError, KudosError, PlaceMissingError
from bot.domain.kudos import GiveKudos, Source
from bot.domain.typed import Kind, read_items, render
from bot.messages.markup import spoken
from bot.messages.refusals import refusal
from bot.messages.words import words_for
from bot.services.kudos import give
from bot.slack import RefusedError
from handlers.answers import Asked
from handlers.home import redraw
from handlers.places import audience_of

if TYPE_CHECKING:
    from handlers.edge import Edge, Payload

log = structlog.get_logger(__name__)

GIVE_KUDOS = "give_kudos"


async def handle_step(edge: Edge, body: Payload) -> None:
    """Give what the step was filled in with, and tell Slack how it ended.

    Raises where Slack does not answer; it then sends the event again, and the kudos counts once.
    """
    event = body["event"]
    run_id, inputs = event["function_execution_id"], event.get("inputs") or {}
    asked = Asked(edge, body["team_id"], str(inputs.get("giver") or ""), "")
    problem = await _problem(asked, run_id, inputs)
    method = "functions.completeError" if problem else "functions.completeSuccess"
    how: dict[str, Any] = {"error": problem} if problem else {"outputs": {}}
    try:
        await edge.call(asked.team_id, method, {"function_execution_id": run_id} | how)
    except RefusedError as error:  # ended by an earlier delivery, or given up by Slack
        log.warning("step_not_ended", reason=str(error), team_id=asked.team_id)


FUNCTIONS = {GIVE_KUDOS: handle_step}

_PERSON = "slack#/types/user_id"
_INPUTS = {
    "giver": (_PERSON, "Who thanks", "Usually the person who started the workflow"),
    "receiver": (_PERSON, "Who is thanked", "One person"),
    "more_receivers": ("string", "Who else is thanked", "Mentions of people or groups"),
    "reason": ("string", "What for", "As it is read in the channel"),
    "amount": ("integer", "Points for each", "Without an amount, the workspace's default"),
    "value": ("string", "Value", "One of the workspace's values, or any hashtag"),
    "channel": ("slack#/types/channel_id", "Where it is posted", "Or the announcement channel"),
}
_REQUIRED = frozenset({"giver", "receiver", "reason"})


def with_step(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return an app manifest that offers the step too.

    https://docs.slack.dev/workflows/workflow-steps: such an app must be ready for organizations.
    """
    settings = manifest["settings"]
    subscribed = settings["event_subscriptions"]
    events = [*subscribed["bot_events"], "function_executed"]
    step = {
        "title": "Give kudos",
        "description": "Thank somebody, out of the giver's own allowance.",
        "input_parameters": {
            name: {
                "type": type_,
                "title": title,
                "description": description,
                "is_required": name in _REQUIRED,
                "name": name,
            }
            for name, (type_, title, description) in _INPUTS.items()
        },
        "output_parameters": {},
    }
    ready = {
        "event_subscriptions": subscribed | {"bot_events": events},
        "org_deploy_enabled": True,
        "function_runtime": "remote",
    }
    return manifest | {"functions": {GIVE_KUDOS: step}, "settings": settings | ready}


async def _problem(asked: Asked, run_id: str, inputs: dict[str, Any]) -> str:
    """Give, and return an empty text; or return why it was not possible."""
    try:
        try:
            given = await asked.edge.write(give, await _asked_for(asked, run_id, inputs))
        except KudosError as error:
            reader = await asked.reader_of(error)
            words = words_for(reader.locale).named(await asked.settings())
            return spoken(refusal(words, error, reader.names))
    except Exception as error:  # noqa: BLE001 - whatever it is, the run is ended with a sentence
        return asked.excuse(error).text
    redraw(asked.edge, asked.team_id, asked.user_id, *given.kudos.receiver_ids)
    return ""


async def _asked_for(asked: Asked, run_id: str, inputs: dict[str, Any]) -> GiveKudos:
    settings = await asked.settings()
    # A person from a field for people, or mentions from a field for words.
    more = read_items(str(inputs.get("more_receivers") or ""))
    channel_id = inputs.get("channel") or settings.announcement_channel_id
    if not channel_id:
        raise PlaceMissingError
    value = str(inputs.get("value") or "").strip().removeprefix("#")
    return GiveKudos(
        team_id=asked.team_id,
        natural_key=f"workflow:{run_id}",
        giver_id=asked.user_id,
        receiver_ids=tuple(
            dict.fromkeys(
                [*_named(inputs), *(item.value for item in more if item.kind is Kind.USER)]
            )
        ),
        group_ids=tuple(item.value for item in more if item.kind is Kind.GROUP),
        source=Source.WORKFLOW,
        audience=await audience_of(asked.edge, asked.team_id, channel_id),
        channel_id=channel_id,
        reason=render(read_items(str(inputs.get("reason") or ""))),
        hashtags=(value.casefold(),) if value else (),
        amounts=_amounts(inputs.get("amount")),
        names_everyone=any(item.kind is Kind.EVERYONE for item in more),
        unresolved_names=tuple(item.value for item in more if item.kind is Kind.NAME),
    )


def _named(inputs: dict[str, Any]) -> list[str]:
    receiver = inputs.get("receiver") or []
    return [receiver] if isinstance(receiver, str) else [str(each) for each in receiver]


def _amounts(amount: object) -> tuple[int, ...]:
    """Return the amount; Slack sends whole numbers as such, as text, or with `.0`."""
    if amount in (None, ""):
        return ()
    try:
        number = float(str(amount))
    except ValueError as error:
        raise AmountNotWholeError from error
    if not number.is_integer():
        raise AmountNotWholeError
    return (int(number),)
