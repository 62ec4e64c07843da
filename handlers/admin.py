"""The settings: their forms, and what admins save. Rights are checked when an action arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.admin import ChangeSettings, ViewSettings
from bot.domain.errors import SettingsError, StaleFormError
from bot.domain.settings import FIELDS, Fault, FaultKind, Section
from bot.messages import ids
from bot.messages.admin_settings import SETTING, settings_view
from bot.services.admin import change_settings, view_settings
from handlers.forms import answer_form, check_anew, fields_of, metadata_of
from handlers.home import redraw
from handlers.screens import open_modal, person_of, told

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.messages.view import View
    from handlers.edge import Edge, Payload

_ANNOUNCEMENTS = "announcement_channel_id"


async def handle_settings_pressed(edge: Edge, payload: Payload, ack: AsyncAck) -> None:
    """Open the form of a section with what is set now."""
    await ack()
    team_id, user_id = person_of(payload)
    making = told(edge, team_id, user_id, _form(edge, payload))
    edge.start(open_modal(edge, team_id, user_id, payload["trigger_id"], making))


async def handle_settings_submitted(edge: Edge, payload: Payload, ack: AsyncAck) -> None:
    """Store what an admin entered, and have their Home tab show it."""
    await answer_form(edge, payload, ack, _save(edge, payload), SETTING)


ACTIONS = {ids.ADMIN_OPEN: handle_settings_pressed}
VIEWS = {ids.ADMIN_SAVE: handle_settings_submitted}


async def _form(edge: Edge, payload: Payload) -> View:
    team_id, user_id = person_of(payload)
    section = _section(payload["actions"][0].get("value"))
    await check_anew(edge, team_id, user_id)
    words = await edge.words(team_id, user_id)
    settings = await edge.store.read(view_settings, ViewSettings(team_id, user_id))
    return settings_view(words, section, settings)


async def _save(edge: Edge, payload: Payload) -> None:
    team_id, user_id = person_of(payload)
    section = _section(metadata_of(payload).get("section"))
    changes = fields_of(payload, SETTING, *FIELDS[section])
    await check_anew(edge, team_id, user_id)
    await edge.words(team_id, user_id)
    await _check_channel(edge, team_id, changes.get(_ANNOUNCEMENTS))
    await edge.write(change_settings, ChangeSettings(team_id, user_id, changes))
    edge.forget_workspace(team_id)
    redraw(edge, team_id, user_id)


async def _check_channel(edge: Edge, team_id: str, chosen: object) -> None:
    """Raise `SettingsError` for a channel that was chosen and in which nothing can be posted."""
    if isinstance(chosen, list) and chosen and await edge.slack.may_not_post(team_id, chosen[0]):
        raise SettingsError({_ANNOUNCEMENTS: Fault(FaultKind.NOT_THERE)})


def _section(named: object) -> Section:
    try:
        return Section(str(named))
    except ValueError:
        raise StaleFormError from None
