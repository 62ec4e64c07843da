"""The right that each command, button, form and shortcut needs; asked for once, when it arrives.

What a person may do is declared beside its handler, and `handlers.dispatch` asks before it hands
anything over: Slack is asked anew, and no answer means no.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NoReturn

from bot.domain.errors import NotAdminError, SlackSilentError
from bot.services.people.members import learn_rights
from handlers.interaction.forms import answer_form, show_next
from handlers.interaction.modals import show_modal, view_or_error
from handlers.interaction.replies import Interaction, note_time_taken
from handlers.payloads.origins import person_of

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from handlers.interaction.context import HandlerContext, Payload

ASK_WITHIN_SECONDS = 1.0  # a trigger is good for three, and what is asked for takes its time too
Answering = Callable[["HandlerContext", "Payload", "AsyncAck"], Awaitable[None]]


class Right(StrEnum):
    """Who may do something."""

    ANYBODY = "anybody"  # whom it concerns is the use case's to decide
    ADMIN = "admin"  # who administers Kudos in the workspace


@dataclass(frozen=True, slots=True)
class Entry:
    """What handles a payload, and the right that this needs."""

    right: Right
    handle: Answering


def anybody(handle: Answering) -> Entry:
    """Declares that everybody may do this."""
    return Entry(Right.ANYBODY, handle)


def admins(handle: Answering) -> Entry:
    """Declares that only those who administer Kudos may do this."""
    return Entry(Right.ADMIN, handle)


async def hand_over(context: HandlerContext, entry: Entry, payload: Payload, ack: AsyncAck) -> None:
    """Has a payload handled, if whoever sent it has the right; else tells them in a sentence."""
    if entry.right is Right.ADMIN:
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            await require_admin(context, *person_of(payload))
        except Exception as error:  # noqa: BLE001 - whatever it is, it means no
            await _refuse(context, payload, ack, error)
            return
        finally:
            note_time_taken(clock() - began)
    await entry.handle(context, payload, ack)


async def require_admin(context: HandlerContext, team_id: str, user_id: str) -> None:
    """Raises `NotAdminError`, or `SlackSilentError` where Slack doesn't say in time."""
    try:
        async with asyncio.timeout(ASK_WITHIN_SECONDS):
            found = await context.slack.people(team_id, [user_id])
            is_admin = bool(found) and await context.store.write(learn_rights, found[0])
    except TimeoutError:
        raise SlackSilentError from None
    if not is_admin:
        raise NotAdminError


async def _refuse(
    context: HandlerContext, payload: Payload, ack: AsyncAck, error: Exception
) -> None:
    """Says why not, where the person acted: in the modal, in a new one, or below the command."""
    if "command" in payload:
        interaction = Interaction(context, *person_of(payload), payload.get("response_url") or "")
        message = await interaction.answer(_raised(error))
        await ack(**message.payload())
    elif payload["type"] == "view_submission":
        await answer_form(context, payload, ack, _raised(error), "")
    else:
        await ack()
        if (payload.get("view") or {}).get("type") == "modal":
            context.start(show_next(context, payload, _raised(error)))
        else:
            making = view_or_error(context, *person_of(payload), _raised(error))
            context.start(show_modal(context, payload, making))


async def _raised(error: Exception) -> NoReturn:
    raise error
