"""The Home tab: what stands in it, and its buttons; `interaction.home_tabs` publishes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.domain.errors import UnknownMembersError
from bot.domain.home import Home, Shown, ViewHome
from bot.messages.blockkit import ids
from bot.messages.home.home import help_view, home_view, shown_from, unavailable_view
from bot.messages.text.words import words_for
from bot.services.home.home import OpenHome, open_home, view_home
from handlers.home import admin
from handlers.interaction.modals import show_modal, view_of, view_or_error
from handlers.interaction.rights import anybody
from handlers.payloads.origins import person_of
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.messages.blockkit.view import View
    from handlers.interaction.context import HandlerContext, Payload
    from handlers.interaction.home_tabs import HomeTab

log = structlog.get_logger(__name__)


async def handle_home_opened(context: HandlerContext, body: Payload) -> None:
    """Publish the Home tab that somebody looks at; raises where the store does not answer.

    Slack then tells of it again.
    """
    event = body["event"]
    if event.get("tab") != "home":
        return
    team_id, user_id = person_of(body)
    if not context.homes.is_open(team_id, user_id):
        try:
            await context.write(open_home, OpenHome(team_id, user_id))
        except UnknownMembersError:  # Slack does not tell of them either
            return
    # Without a view, Slack shows nothing yet, and a hash would be that of another installation.
    context.homes.show(team_id, user_id, Shown(), (event.get("view") or {}).get("hash"))


async def draw_home(context: HandlerContext, tab: HomeTab) -> View:
    """Draw somebody's Home tab from the store; says so where that cannot serve."""
    key = (tab.team_id, tab.user_id)
    try:
        request = ViewHome(tab.team_id, tab.user_id, tab.shown)
        home: Home = await context.store.read(view_home, request)
        context.locales[key] = home.viewer.locale
        words = words_for(home.viewer.locale).named(home.settings)
        return home_view(words, home, await admin.blocks_for(context, tab.team_id, home, words))
    except StoreUnavailableError as error:
        log.warning("store_unavailable", reason=str(error), team_id=tab.team_id)
        return unavailable_view(words_for(context.locales.get(key)))


async def handle_page_chosen(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Show another page, or the other list."""
    await ack()
    view = view_of(payload)
    team_id, user_id = person_of(payload)
    shown = shown_from(payload["actions"][0].get("value") or "")
    context.homes.show(team_id, user_id, shown, view.get("hash"))


async def handle_help_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Open what `/kudos help` says."""
    await ack()
    team_id, user_id = person_of(payload)
    making = view_or_error(context, team_id, user_id, _help(context, team_id, user_id))
    context.start(show_modal(context, payload, making))


async def handle_link_followed(_edge: HandlerContext, _payload: Payload, ack: AsyncAck) -> None:
    """Takes note of a press that Slack's client has answered: it has opened the Home tab."""
    await ack()


async def _help(context: HandlerContext, team_id: str, user_id: str) -> View:
    workspace = await context.workspace(team_id)
    words = words_for(context.locales.get((team_id, user_id))).named(workspace.settings)
    return help_view(words, workspace.settings)


EVENTS = {"app_home_opened": handle_home_opened}
ACTIONS = {
    ids.HOME_RECEIVED: anybody(handle_page_chosen),
    ids.HOME_GIVEN: anybody(handle_page_chosen),
    ids.HOME_NEWER: anybody(handle_page_chosen),
    ids.HOME_OLDER: anybody(handle_page_chosen),
    ids.HOME_HELP: anybody(handle_help_pressed),
    ids.HOME_LINK: anybody(handle_link_followed),
}
