"""To whom an act belongs where two companies share a channel and both have Kudos.

Of an event there Slack names one installation, whoever acts, or delivers it for each. So an act of
giving belongs to the workspace of the person who acts: it counts there once, and nowhere else.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import SlackSilentError
from bot.messages.blockkit.ids import KUDOS_JOIN, KUDOS_UNDO
from bot.services.people.members import FindNames, find_workspace_of, is_colleague
from handlers.payloads.classify import PayloadKind
from handlers.payloads.origins import is_organization, origin_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.slack.directory import SlackDirectory
    from handlers.interaction.context import Payload
    from handlers.payloads.origins import Origin
    from storage.engine.store import Store

    IsServed = Callable[[str], Awaitable[bool]]

EVENTS = frozenset({"app_mention", "reaction_added", "reaction_removed"})
ACTIONS = frozenset({KUDOS_JOIN, KUDOS_UNDO})
KEPT = 10_000  # people whose home is known
KEPT_SECONDS = 3_600.0


class Belonging:
    """Finds out to whom an act belongs; asks Slack once an hour where somebody is at home."""

    def __init__(self, store: Store, slack: SlackDirectory, is_served: IsServed) -> None:
        self._store = store
        self._slack = slack
        self._is_served = is_served
        # By workspace and person, and until when.
        self._known: dict[tuple[str, str], tuple[float, tuple[str, ...]]] = {}

    async def of(self, kind: PayloadKind, payload: Payload) -> Origin:
        """Return the origin of a payload, with the workspace to which what is done belongs.

        Raises `SlackSilentError` where Slack would have to say who acts, and does not.
        """
        origin = origin_of(payload)
        if not origin.is_shared or not origin.actor_id or not _is_giving(kind, payload):
            return origin
        for each in await self._homes_of(origin):
            home = await self._workspace(origin, each)
            if home == origin.installed_team_id:
                break
            if home and await self._is_served(home):
                return replace(origin, team_id=home)
        return origin

    async def _homes_of(self, origin: Origin) -> tuple[str, ...]:
        team_id, user_id = origin.installed_team_id, origin.actor_id
        now = asyncio.get_running_loop().time()
        until, homes = self._known.get((team_id, user_id), (0.0, ()))
        if until <= now:
            try:
                homes = await self._looked_up(team_id, user_id)
            except SlackSilentError:
                if not origin.actor_team_id:
                    raise
                return (origin.actor_team_id,)
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[team_id, user_id] = (now + KEPT_SECONDS, homes)
        return homes

    async def _looked_up(self, team_id: str, user_id: str) -> tuple[str, ...]:
        if await self._store.read(is_colleague, FindNames(team_id, user_id)):
            return (team_id,)
        return await self._slack.homes_of(team_id, user_id)

    async def _workspace(self, origin: Origin, home: str) -> str:
        """Return a workspace; of people of an organization Slack may tell no more than that."""
        if not is_organization(home):
            return home
        if home in origin.workspace_of:
            return origin.workspace_of[home]
        return await self._store.read(find_workspace_of, (home, origin.actor_id))


def _is_giving(kind: PayloadKind, payload: Payload) -> bool:
    if kind is PayloadKind.EVENT:
        return payload["event"]["type"] in EVENTS
    # What is pressed in a view is of the app that shows the view.
    is_on_message = kind is PayloadKind.ACTION and not payload.get("view")
    return is_on_message and payload["actions"][0]["action_id"] in ACTIONS
