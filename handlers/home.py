"""The Home tab: published when somebody opens it, and again after what concerns them.

Who has opened theirs before is stored, so that after a restart their Home still follows. Which page
of a list somebody looks at is kept in memory only: after a restart they see the first one again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from bot.domain.errors import UnknownMembersError
from bot.domain.home import Home, Shown, ViewHome
from bot.messages import ids
from bot.messages.home import help_view, home_view, shown_from, unavailable_view
from bot.messages.words import words_for
from bot.services.home import FindHomes, OpenHome, find_homes, open_home, view_home
from bot.slack import InDoubtError, NotReachedError, RateLimitedError, RefusedError
from handlers import admin_home
from handlers.origins import person_of
from handlers.rights import anybody
from handlers.screens import show_modal, told, view_of
from storage.store import StoreUnavailableError

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.messages.view import View
    from handlers.edge import Edge, Payload

log = structlog.get_logger(__name__)

PUBLISH_EVERY_SECONDS = 1.0
LOOK_UP_EVERY_SECONDS = 0.1  # who has opened theirs before
TRY_AGAIN_SECONDS = (1.0, 2.0, 5.0, 10.0)  # then it waits for the next change, or to be opened
HASH_CONFLICT = "hash_conflict"


@dataclass
class HomeTab:
    """One person's Home tab, as this process has it."""

    team_id: str
    user_id: str
    shown: Shown = field(default_factory=Shown)
    hash: str | None = None  # of what Slack shows
    is_due: bool = False
    quiet_until: float = 0.0  # on the event loop's clock
    failures: int = 0
    publishing: asyncio.Task[None] | None = None


async def handle_home_opened(edge: Edge, body: Payload) -> None:
    """Publish the Home tab that somebody looks at; raises where the store does not answer.

    Slack then tells of it again.
    """
    event = body["event"]
    if event.get("tab") != "home":
        return
    team_id, user_id = person_of(body)
    tab = edge.homes.get((team_id, user_id))
    if tab is None:
        try:
            await edge.write(open_home, OpenHome(team_id, user_id))
        except UnknownMembersError:  # Slack does not tell of them either
            return
        tab = _tab(edge, team_id, user_id)
    tab.shown = Shown()
    # Without a view, Slack shows nothing yet, and a hash would be that of another installation.
    tab.hash = (event.get("view") or {}).get("hash")
    _schedule(edge, tab)


def redraw(edge: Edge, team_id: str, *user_ids: str) -> None:
    """Have the Home tabs of these people follow what has changed, where they have opened one.

    It returns at once. Each is published at most once a second; the last state always comes.
    """
    for user_id in dict.fromkeys(user_ids):
        tab = edge.homes.get((team_id, user_id))
        if tab is not None:
            _schedule(edge, tab)
    unsure = [user_id for user_id in user_ids if (team_id, user_id) not in edge.homes]
    if unsure:
        asked = edge.unsure_homes.get(team_id)
        if asked is None:
            edge.unsure_homes[team_id] = set(unsure)
            edge.start(_redraw_opened_before(edge, team_id))
        else:
            asked.update(unsure)


async def _redraw_opened_before(edge: Edge, team_id: str) -> None:
    # Those who are thanked meanwhile are looked up with them: a question for each kudos would cost
    # as much as drawing.
    await asyncio.sleep(LOOK_UP_EVERY_SECONDS)
    request = FindHomes(team_id, tuple(sorted(edge.unsure_homes.pop(team_id))))
    try:
        opened = await edge.store.read(find_homes, request)
    except StoreUnavailableError as error:
        log.warning("home_not_redrawn", reason=str(error), team_id=request.team_id)
        return
    for user_id in opened:
        _schedule(edge, _tab(edge, request.team_id, user_id))


def _tab(edge: Edge, team_id: str, user_id: str) -> HomeTab:
    return edge.homes.setdefault((team_id, user_id), HomeTab(team_id, user_id))


def _schedule(edge: Edge, tab: HomeTab) -> None:
    tab.is_due = True
    if tab.publishing is None or tab.publishing.done():
        tab.publishing = edge.start(_keep_up(edge, tab))


async def _keep_up(edge: Edge, tab: HomeTab) -> None:
    """Publish for as long as something has changed since the last time it was read."""
    clock = asyncio.get_running_loop().time
    while tab.is_due:
        await asyncio.sleep(max(0.0, tab.quiet_until - clock()))
        tab.is_due = False
        pause = await _try_to_publish(edge, tab)
        tab.quiet_until = clock() + max(pause, PUBLISH_EVERY_SECONDS)


async def _try_to_publish(edge: Edge, tab: HomeTab) -> float:
    """Publish once; return how many seconds to wait at least before the next time."""
    try:
        view = await _made(edge, tab)
        await _publish(edge, tab, view)
    except RefusedError as error:
        if str(error) == HASH_CONFLICT:
            # Another process has published meanwhile: what it knew may be newer than what was read.
            tab.hash, tab.is_due = None, True
        else:
            log.warning("home_not_published", reason=str(error), team_id=tab.team_id)
        return 0.0
    except RateLimitedError as error:
        tab.is_due = True
        return error.seconds
    except (NotReachedError, InDoubtError) as error:
        if tab.failures >= len(TRY_AGAIN_SECONDS):
            log.warning("home_not_published", reason=str(error), team_id=tab.team_id)
            tab.failures = 0
            return 0.0
        tab.failures += 1
        tab.is_due, tab.hash = True, None  # nobody knows which one Slack shows now
        return TRY_AGAIN_SECONDS[tab.failures - 1]
    except Exception:
        # A bug must not end what keeps all later changes coming.
        log.exception("bug", team_id=tab.team_id)
        return 0.0
    tab.failures = 0
    return 0.0


async def _made(edge: Edge, tab: HomeTab) -> View:
    key = (tab.team_id, tab.user_id)
    try:
        request = ViewHome(tab.team_id, tab.user_id, tab.shown)
        home: Home = await edge.store.read(view_home, request)
        edge.locales[key] = home.viewer.locale
        words = words_for(home.viewer.locale).named(home.settings)
        return home_view(words, home, await admin_home.blocks_for(edge, tab.team_id, home, words))
    except StoreUnavailableError as error:
        log.warning("store_unavailable", reason=str(error), team_id=tab.team_id)
        return unavailable_view(words_for(edge.locales.get(key)))


async def _publish(edge: Edge, tab: HomeTab, view: View) -> None:
    arguments = {"user_id": tab.user_id, "view": view.payload()}
    if tab.hash is not None:
        arguments["hash"] = tab.hash
    answer = await edge.call(tab.team_id, "views.publish", arguments)
    tab.hash = (answer.get("view") or {}).get("hash")


async def handle_page_chosen(edge: Edge, payload: Payload, ack: AsyncAck) -> None:
    """Show another page, or the other list."""
    await ack()
    view = view_of(payload)
    team_id, user_id = person_of(payload)
    tab = _tab(edge, team_id, user_id)
    tab.shown = shown_from(payload["actions"][0].get("value") or "")
    tab.hash = view.get("hash")
    _schedule(edge, tab)


async def handle_help_pressed(edge: Edge, payload: Payload, ack: AsyncAck) -> None:
    """Open what `/kudos help` says."""
    await ack()
    team_id, user_id = person_of(payload)
    making = told(edge, team_id, user_id, _help(edge, team_id, user_id))
    edge.start(show_modal(edge, payload, making))


async def handle_link_followed(_edge: Edge, _payload: Payload, ack: AsyncAck) -> None:
    """Takes note of a press that Slack's client has answered: it has opened the Home tab."""
    await ack()


async def _help(edge: Edge, team_id: str, user_id: str) -> View:
    workspace = await edge.workspace(team_id)
    words = words_for(edge.locales.get((team_id, user_id))).named(workspace.settings)
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
