"""The buttons below somebody's week: thank the colleague, no more of this, and start again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.digest import SwitchDigest
from bot.domain.give_form import Draft
from bot.messages.blockkit import ids
from bot.messages.blockkit.message import Message
from bot.messages.giving.give import form_not_opened
from bot.messages.posts.digest import digest_started, digest_stopped
from bot.messages.text.words import words_for
from bot.services.posts.digest import switch_digest
from handlers.giving.form import open_form
from handlers.interaction.replies import Interaction
from handlers.interaction.rights import anybody
from handlers.payloads.origins import person_of

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from handlers.interaction.context import HandlerContext, Payload

_USER_ID = re.compile("[UW][A-Z0-9]+")


async def handle_give_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Open the form for giving, filled in with the colleague who was named."""
    await ack()
    interaction = _asked(context, payload)
    value = payload["actions"][0].get("value") or ""
    draft = Draft(receiver_ids=(value,) if _USER_ID.fullmatch(value) else ())
    if not await open_form(interaction, payload["trigger_id"], draft):
        sentence = form_not_opened(words_for(interaction.last_locale))
        context.start(interaction.tell(Message.of_lines(sentence), replace_original=False))


async def handle_stop_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Send somebody no more digests; a sentence takes the place of this one."""
    await _switch(context, payload, ack, is_on=False)


async def handle_start_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Send somebody digests again."""
    await _switch(context, payload, ack, is_on=True)


ACTIONS = {
    ids.DIGEST_GIVE: anybody(handle_give_pressed),
    ids.DIGEST_STOP: anybody(handle_stop_pressed),
    ids.DIGEST_START: anybody(handle_start_pressed),
}


async def _switch(context: HandlerContext, payload: Payload, ack: AsyncAck, *, is_on: bool) -> None:
    interaction = _asked(context, payload)
    is_stored = False

    async def switched() -> Message:
        nonlocal is_stored
        place = payload.get("container") or {}
        request = SwitchDigest(
            interaction.team_id,
            interaction.user_id,
            is_on,
            place.get("channel_id") or "",
            place.get("message_ts") or "",
        )
        member = await context.write(switch_digest, request)
        is_stored = True
        words = words_for(member.locale)
        if is_on:
            return digest_started(words, direct_messages=member.preferences.direct_messages)
        return digest_stopped(words)

    message = await interaction.answer(switched())
    await ack()
    # What failed leaves the message where it is, with the button to try again.
    context.start(interaction.tell(message, replace_original=is_stored))


def _asked(context: HandlerContext, payload: Payload) -> Interaction:
    team_id, user_id = person_of(payload)
    return Interaction(context, team_id, user_id, payload.get("response_url") or "")
