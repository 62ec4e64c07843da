"""Kudos that are taken back from the menu of their post: by the giver, or by an admin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import NotAdminError, NotGiverNorAdminError, UndoTooLateError
from bot.domain.kudos import FindPosted, RemoveKudos, UndoKudos
from bot.messages.blockkit.ids import KUDOS_REMOVE
from bot.messages.giving import removal as texts
from bot.messages.giving.give import done_view
from bot.messages.giving.kudos import kudos_undone
from bot.services.giving.kudos import undo
from bot.services.giving.removal import remove, view_posted
from handlers.interaction.forms import answer_form
from handlers.interaction.modals import show_modal, view_or_error
from handlers.interaction.rights import admins, anybody, require_admin
from handlers.payloads.origins import person_of

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.domain.errors import KudosError
    from bot.messages.blockkit.view import View
    from handlers.interaction.context import HandlerContext, Payload


async def handle_remove_shortcut(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Take back what the person gave, or ask an admin whether they mean it; or say why not."""
    await ack()
    team_id, user_id = person_of(payload)
    post = FindPosted(team_id, user_id, payload["channel"]["id"], payload["message_ts"])
    making = view_or_error(
        context, team_id, user_id, _asked(context, post, f"menu:{payload['trigger_id']}")
    )
    await show_modal(context, payload, making)


async def handle_removal_submitted(
    context: HandlerContext, payload: Payload, ack: AsyncAck
) -> None:
    """Take the kudos back; the modal then says how it ended."""
    team_id, user_id = person_of(payload)
    kudos_id = payload["view"].get("private_metadata")
    request = RemoveKudos(team_id, user_id, kudos_id if isinstance(kudos_id, str) else "")
    await answer_form(context, payload, ack, _removed(context, request), KUDOS_REMOVE)


SHORTCUTS = {KUDOS_REMOVE: anybody(handle_remove_shortcut)}
VIEWS = {KUDOS_REMOVE: admins(handle_removal_submitted)}


async def _asked(context: HandlerContext, post: FindPosted, natural_key: str) -> View:
    found = await context.read(view_posted, post)
    refused: KudosError = NotGiverNorAdminError()
    if found.own_id is not None:
        try:
            own = UndoKudos(post.team_id, post.actor_id, found.own_id, natural_key)
            return await _undone(context, own)
        except UndoTooLateError as error:
            refused = error
    try:
        await require_admin(context, post.team_id, post.actor_id)
    except NotAdminError:
        raise refused from None
    words = await context.words(post.team_id, post.actor_id)
    return texts.removal_view(words, found.removal)


async def _undone(context: HandlerContext, request: UndoKudos) -> View:
    undone = await context.write(undo, request)
    context.homes.redraw(request.team_id, request.user_id, *undone.kudos.receiver_ids)
    words = await context.words(request.team_id, request.user_id)
    return done_view(words, kudos_undone(words, undone, undone.reader.names))


async def _removed(context: HandlerContext, request: RemoveKudos) -> View:
    removed = await context.write(remove, request)
    kudos = removed.kudos
    context.homes.redraw(request.team_id, request.actor_id, kudos.giver_id, *kudos.receiver_ids)
    words = await context.words(request.team_id, request.actor_id)
    return texts.removal_done(words, removed)
