"""The form for several thanks: its words are read as if they had been typed, all or none."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.errors import (
    JustGivenError,
    StaleFormError,
    UnclearLinesError,
    UnresolvedNameError,
)
from bot.domain.give_form import Draft
from bot.domain.mending import request_of
from bot.domain.parsing.commands import Ask, GiveSeveral, ParsedGive, Question, Unclear
from bot.domain.parsing.tokens import Currency
from bot.domain.parsing.words import parse_command
from bot.domain.rich_text import mentioned, rich_text_of, text_of
from bot.messages.blockkit import ids
from bot.messages.giving.give import done_view
from bot.messages.text.words import words_for
from bot.services.people.members import FindMeant, find_meant
from handlers.giving.form import chosen_place, lines_by_name, place_in_view, sign_place, state_in
from handlers.giving.several import confirmed, given_or_refused
from handlers.giving.submitting import Outcome, answer_submission, asked_again
from handlers.interaction.replies import Interaction
from handlers.interaction.rights import anybody
from handlers.payloads.origins import person_of
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.domain.give_form import Place
    from bot.domain.kudos import GiveKudos
    from bot.domain.parsing.commands import Command
    from handlers.interaction.context import HandlerContext, Payload


async def handle_lines_submitted(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Gives what the lines say, or tells at the field what is wrong with one of them."""
    team_id, user_id = person_of(payload)
    shown = payload["view"]
    interaction = Interaction(context, team_id, user_id, "", view_id=shown["id"])
    draft, filled = partial(_draft, interaction, shown), partial(_filled, interaction, shown)
    await answer_submission(interaction, shown, ack, _given(interaction, shown), draft, filled)


VIEWS = {ids.GIVE_LINES_SUBMIT: anybody(handle_lines_submitted)}


async def requests_in(interaction: Interaction, draft: Draft) -> list[GiveKudos]:
    """Returns what to give for the lines of a draft; raises where they are not clear."""
    return [
        request_of(each, draft.place, interaction.team_id, interaction.user_id)
        for each in await _thanks_in(interaction, draft.lines)
    ]


async def _given(interaction: Interaction, shown: Payload) -> Outcome:
    place = place_in_view(interaction, shown.get("private_metadata"))
    lines = await _lines_in(interaction, shown, place)
    thanks = await _thanks_in(interaction, lines)
    if not place.channel_id and not all(each.is_private for each in thanks):
        chosen = state_in(shown, ids.GIVE_PLACE, "selected_channel")
        channel_id, audience = await chosen_place(
            interaction, chosen if isinstance(chosen, str) else ""
        )
        place = replace(place, channel_id=channel_id, audience=audience)
    gives = [request_of(each, place, interaction.team_id, interaction.user_id) for each in thanks]
    try:
        given = await given_or_refused(
            interaction, [replace(each, asks_if_repeated=True) for each in gives]
        )
    except JustGivenError as error:
        return await asked_again(interaction, error, Draft(place, lines=lines))
    message = await confirmed(interaction, given)
    return Outcome(done_view(words_for(interaction.last_locale), message), message)


async def _draft(interaction: Interaction, shown: Payload) -> Draft:
    """Returns the lines that stand in a form, for another form that begins with them."""
    place = place_in_view(interaction, shown.get("private_metadata"))
    lines = await _lines_in(interaction, shown, place)
    return Draft(place, typed=lines, lines=lines)


async def _filled(interaction: Interaction, shown: Payload) -> Payload:
    """Returns the form with what stands in it, in which Slack's client can send it again."""
    try:
        place = place_in_view(interaction, shown.get("private_metadata"))
        lines = await _lines_in(interaction, shown, place)
        lines, mentioned_ids = await lines_by_name(interaction, lines)
    except (StaleFormError, StoreUnavailableError):
        return shown
    field = {"type": "rich_text_input", "rich_text_value": rich_text_of(lines)}
    values = shown["state"]["values"] | {ids.GIVE_LINES: {ids.GIVE_LINES: field}}
    signed = sign_place(interaction, replace(place, mentioned_ids=mentioned_ids))
    return shown | {"state": {"values": values}, "private_metadata": signed}


async def _lines_in(interaction: Interaction, shown: Payload, place: Place) -> str:
    """Returns what stands in the form, with mentions of those whom it began with by name."""
    lines = text_of(state_in(shown, ids.GIVE_LINES, "rich_text_value"))
    return mentioned(lines, await interaction.names_of(place.mentioned_ids))


async def _thanks_in(interaction: Interaction, lines: str) -> tuple[ParsedGive, ...]:
    """Returns the thanks that lines are; whoever gives a form says that they are meant as such."""
    match await _read(interaction, lines):
        case ParsedGive() as one:
            return (one,)
        case GiveSeveral(gives=gives):
            return gives
        case Unclear(question=Question(ask=Ask.THANKS), understood=ParsedGive() as one) as unclear:
            return unclear.gives or (one,)
        case Unclear(question=Question(names=names)) if names:
            raise UnresolvedNameError(names)
        case Unclear(question=Question() as question):
            raise UnclearLinesError(question)
    raise UnclearLinesError(Question(Ask.RECEIVERS))


async def _read(interaction: Interaction, lines: str) -> Command:
    """Returns what lines ask for, where words that are nobody's name are words of the thanks."""
    currency = Currency.of(await interaction.settings())
    no_names: set[str] = set()
    while True:
        command = parse_command(lines, currency, no_names)
        match command:
            case Unclear(question=Question(names=names)) if not no_names.issuperset(names):
                request = FindMeant(interaction.team_id, interaction.user_id, names)
                meant = await interaction.context.store.read(find_meant, request)
                if any(each.people for each in meant):
                    return command
                no_names.update(names)
            case _:
                return command
