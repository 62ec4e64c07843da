"""A person's own data: as a file in their direct messages, and erased."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.domain.personal_data import ErasePerson, ExportPerson
from bot.messages.blockkit import ids
from bot.messages.people import personal_data
from bot.messages.refusals.notices import notice_view
from bot.services.people.erasure import erase
from bot.services.people.personal_data import export_person
from bot.slack.web_api import (
    InDoubtError,
    NotReachedError,
    RateLimitedError,
    RefusedError,
    put_file,
)
from handlers.interaction.forms import answer_in_time, state_of
from handlers.interaction.modals import show_modal, view_or_error
from handlers.interaction.rights import anybody
from handlers.payloads.origins import person_of

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.messages.blockkit.view import View
    from bot.messages.text.words import Words
    from handlers.interaction.context import HandlerContext, Payload

log = structlog.get_logger(__name__)

FILE_NAME = "kudos-my-data.json"


async def handle_export_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Send the person everything that is stored about them; a modal says how it went."""
    await ack()
    team_id, user_id = person_of(payload)
    making = view_or_error(context, team_id, user_id, _exported(context, team_id, user_id))
    context.start(show_modal(context, payload, making))


async def handle_erase_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Ask the person whether they mean it."""
    await ack()
    team_id, user_id = person_of(payload)
    making = view_or_error(context, team_id, user_id, _asked(context, team_id, user_id))
    context.start(show_modal(context, payload, making))


async def handle_erase_submitted(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Erase the person's data if they typed that they mean it; the modal says how it ended."""
    await answer_in_time(context, payload, ack, _outcome(context, payload))


ACTIONS = {
    ids.DATA_EXPORT: anybody(handle_export_pressed),
    ids.DATA_ERASE: anybody(handle_erase_pressed),
}
VIEWS = {ids.DATA_ERASE_SURE: anybody(handle_erase_submitted)}


async def _asked(context: HandlerContext, team_id: str, user_id: str) -> View:
    return personal_data.erase_view(await context.words(team_id, user_id))


async def _outcome(context: HandlerContext, payload: Payload) -> Payload:
    team_id, user_id = person_of(payload)
    field = state_of(payload).get(ids.DATA_ERASE_TYPED, {}).get(ids.DATA_ERASE_TYPED, {})
    typed = field.get("value")
    erasing = _erased(context, team_id, user_id, typed if isinstance(typed, str) else "")
    outcome = await view_or_error(context, team_id, user_id, erasing)
    if isinstance(outcome, str):
        return {"response_action": "errors", "errors": {ids.DATA_ERASE_TYPED: outcome}}
    return {"response_action": "update", "view": outcome.payload()}


async def _erased(context: HandlerContext, team_id: str, user_id: str, typed: str) -> View | str:
    """Return how it ended, or what stands at the field where something else was typed."""
    words = await context.words(team_id, user_id)
    if typed.strip().casefold() != personal_data.erase_word(words).casefold():
        return personal_data.erase_not_typed(words)
    await context.write(erase, ErasePerson(team_id, user_id))
    if not await context.store.scrub():
        log.warning("log_not_emptied", team_id=team_id)
    context.homes.redraw(team_id, user_id)
    return notice_view(words, personal_data.person_erased(words))


async def _exported(context: HandlerContext, team_id: str, user_id: str) -> View:
    words = await context.words(team_id, user_id)
    records = await context.store.read(export_person, ExportPerson(team_id, user_id))
    content = json.dumps(records, ensure_ascii=False, indent=1).encode()
    try:
        await _send(context, team_id, user_id, words, content)
    except (InDoubtError, NotReachedError, RateLimitedError, RefusedError) as error:
        log.warning("export_not_sent", reason=str(error), team_id=team_id)
        return notice_view(words, personal_data.export_not_sent(words))
    return notice_view(words, personal_data.export_sent(words))


async def _send(
    context: HandlerContext, team_id: str, user_id: str, words: Words, content: bytes
) -> None:
    """Upload the file, then share it where only the person reads.

    A file can be shared with a conversation only, whose id the message before it tells.
    """
    file_id = await put_file(
        partial(context.call, team_id), context.upload, filename=FILE_NAME, content=content
    )
    message = personal_data.export_follows(words).payload()
    told_in = await context.call(team_id, "chat.postMessage", {"channel": user_id} | message)
    file = {"id": file_id, "title": personal_data.export_title(words)}
    await context.call(
        team_id,
        "files.completeUploadExternal",
        {"files": [file], "channel_id": told_in["channel"]},
    )
