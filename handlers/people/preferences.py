"""The preferences of a person: a modal that opens from the Home tab."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.errors import StaleFormError
from bot.domain.preferences import ChangePreferences, Preferences
from bot.messages.blockkit import ids
from bot.messages.people.preferences import CHOICES, languages_offered, preferences_view
from bot.messages.text.words import words_for
from bot.services.people.preferences import ViewPreferences, change_preferences, view_preferences
from handlers.interaction.forms import answer_form, state_of
from handlers.interaction.modals import show_modal, view_or_error
from handlers.interaction.rights import anybody
from handlers.payloads.origins import person_of

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.messages.blockkit.view import View
    from handlers.interaction.context import HandlerContext, Payload


async def handle_preferences_pressed(
    context: HandlerContext, payload: Payload, ack: AsyncAck
) -> None:
    """Open the modal with what the person chose so far."""
    await ack()
    team_id, user_id = person_of(payload)
    making = view_or_error(context, team_id, user_id, _view(context, team_id, user_id))
    context.start(show_modal(context, payload, making))


async def handle_preferences_submitted(
    context: HandlerContext, payload: Payload, ack: AsyncAck
) -> None:
    """Store what the person chose, close the modal, and say in a sentence if that fails."""
    team_id, user_id = person_of(payload)
    saving = _saved(context, team_id, user_id, state_of(payload))
    await answer_form(context, payload, ack, saving, prefix="preferences")


ACTIONS = {ids.PREFERENCES_OPEN: anybody(handle_preferences_pressed)}
VIEWS = {ids.PREFERENCES_SAVE: anybody(handle_preferences_submitted)}


def preferences_from(values: dict[str, Any]) -> Preferences:
    """Return what was chosen; a language that is not offered is that of the person's Slack.

    Raises `StaleFormError` where the form is not this version's: nothing ticked is a choice too.
    """
    ticked = _state(values, ids.PREFERENCES_CHOICES).get("selected_options")
    if not isinstance(ticked, list) or not all(isinstance(each, dict) for each in ticked):
        raise StaleFormError
    names = [option.get("value") for option in ticked]
    language = _state(values, ids.PREFERENCES_LANGUAGE).get("selected_option")
    code = language.get("value") if isinstance(language, dict) else None
    return Preferences(
        **{name: name in names for name in CHOICES},
        locale=code if code in languages_offered() else None,
    )


def _state(values: dict[str, Any], action_id: str) -> dict[str, Any]:
    state: dict[str, Any] = (values.get(action_id) or {}).get(action_id) or {}
    return state


async def _view(context: HandlerContext, team_id: str, user_id: str) -> View:
    member = await context.write(view_preferences, ViewPreferences(team_id, user_id))
    return preferences_view(words_for(member.locale), member.preferences)


async def _saved(
    context: HandlerContext, team_id: str, user_id: str, values: dict[str, Any]
) -> None:
    request = ChangePreferences(team_id, user_id, preferences_from(values))
    member = await context.write(change_preferences, request)
    context.locales[team_id, user_id] = member.locale
    context.homes.redraw(team_id, user_id)
