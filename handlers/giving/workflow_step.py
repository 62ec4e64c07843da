"""The step "Give kudos" of Workflow Builder. Every run of it is ended, well or not.

Who thanks is the person who runs the workflow: Slack says who that is, and nobody who builds one
can set it (https://docs.slack.dev/reference/types/user_context-type).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import structlog

from bot.domain.errors import (
    AmountNotWholeError,
    KudosError,
    NobodyRunsError,
    NotThereError,
    PlaceMissingError,
)
from bot.domain.give_form import Place
from bot.domain.kudos import Audience, GiveKudos, Source
from bot.domain.lateness import moment_of
from bot.domain.mending import draft_of
from bot.domain.parsing.tokenizer import read_items, render
from bot.domain.parsing.tokens import TokenKind
from bot.messages.giving.mending import of_workflow
from bot.messages.refusals.refusals import refusal
from bot.messages.text.markup import spoken
from bot.messages.text.words import words_for
from bot.services.giving.kudos import give
from bot.slack.web_api import RefusedError
from handlers.giving.mending import ask_to_mend
from handlers.interaction.audience import audience_of
from handlers.interaction.replies import Interaction, named_by
from handlers.payloads.origins import team_of

if TYPE_CHECKING:
    from bot.messages.blockkit.message import Message
    from handlers.interaction.context import HandlerContext, Payload

log = structlog.get_logger(__name__)

GIVE_KUDOS = "give_kudos"


async def handle_step(context: HandlerContext, body: Payload) -> None:
    """Give what the step was filled in with, and tell Slack how it ended.

    Raises where Slack does not answer; it then sends the event again, and the kudos counts once.
    Slack shows the end to those who built the workflow; whoever runs it is told in a message.
    """
    event = body["event"]
    run_id, inputs = event["function_execution_id"], event.get("inputs") or {}
    interaction = Interaction(context, team_of(body), _who_runs(inputs), "")
    problem = await _problem(interaction, event)
    method = "functions.completeError" if problem else "functions.completeSuccess"
    how: dict[str, Any] = {"error": problem.sentence} if problem else {"outputs": {}}
    try:
        await context.call(interaction.team_id, method, {"function_execution_id": run_id} | how)
    except RefusedError as error:  # ended by an earlier delivery, or given up by Slack
        log.warning("step_not_ended", reason=str(error), team_id=interaction.team_id)
    else:
        if problem and interaction.user_id:
            context.start(interaction.tell(problem.note))


FUNCTIONS = {GIVE_KUDOS: handle_step}

_WHO_RUNS_IT = "slack#/types/user_context"
_PERSON = "slack#/types/user_id"
_INPUTS = {
    "giver": (_WHO_RUNS_IT, "Who thanks", "The person who runs the workflow"),
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


@dataclass(frozen=True)
class _Problem:
    """Why a step gave nothing: for the workflow, and for the one who runs it."""

    sentence: str  # without markup
    note: Message


async def _problem(interaction: Interaction, event: Payload) -> _Problem | None:
    """Give, and return None; or return why it was not possible."""
    inputs = event.get("inputs") or {}
    try:
        request = _asked_for(interaction, event)
        try:
            if not interaction.user_id:
                raise NobodyRunsError
            request = await _placed(interaction, request, inputs)
            request = replace(request, amounts=_amounts(inputs.get("amount")))
            given = await interaction.context.write(give, request)
        except KudosError as error:
            return await _refused(interaction, error, request)
    except Exception as error:  # noqa: BLE001 - whatever it is, the run is ended with a sentence
        failure_message = interaction.failure_message(error)
        return _Problem(
            failure_message.text, of_workflow(words_for(interaction.last_locale), failure_message)
        )
    interaction.context.homes.redraw(
        interaction.team_id, interaction.user_id, *given.kudos.receiver_ids
    )
    return None


async def _refused(interaction: Interaction, error: KudosError, request: GiveKudos) -> _Problem:
    """Returns what was refused, and keeps it for the one who runs the workflow to correct it."""
    place = Place(request.channel_id, request.audience, natural_key=request.natural_key)
    note = await ask_to_mend(interaction, error, draft_of(request, place, ""))
    reader = await interaction.reader(*named_by(error))
    words = words_for(reader.locale).named(await interaction.settings())
    sentence = spoken(refusal(words, error, reader.names))
    return _Problem(sentence, of_workflow(words, note))


def _who_runs(inputs: dict[str, Any]) -> str:
    """Return who runs the workflow; nobody for what the manifest of an older version let be set."""
    giver = inputs.get("giver")
    user_id = giver.get("id") if isinstance(giver, dict) else None
    return user_id if isinstance(user_id, str) else ""


async def _placed(
    interaction: Interaction, request: GiveKudos, inputs: dict[str, Any]
) -> GiveKudos:
    """Return the request as it is posted: where the giver is, or where admins announce thanks."""
    settings = await interaction.settings()
    chosen = str(inputs.get("channel") or "")
    if chosen and chosen != settings.announcement_channel_id:
        is_there = await interaction.context.slack.is_in_channel(
            interaction.team_id, chosen, interaction.user_id
        )
        if not is_there:
            raise NotThereError
    channel_id = chosen or settings.announcement_channel_id
    if not channel_id:
        raise PlaceMissingError
    audience = await audience_of(interaction.context, interaction.team_id, channel_id)
    return replace(request, channel_id=channel_id, audience=audience)


def _asked_for(interaction: Interaction, event: Payload) -> GiveKudos:
    """Return what the step was filled in with, but for the place and the amount."""
    run_id, inputs = event["function_execution_id"], event.get("inputs") or {}
    # A person from a field for people, or mentions from a field for words.
    more = read_items(str(inputs.get("more_receivers") or ""))
    value = str(inputs.get("value") or "").strip().removeprefix("#")
    return GiveKudos(
        team_id=interaction.team_id,
        natural_key=f"workflow:{run_id}",
        giver_id=interaction.user_id,
        receiver_ids=tuple(
            dict.fromkeys(
                [*_named(inputs), *(item.value for item in more if item.kind is TokenKind.USER)]
            )
        ),
        group_ids=tuple(item.value for item in more if item.kind is TokenKind.GROUP),
        source=Source.WORKFLOW,
        audience=Audience.PUBLIC,
        channel_id="",
        reason=render(read_items(str(inputs.get("reason") or ""))),
        hashtags=(value.casefold(),) if value else (),
        names_everyone=any(item.kind is TokenKind.EVERYONE for item in more),
        unresolved_names=tuple(item.value for item in more if item.kind is TokenKind.NAME),
        acted_at=moment_of(event.get("event_ts")),
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
