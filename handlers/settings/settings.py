"""The settings: their forms, and what admins save. Rights: `handlers.interaction.rights`."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.admin import ChangeSettings, ViewSettings
from bot.domain.errors import SettingsError, StaleFormError
from bot.domain.settings.fields import Fault, FaultKind
from bot.domain.settings.settings import FIELDS, Section
from bot.messages.blockkit import ids
from bot.messages.settings.settings import SETTING, settings_view
from bot.services.settings.admin import change_settings, view_settings
from handlers.interaction.forms import answer_form, fields_of, metadata_of
from handlers.interaction.modals import show_modal, view_or_error
from handlers.interaction.rights import admins
from handlers.payloads.origins import person_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.messages.blockkit.view import View
    from handlers.interaction.context import HandlerContext, Payload

_ANNOUNCEMENTS = "announcement_channel_id"
_LEADERBOARDS = ("weekly_channel_id", "monthly_channel_id")


async def handle_settings_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Open the form of a section with what is set now."""
    await ack()
    team_id, user_id = person_of(payload)
    making = view_or_error(context, team_id, user_id, _form(context, payload))
    context.start(show_modal(context, payload, making))


async def handle_settings_submitted(
    context: HandlerContext, payload: Payload, ack: AsyncAck
) -> None:
    """Store what an admin entered, and have their Home tab show it."""
    await answer_form(context, payload, ack, _save(context, payload), SETTING)


ACTIONS = {ids.ADMIN_OPEN: admins(handle_settings_pressed)}
VIEWS = {ids.ADMIN_SAVE: admins(handle_settings_submitted)}


async def _form(context: HandlerContext, payload: Payload) -> View:
    team_id, user_id = person_of(payload)
    section = _section(payload["actions"][0].get("value"))
    words = await context.words(team_id, user_id)
    settings = await context.store.read(view_settings, ViewSettings(team_id, user_id))
    workspace = replace(await context.workspace(team_id), settings=settings)
    return settings_view(words, section, workspace)


async def _save(context: HandlerContext, payload: Payload) -> None:
    team_id, user_id = person_of(payload)
    section = _section(metadata_of(payload).get("section"))
    changes = fields_of(payload, SETTING, *FIELDS[section])
    await context.words(team_id, user_id)
    await _check_channels(context, team_id, changes)
    await context.write(change_settings, ChangeSettings(team_id, user_id, changes))
    context.forget_workspace(team_id)
    context.homes.redraw(team_id, user_id)


async def _check_channels(
    context: HandlerContext, team_id: str, changes: Mapping[str, object]
) -> None:
    """Raise `SettingsError` for a channel that was chosen and in which it may not be posted."""
    faults: dict[str, Fault] = {}
    for name in (_ANNOUNCEMENTS, *_LEADERBOARDS):
        chosen = changes.get(name)
        if not isinstance(chosen, list) or not chosen:
            continue
        may_not_post, is_shared = await asyncio.gather(
            context.slack.may_not_post(team_id, chosen[0]),
            context.slack.is_shared(team_id, chosen[0]),
        )
        if may_not_post:
            faults[name] = Fault(FaultKind.NOT_THERE)
        elif is_shared and name in _LEADERBOARDS:
            faults[name] = Fault(FaultKind.SHARED)
        elif is_shared and await _is_fallback(context, team_id):
            faults[name] = Fault(FaultKind.SHARED_FALLBACK)
    if faults:
        raise SettingsError(faults)


async def _is_fallback(context: HandlerContext, team_id: str) -> bool:
    """Return whether leaderboards come to the announcement channel."""
    settings = (await context.workspace(team_id)).settings
    return (settings.weekly_on and settings.weekly_channel_id is None) or (
        settings.monthly_on and settings.monthly_channel_id is None
    )


def _section(named: object) -> Section:
    try:
        return Section(str(named))
    except ValueError:
        raise StaleFormError from None
