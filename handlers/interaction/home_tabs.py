"""The Home tabs of this process: each is published again after what concerns its person.

Who has opened theirs before is stored, so that after a restart their Home still follows. Which page
of a list they look at is kept in memory only: after a restart they see the first one again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog

from bot.domain.home import Shown
from bot.services.home.home import FindHomes, find_homes
from bot.slack.web_api import InDoubtError, NotReachedError, RateLimitedError, RefusedError
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from bot.messages.blockkit.view import View
    from storage.engine.store import Store

    Call = Callable[[str, str, dict[str, Any]], Awaitable[dict[str, Any]]]
    Start = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]

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


class HomeTabs:
    """Publishes Home tabs: each at most once a second, and the last state always."""

    def __init__(
        self, store: Store, call: Call, start: Start, draw: Callable[[HomeTab], Awaitable[View]]
    ) -> None:
        self._store = store
        self._call = call
        self._start = start
        self._draw = draw
        self._tabs: dict[tuple[str, str], HomeTab] = {}  # by team and person
        self._unsure: dict[str, set[str]] = {}  # whose are looked up, by team

    def is_open(self, team_id: str, user_id: str) -> bool:
        """Whether a person has opened theirs, as far as this process knows."""
        return (team_id, user_id) in self._tabs

    def show(self, team_id: str, user_id: str, shown: Shown, view_hash: str | None) -> None:
        """Publish a part of somebody's Home; `view_hash` is that of what Slack shows now."""
        tab = self._tab(team_id, user_id)
        tab.shown = shown
        tab.hash = view_hash
        self._schedule(tab)

    def redraw(self, team_id: str, *user_ids: str) -> None:
        """Have the Home tabs of these people follow what has changed, where they have opened one.

        It returns at once.
        """
        for user_id in dict.fromkeys(user_ids):
            tab = self._tabs.get((team_id, user_id))
            if tab is not None:
                self._schedule(tab)
        unsure = [user_id for user_id in user_ids if (team_id, user_id) not in self._tabs]
        if unsure:
            asked = self._unsure.get(team_id)
            if asked is None:
                self._unsure[team_id] = set(unsure)
                self._start(self._redraw_opened_before(team_id))
            else:
                asked.update(unsure)

    async def _redraw_opened_before(self, team_id: str) -> None:
        # People thanked meanwhile are looked up with them: a question for each kudos would cost as
        # much as drawing.
        await asyncio.sleep(LOOK_UP_EVERY_SECONDS)
        request = FindHomes(team_id, tuple(sorted(self._unsure.pop(team_id))))
        try:
            opened = await self._store.read(find_homes, request)
        except StoreUnavailableError as error:
            log.warning("home_not_redrawn", reason=str(error), team_id=request.team_id)
            return
        for user_id in opened:
            self._schedule(self._tab(request.team_id, user_id))

    def _tab(self, team_id: str, user_id: str) -> HomeTab:
        return self._tabs.setdefault((team_id, user_id), HomeTab(team_id, user_id))

    def _schedule(self, tab: HomeTab) -> None:
        tab.is_due = True
        if tab.publishing is None or tab.publishing.done():
            tab.publishing = self._start(self._keep_up(tab))

    async def _keep_up(self, tab: HomeTab) -> None:
        """Publish for as long as something has changed since the last time it was read."""
        clock = asyncio.get_running_loop().time
        while tab.is_due:
            await asyncio.sleep(max(0.0, tab.quiet_until - clock()))
            tab.is_due = False
            pause = await self._try_to_publish(tab)
            tab.quiet_until = clock() + max(pause, PUBLISH_EVERY_SECONDS)

    async def _try_to_publish(self, tab: HomeTab) -> float:
        """Publish once; return how many seconds to wait at least before the next time."""
        try:
            view = await self._draw(tab)
            await self._publish(tab, view)
        except RefusedError as error:
            if str(error) == HASH_CONFLICT:
                # Another process has published meanwhile: what it knew may be newer.
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

    async def _publish(self, tab: HomeTab, view: View) -> None:
        arguments = {"user_id": tab.user_id, "view": view.payload()}
        if tab.hash is not None:
            arguments["hash"] = tab.hash
        answer = await self._call(tab.team_id, "views.publish", arguments)
        tab.hash = (answer.get("view") or {}).get("hash")
