"""The form for several thanks: its words are read as if they had been typed, all or none."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.commands import Ask, GiveSeveral, ParsedGive, Question, Unclear
from bot.domain.errors import JustGivenError, UnclearLinesError, UnresolvedNameError
from bot.domain.giving import Draft
from bot.domain.mending import request_of
from bot.domain.parsing import parse_command
from bot.domain.rich_text import text_of
from bot.domain.typed_items import Currency
from bot.messages import ids
from bot.messages.give import done_view
from bot.messages.words import words_for
from handlers.answers import Asked
from handlers.give import chosen_place, place_in_view, state_in
from handlers.origins import person_of
from handlers.rights import anybody
from handlers.several import confirmed, given_or_refused
from handlers.submitting import Outcome, answer_submission, asked_again

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.domain.kudos import GiveKudos
    from handlers.edge import Edge, Payload


async def handle_lines_submitted(edge: Edge, payload: Payload, ack: AsyncAck) -> None:
    """Gives what the lines say, or tells at the field what is wrong with one of them."""
    team_id, user_id = person_of(payload)
    shown = payload["view"]
    asked = Asked(edge, team_id, user_id, "", view_id=shown["id"])
    await answer_submission(asked, shown, ack, _given(asked, shown), partial(_draft, asked, shown))


VIEWS = {ids.GIVE_LINES_SUBMIT: anybody(handle_lines_submitted)}


async def requests_in(asked: Asked, draft: Draft) -> list[GiveKudos]:
    """Returns what to give for the lines of a draft; raises where they are not clear."""
    return [
        request_of(each, draft.place, asked.team_id, asked.user_id)
        for each in await _thanks_in(asked, draft.lines)
    ]


async def _given(asked: Asked, shown: Payload) -> Outcome:
    place = place_in_view(asked, shown.get("private_metadata"))
    lines = text_of(state_in(shown, ids.GIVE_LINES, "rich_text_value"))
    thanks = await _thanks_in(asked, lines)
    if not place.channel_id and not all(each.is_private for each in thanks):
        chosen = state_in(shown, ids.GIVE_PLACE, "selected_channel")
        channel_id, audience = await chosen_place(asked, chosen if isinstance(chosen, str) else "")
        place = replace(place, channel_id=channel_id, audience=audience)
    gives = [request_of(each, place, asked.team_id, asked.user_id) for each in thanks]
    try:
        given = await given_or_refused(
            asked, [replace(each, asks_if_repeated=True) for each in gives]
        )
    except JustGivenError as error:
        return await asked_again(asked, error, Draft(place, lines=lines))
    message = await confirmed(asked, given)
    return Outcome(done_view(words_for(asked.last_locale), message), message)


async def _draft(asked: Asked, shown: Payload) -> Draft:
    """Returns the lines that stand in a form, for another form that begins with them."""
    place = place_in_view(asked, shown.get("private_metadata"))
    lines = text_of(state_in(shown, ids.GIVE_LINES, "rich_text_value"))
    return Draft(place, typed=lines, lines=lines)


async def _thanks_in(asked: Asked, lines: str) -> tuple[ParsedGive, ...]:
    """Returns the thanks that lines are; whoever gives a form says that they are meant as such."""
    match parse_command(lines, Currency.of(await asked.settings())):
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
