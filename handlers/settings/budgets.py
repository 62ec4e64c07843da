"""Allowances for groups and people, and boosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.admin import ViewSettings
from bot.domain.budgets import EndBoost, SetOverride
from bot.domain.settings.admin_forms import (
    BOOST_FIELDS,
    OVERRIDE_FIELDS,
    read_boost,
    read_override,
)
from bot.messages.blockkit import ids
from bot.messages.settings.budgets import boost_view, budgets_view, override_view
from bot.services.giving.budgets import end_boost, give_boost, set_override
from bot.services.settings.admin import view_budgets
from handlers.interaction.forms import answer_form, entered, show_next
from handlers.interaction.modals import show_modal, view_or_error
from handlers.interaction.rights import admins
from handlers.payloads.origins import person_of

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.messages.blockkit.view import View
    from handlers.interaction.context import HandlerContext, Payload


async def handle_budgets_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Open the list of other allowances and boosts."""
    await ack()
    team_id, user_id = person_of(payload)
    making = view_or_error(context, team_id, user_id, _list(context, payload))
    context.start(show_modal(context, payload, making))


async def handle_form_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Put the form for a new one in the place of the list."""
    await ack()
    context.start(show_next(context, payload, _form(context, payload)))


async def handle_end_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """End what the button stands beside, and show the list without it."""
    await ack()
    context.start(show_next(context, payload, _end(context, payload)))


async def handle_override_submitted(
    context: HandlerContext, payload: Payload, ack: AsyncAck
) -> None:
    """Set another allowance, then show the list."""
    await answer_form(context, payload, ack, _save_override(context, payload), "override")


async def handle_boost_submitted(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Give a boost, then show the list."""
    await answer_form(context, payload, ack, _save_boost(context, payload), "boost")


ACTIONS = {
    ids.BUDGETS_OPEN: admins(handle_budgets_pressed),
    ids.OVERRIDE_OPEN: admins(handle_form_pressed),
    ids.BOOST_OPEN: admins(handle_form_pressed),
    ids.OVERRIDE_END: admins(handle_end_pressed),
    ids.BOOST_END: admins(handle_end_pressed),
}
VIEWS = {
    ids.OVERRIDE_SAVE: admins(handle_override_submitted),
    ids.BOOST_SAVE: admins(handle_boost_submitted),
}


async def _list(context: HandlerContext, payload: Payload) -> View:
    team_id, user_id = person_of(payload)
    words = await context.words(team_id, user_id)
    budgets = await context.store.read(view_budgets, ViewSettings(team_id, user_id))
    return budgets_view(words, budgets, await context.slack.group_names(team_id))


async def _form(context: HandlerContext, payload: Payload) -> View:
    team_id, user_id = person_of(payload)
    words = await context.words(team_id, user_id)
    if payload["actions"][0]["action_id"] == ids.BOOST_OPEN:
        return boost_view(words)
    return override_view(words, await context.slack.group_names(team_id))


async def _end(context: HandlerContext, payload: Payload) -> View:
    team_id, user_id = person_of(payload)
    action = payload["actions"][0]
    named = action.get("value") or ""
    if action["action_id"] == ids.BOOST_END:
        await context.write(end_boost, EndBoost(team_id, user_id, named))
    else:
        await context.write(set_override, SetOverride(team_id, user_id, named, None))
    context.homes.redraw(team_id, user_id)
    return await _list(context, payload)


async def _save_override(context: HandlerContext, payload: Payload) -> View:
    team_id, user_id = person_of(payload)
    typed = {name: entered(payload).get(f"override:{name}") for name in OVERRIDE_FIELDS}
    request = read_override(team_id, user_id, typed)
    await context.write(set_override, request)
    context.homes.redraw(team_id, user_id, request.subject_id)
    return await _list(context, payload)


async def _save_boost(context: HandlerContext, payload: Payload) -> View:
    team_id, user_id = person_of(payload)
    typed = {name: entered(payload).get(f"boost:{name}") for name in BOOST_FIELDS}
    request = read_boost(team_id, user_id, typed, payload["view"]["id"])
    await context.write(give_boost, request)
    context.homes.redraw(team_id, user_id, request.user_id)
    return await _list(context, payload)
