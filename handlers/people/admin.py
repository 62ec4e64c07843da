"""Finding somebody, seeing their ledger, and correcting mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.admin import ViewActivity, ViewPerson
from bot.domain.errors import SettingsError, StaleFormError
from bot.domain.kudos import RemoveKudos
from bot.domain.settings.admin_forms import ADJUSTMENT_FIELDS, read_adjustment
from bot.domain.settings.fields import Fault, FaultKind
from bot.messages.blockkit import ids
from bot.messages.giving.removal import removal_view
from bot.messages.people.admin import adjust_view, find_view, person_view
from bot.messages.settings.activity import activity_view
from bot.services.giving.budgets import adjust
from bot.services.settings.admin import view_activity, view_person, view_removal
from handlers.interaction.forms import answer_form, entered, metadata_of, show_next
from handlers.interaction.modals import show_modal, view_or_error
from handlers.interaction.rights import admins
from handlers.payloads.origins import person_of

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.messages.blockkit.view import View
    from handlers.interaction.context import HandlerContext, Payload

_PAGES_MAX = 100_000


async def handle_find_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Open the form in which an admin names somebody."""
    await ack()
    _open(context, payload, _find_form(context, payload))


async def handle_activity_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Open the activity list."""
    await ack()
    _open(context, payload, _activity(context, payload, 0))


async def handle_activity_page(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Show another page of the activity list."""
    await ack()
    page = _page(payload["actions"][0].get("value") or "")
    context.start(show_next(context, payload, _activity(context, payload, page)))


async def handle_person_submitted(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Show the ledger of the person who was named."""
    await answer_form(context, payload, ack, _named(context, payload), "people")


async def handle_person_page(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Show another page of somebody's ledger."""
    await ack()
    user_id, _, page = (payload["actions"][0].get("value") or "").partition(":")
    context.start(show_next(context, payload, _person(context, payload, user_id, _page(page))))


async def handle_adjust_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Put the form for a correction in the place of the ledger."""
    await ack()
    context.start(show_next(context, payload, _adjust_form(context, payload)))


async def handle_adjust_submitted(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Correct a balance, then show the ledger."""
    await answer_form(context, payload, ack, _adjust(context, payload), "adjust")


async def handle_remove_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Ask whether the admin means it; `handlers.giving.removal` does the rest."""
    await ack()
    context.start(show_next(context, payload, _removal(context, payload)))


ACTIONS = {
    ids.PEOPLE_FIND: admins(handle_find_pressed),
    ids.PEOPLE_NEWER: admins(handle_person_page),
    ids.PEOPLE_OLDER: admins(handle_person_page),
    ids.PEOPLE_REMOVE: admins(handle_remove_pressed),
    ids.ADJUST_OPEN: admins(handle_adjust_pressed),
    ids.ACTIVITY_OPEN: admins(handle_activity_pressed),
    ids.ACTIVITY_NEWER: admins(handle_activity_page),
    ids.ACTIVITY_OLDER: admins(handle_activity_page),
}
VIEWS = {
    ids.PEOPLE_SHOW: admins(handle_person_submitted),
    ids.ADJUST_SAVE: admins(handle_adjust_submitted),
}


def _open(context: HandlerContext, payload: Payload, making: Coroutine[Any, Any, View]) -> None:
    team_id, user_id = person_of(payload)
    making = view_or_error(context, team_id, user_id, making)
    context.start(show_modal(context, payload, making))


def _page(text: str) -> int:
    """Return the number of a page; what is none is the first."""
    return min(int(text), _PAGES_MAX) if text.isascii() and text.isdecimal() else 0


async def _find_form(context: HandlerContext, payload: Payload) -> View:
    team_id, user_id = person_of(payload)
    return find_view(await context.words(team_id, user_id))


async def _activity(context: HandlerContext, payload: Payload, page: int) -> View:
    team_id, user_id = person_of(payload)
    found = await context.read(view_activity, ViewActivity(team_id, user_id, page))
    is_of_group = any((each.subject_id or "").startswith("S") for each in found.activities)
    groups = await context.slack.group_names(team_id) if is_of_group else {}
    return activity_view(await context.words(team_id, user_id), found, groups)


async def _named(context: HandlerContext, payload: Payload) -> View:
    subject_id = entered(payload).get(ids.PEOPLE_PERSON)
    if not isinstance(subject_id, str):
        raise SettingsError({"person": Fault(FaultKind.MISSING)})
    return await _person(context, payload, subject_id, 0)


async def _person(
    context: HandlerContext, payload: Payload, subject_id: str, page: int, *, is_look: bool = True
) -> View:
    team_id, user_id = person_of(payload)
    request = ViewPerson(team_id, user_id, subject_id, page, is_look=is_look)
    # A write, since it is noted who looks.
    ledger = await context.write(view_person, request)
    return person_view(await context.words(team_id, user_id), ledger)


async def _adjust_form(context: HandlerContext, payload: Payload) -> View:
    team_id, user_id = person_of(payload)
    subject_id = payload["actions"][0].get("value") or ""
    return adjust_view(await context.words(team_id, user_id), subject_id)


async def _adjust(context: HandlerContext, payload: Payload) -> View:
    team_id, user_id = person_of(payload)
    subject_id = metadata_of(payload).get("user_id")
    if not isinstance(subject_id, str):
        raise StaleFormError
    typed = {name: entered(payload).get(f"adjust:{name}") for name in ADJUSTMENT_FIELDS}
    request = read_adjustment(team_id, user_id, subject_id, typed, payload["view"]["id"])
    await context.write(adjust, request)
    context.homes.redraw(team_id, user_id, subject_id)
    return await _person(context, payload, subject_id, 0, is_look=False)


async def _removal(context: HandlerContext, payload: Payload) -> View:
    team_id, user_id = person_of(payload)
    request = RemoveKudos(team_id, user_id, payload["actions"][0].get("value") or "")
    found = await context.read(view_removal, request)
    return removal_view(await context.words(team_id, user_id), found)
