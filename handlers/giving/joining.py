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


async def handle_join_pressed(edge: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Thank the same people for the one who pressed, and tell that person alone."""
    team_id, user_id = person_of(payload)
    pressed = payload["actions"][0]
    kudos_id = pressed.get("value") or ""
    response_url = payload.get("response_url") or ""
    asked = Interaction(edge, team_id, user_id, response_url)
    key = f"join:{kudos_id}:{user_id}:{pressed['action_ts']}"
    request = JoinKudos(team_id, key, user_id, kudos_id, response_url=response_url)
    message = await asked.answer(_joined(asked, request, payload))
    await ack()
    container = payload.get("container") or {}
    thread = {"thread_ts": container["thread_ts"]} if container.get("thread_ts") else {}
    edge.start(asked.tell(message, replace_original=False, **thread))


ACTIONS = {KUDOS_JOIN: anybody(handle_join_pressed)}


async def _joined(asked: Interaction, request: JoinKudos, payload: Payload) -> Message:
    if origin_of(payload).installed_team_id != asked.team_id:
        request = replace(request, post=await _post_of_another(asked, payload))
    given = await asked.edge.write(join, request)
    asked.edge.homes.redraw(asked.team_id, asked.user_id, *given.kudos.receiver_ids)
    asked.edge.locales[asked.team_id, asked.user_id] = given.reader.locale
    words = words_for(given.reader.locale).named(await asked.settings())
    return kudos_given(words, given, given.reader.names)


async def _post_of_another(asked: Interaction, payload: Payload) -> PostOfAnother:
    """Returns the post below which the button is, of the Kudos of another company."""
    container = payload.get("container") or {}
    channel_id, message_ts = container.get("channel_id"), container.get("message_ts")
    if not channel_id or not message_ts:
        raise KudosGoneError
    audience = await audience_of(asked.edge, asked.team_id, channel_id)
    return PostOfAnother(origin_of(payload).installed_team_id, channel_id, message_ts, audience)
