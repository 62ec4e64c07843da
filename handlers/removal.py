"""Kudos that an admin takes back: by the shortcut on a post, and the modal that asks again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.kudos import FindPosted, RemoveKudos
from bot.messages import removal as texts
from bot.messages.ids import KUDOS_REMOVE
from bot.services.removal import remove, view_posted
from handlers.forms import answer_form, check_anew
from handlers.home import redraw
from handlers.screens import person_of, show_modal, told

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.messages.view import View
    from handlers.edge import Edge, Payload


async def handle_remove_shortcut(edge: Edge, payload: Payload, ack: AsyncAck) -> None:
    """Ask an admin whether they mean it; tell anybody else why it is not possible."""
    await ack()
    team_id, user_id = person_of(payload)
    post = FindPosted(team_id, user_id, payload["channel"]["id"], payload["message_ts"])
    making = told(edge, team_id, user_id, _asked(edge, post))
    await show_modal(edge, payload, making)


async def handle_removal_submitted(edge: Edge, payload: Payload, ack: AsyncAck) -> None:
    """Take the kudos back; the modal then says how it ended."""
    team_id, user_id = person_of(payload)
    kudos_id = payload["view"].get("private_metadata")
    request = RemoveKudos(team_id, user_id, kudos_id if isinstance(kudos_id, str) else "")
    await answer_form(edge, payload, ack, _removed(edge, request), KUDOS_REMOVE)


SHORTCUTS = {KUDOS_REMOVE: handle_remove_shortcut}
VIEWS = {KUDOS_REMOVE: handle_removal_submitted}


async def _asked(edge: Edge, post: FindPosted) -> View:
    await check_anew(edge, post.team_id, post.actor_id)
    found = await edge.store.read(view_posted, post)
    words = await edge.words(post.team_id, post.actor_id)
    return texts.removal_view(words, found.kudos, found.reader.names)


async def _removed(edge: Edge, request: RemoveKudos) -> View:
    await check_anew(edge, request.team_id, request.actor_id)
    removed = await edge.write(remove, request)
    kudos = removed.kudos
    redraw(edge, request.team_id, request.actor_id, kudos.giver_id, *kudos.receiver_ids)
    words = await edge.words(request.team_id, request.actor_id)
    return texts.removal_done(words, kudos, removed.reader.names)
