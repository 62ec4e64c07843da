"""Giving the same thanks once more, where somebody was asked whether they mean it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import AlreadyGivenError, KudosError, StaleFormError
from bot.domain.mending import again
from bot.messages.blockkit.ids import KUDOS_AGAIN
from bot.messages.blockkit.message import Message
from bot.messages.giving.kudos import kudos_given
from bot.messages.refusals.refusals import refusal
from bot.messages.text.words import words_for
from bot.services.giving.kept import FindLine, find_line
from bot.services.giving.kudos import give
from handlers.giving.form import place_in_view
from handlers.giving.lines import requests_in
from handlers.giving.mending import FORM_OPENED, ask_to_mend
from handlers.giving.several import confirmed, given_or_refused
from handlers.interaction.replies import Interaction, seconds_to_answer
from handlers.interaction.rights import anybody
from handlers.payloads.origins import person_of

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.domain.give_form import Place
    from handlers.interaction.context import HandlerContext, Payload


async def handle_again_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Gives the same thanks again; the outcome takes the place of the question."""
    team_id, user_id = person_of(payload)
    view_id = (payload.get("view") or {}).get("id", "")
    interaction = Interaction(context, team_id, user_id, payload.get("response_url") or "", view_id)
    message = await interaction.answer(_given_again(interaction, payload))
    await ack()
    if message is not FORM_OPENED:
        context.start(interaction.tell(message, replace_original=True))


ACTIONS = {KUDOS_AGAIN: anybody(handle_again_pressed)}


async def _given_again(interaction: Interaction, payload: Payload) -> Message:
    context, until = interaction.context, asyncio.get_running_loop().time() + seconds_to_answer()
    line_id = str(payload["actions"][0].get("value") or "")
    try:
        draft = await context.store.read(
            find_line, FindLine(interaction.team_id, interaction.user_id, line_id)
        )
    except AlreadyGivenError as error:
        # What says so stands there with its Undo, or they have corrected it: that stays.
        words = words_for((await interaction.reader()).locale)
        told = Message.of_lines(refusal(words, error))
        context.start(interaction.tell(told, replace_original=False))
        return FORM_OPENED
    url = _address(interaction, payload, draft.place)
    draft = replace(draft, place=replace(draft.place, response_url=url))
    try:
        if draft.lines:
            gives = await requests_in(interaction, draft)
            return await confirmed(interaction, await given_or_refused(interaction, gives))
        given = await context.write(give, again(draft, interaction.team_id, interaction.user_id))
    except KudosError as error:
        trigger_id = payload["trigger_id"]
        return await ask_to_mend(interaction, error, draft, trigger_id=trigger_id, until=until)
    context.homes.redraw(interaction.team_id, interaction.user_id, *given.kudos.receiver_ids)
    words = words_for(given.reader.locale).named(await interaction.settings())
    return kudos_given(words, given, given.reader.names)


def _address(interaction: Interaction, payload: Payload, place: Place) -> str | None:
    """Returns Slack's address for answers in the place of the thanks; None where there is none."""
    if interaction.view_id:
        try:
            return place_in_view(interaction, payload["view"].get("private_metadata")).response_url
        except StaleFormError:
            return None
    is_there = (payload.get("channel") or {}).get("id") == place.channel_id
    return interaction.response_url if is_there else None
