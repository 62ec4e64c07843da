"""Add mine: the button below a kudos post."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import KudosGoneError
from bot.domain.kudos import JoinKudos, PostOfAnother
from bot.messages.blockkit.ids import KUDOS_JOIN
from bot.messages.giving.kudos import kudos_given
from bot.messages.text.words import words_for
from bot.services.giving.joining import join
from handlers.interaction.audience import audience_of
from handlers.interaction.replies import Interaction
from handlers.interaction.rights import anybody
from handlers.payloads.origins import origin_of, person_of

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.messages.blockkit.message import Message
    from handlers.interaction.context import HandlerContext, Payload


async def handle_join_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Thank the same people for the one who pressed, and tell that person alone."""
    team_id, user_id = person_of(payload)
    pressed = payload["actions"][0]
    kudos_id = pressed.get("value") or ""
    response_url = payload.get("response_url") or ""
    interaction = Interaction(context, team_id, user_id, response_url)
    key = f"join:{kudos_id}:{user_id}:{pressed['action_ts']}"
    request = JoinKudos(team_id, key, user_id, kudos_id, response_url=response_url)
    message = await interaction.answer(_joined(interaction, request, payload))
    await ack()
    container = payload.get("container") or {}
    thread = {"thread_ts": container["thread_ts"]} if container.get("thread_ts") else {}
    context.start(interaction.tell(message, replace_original=False, **thread))


ACTIONS = {KUDOS_JOIN: anybody(handle_join_pressed)}


async def _joined(interaction: Interaction, request: JoinKudos, payload: Payload) -> Message:
    if origin_of(payload).installed_team_id != interaction.team_id:
        request = replace(request, post=await _post_of_another(interaction, payload))
    given = await interaction.context.write(join, request)
    interaction.context.homes.redraw(
        interaction.team_id, interaction.user_id, *given.kudos.receiver_ids
    )
    interaction.context.locales[interaction.team_id, interaction.user_id] = given.reader.locale
    words = words_for(given.reader.locale).named(await interaction.settings())
    return kudos_given(words, given, given.reader.names)


async def _post_of_another(interaction: Interaction, payload: Payload) -> PostOfAnother:
    """Returns the post below which the button is, of the Kudos of another company."""
    container = payload.get("container") or {}
    channel_id, message_ts = container.get("channel_id"), container.get("message_ts")
    if not channel_id or not message_ts:
        raise KudosGoneError
    audience = await audience_of(interaction.context, interaction.team_id, channel_id)
    return PostOfAnother(origin_of(payload).installed_team_id, channel_id, message_ts, audience)
