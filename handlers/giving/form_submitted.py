"""The form for one thanks, once it is submitted."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.errors import AmountNotWholeError, JustGivenError
from bot.domain.give_form import Draft
from bot.domain.kudos import Audience, GiveKudos, Source, with_mentions
from bot.domain.mending import draft_of
from bot.messages.blockkit import ids
from bot.messages.giving.give import done_view
from bot.messages.giving.kudos import kudos_given
from bot.messages.text.words import words_for
from bot.services.giving.kudos import give
from handlers.giving.form import Filled, chosen_place, place_in_view
from handlers.giving.submitting import Outcome, answer_submission, asked_again
from handlers.interaction.replies import Interaction
from handlers.interaction.rights import anybody
from handlers.payloads.origins import person_of

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.domain.give_form import Place
    from handlers.interaction.context import HandlerContext, Payload


async def handle_give_submitted(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Give what the form says: it becomes the confirmation, or tells at its field what is wrong."""
    team_id, user_id = person_of(payload)
    shown = payload["view"]
    interaction = Interaction(context, team_id, user_id, "", view_id=shown["id"])
    await answer_submission(
        interaction, shown, ack, _given(interaction, shown), partial(_draft, interaction, shown)
    )


VIEWS = {ids.GIVE_SUBMIT: anybody(handle_give_submitted)}


async def _given(interaction: Interaction, shown: Payload) -> Outcome:
    context = interaction.context
    place = place_in_view(interaction, shown.get("private_metadata"))
    request = await _asked_for(interaction, shown, place)
    try:
        given = await context.write(give, request)
    except JustGivenError as error:
        audience = place.audience if request.audience is Audience.PRIVATE else request.audience
        there = replace(place, channel_id=request.channel_id, audience=audience)
        return await asked_again(interaction, error, draft_of(request, there, ""))
    context.locales[interaction.team_id, interaction.user_id] = given.reader.locale
    context.homes.redraw(interaction.team_id, interaction.user_id, *given.kudos.receiver_ids)
    words = words_for(given.reader.locale).named(await interaction.settings())
    message = kudos_given(words, given, given.reader.names)
    return Outcome(done_view(words, message), message)


async def _asked_for(interaction: Interaction, shown: Payload, place: Place) -> GiveKudos:
    """Return the request; a form counts once, however often it is submitted."""
    filled = Filled.of(shown)
    reason = await _reason(interaction, filled, place)
    if filled.amount and filled.points is None:
        raise AmountNotWholeError
    if filled.is_private:
        channel_id, audience = place.channel_id, Audience.PRIVATE
    elif place.channel_id:
        channel_id, audience = place.channel_id, place.audience
    else:
        channel_id, audience = await chosen_place(interaction, filled.channel_id)
    return GiveKudos(
        team_id=interaction.team_id,
        natural_key=place.natural_key or f"modal:{shown['id']}",
        giver_id=interaction.user_id,
        receiver_ids=filled.receiver_ids,
        source=Source.MODAL,
        audience=audience,
        channel_id=channel_id,
        reason=reason,
        hashtags=filled.hashtags,
        amounts=() if filled.points is None else (filled.points,),
        about_ts=place.about_ts,
        thread_ts=place.thread_ts,
        response_url=place.response_url,
        asks_if_repeated=True,
    )


async def _reason(interaction: Interaction, filled: Filled, place: Place) -> str:
    if not place.mentioned_ids:
        return filled.reason
    reader = await interaction.reader(*place.mentioned_ids)  # who stands in the field by name
    names = {each: reader.names.get(each, "") for each in place.mentioned_ids}
    return with_mentions(filled.reason, names)


async def _draft(interaction: Interaction, shown: Payload) -> Draft:
    """Returns what somebody filled in, for a form that begins with it."""
    filled, place = Filled.of(shown), place_in_view(interaction, shown.get("private_metadata"))
    return Draft(
        replace(place, natural_key=place.natural_key or f"modal:{shown['id']}"),
        receiver_ids=filled.receiver_ids,
        points=filled.points,
        hashtags=filled.hashtags,
        reason=await _reason(interaction, filled, place),
        is_private=filled.is_private,
    )
