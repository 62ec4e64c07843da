"""Add mine: the button below a kudos post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.kudos import JoinKudos
from bot.messages.ids import KUDOS_JOIN
from bot.messages.kudos import kudos_given
from bot.messages.words import words_for
from bot.services.joining import join
from handlers.answers import Asked
from handlers.home import redraw
from handlers.screens import person_of

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.messages.message import Message
    from handlers.edge import Edge, Payload


async def handle_join_pressed(edge: Edge, payload: Payload, ack: AsyncAck) -> None:
    """Thank the same people for the one who pressed, and tell that person alone."""
    team_id, user_id = person_of(payload)
    pressed = payload["actions"][0]
    kudos_id = pressed.get("value") or ""
    asked = Asked(edge, team_id, user_id, payload.get("response_url") or "")
    key = f"join:{kudos_id}:{user_id}:{pressed['action_ts']}"
    message = await asked.answer(_joined(asked, JoinKudos(team_id, key, user_id, kudos_id)))
    await ack()
    container = payload.get("container") or {}
    thread = {"thread_ts": container["thread_ts"]} if container.get("thread_ts") else {}
    edge.start(asked.tell(message, replace_original=False, **thread))


ACTIONS = {KUDOS_JOIN: handle_join_pressed}


async def _joined(asked: Asked, request: JoinKudos) -> Message:
    given = await asked.edge.write(join, request)
    redraw(asked.edge, asked.team_id, asked.user_id, *given.kudos.receiver_ids)
    asked.edge.locales[asked.team_id, asked.user_id] = given.reader.locale
    words = words_for(given.reader.locale).named(await asked.settings())
    return kudos_given(words, given, given.reader.names)
