"""Getting to know a workspace: what Slack tells of it and of its people, before anything else."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from bot.domain.admin import Welcome
from bot.domain.installations import Cover
from bot.domain.workspaces import Workspace, WorkspaceSettings
from bot.domain.zones import UNKNOWN_ZONE, known_zone, zone_of_most
from bot.services.installations.installations import cover, name_workspace
from bot.services.people.members import SeePeople, see_people
from bot.services.settings.admin import welcome_admin
from bot.services.settings.workspaces import (
    find_emoji_aliases,
    see_emoji,
    see_workspace,
    settle_zone,
)
from bot.slack.clients import NoTokenError
from bot.slack.web_api import SLACK_FAILED, RefusedError, called, patiently
from handlers.gateway import NotReadyError
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from bot.domain.installations import Install, Installation
    from bot.domain.members import Member
    from bot.slack.clients import ManyWorkspaces
    from bot.slack.directory import SlackDirectory
    from storage.engine.store import Store

log = structlog.get_logger(__name__)

# Slack waits three seconds for an answer; what needs longer goes on in the background.
READY_WITHIN_SECONDS = 2.0
ASK_AGAIN_SECONDS = 60.0  # about a workspace that the organization has not given the app to


@dataclass(frozen=True)
class Introduced:
    """A workspace as it is stored now, and whether Slack told its own emoji."""

    workspace: Workspace
    has_emoji: bool


async def introduce(
    store: Store, slack: SlackDirectory, team_id: str, identity: dict[str, Any]
) -> Introduced:
    """Store a workspace as Slack tells of it; `identity` is its answer to `auth.test`.

    What Slack does not tell at the moment stays as it was, or is learned later.
    """
    people: tuple[Member, ...] = ()
    try:
        # The first page is enough to begin with; the others follow while the app works.
        people, _ = await slack.page_of_people(team_id)
    except SLACK_FAILED as error:
        log.warning("not_told", reason=str(error), team_id=team_id)
    aliases = await slack.emoji_aliases(team_id)
    known = await store.read(find_emoji_aliases, team_id) if aliases is None else aliases
    workspace = await store.write(
        see_workspace,
        Workspace(
            team_id=team_id,
            name=identity.get("team", ""),
            url=identity.get("url", "https://app.slack.com/"),
            bot_user_id=identity["user_id"],
            # Slack knows no zone of a workspace: the one in which most of its people live.
            time_zone=zone_of_most(people) or UNKNOWN_ZONE,
            settings=WorkspaceSettings(),
            emoji_aliases=known,
        ),
    )
    await store.write(see_people, SeePeople(team_id, people))
    log.info("workspace", team_id=team_id, time_zone=workspace.time_zone)
    return Introduced(workspace, has_emoji=aliases is not None)


async def sync_members(
    store: Store,
    slack: SlackDirectory,
    introduced: Introduced,
    wake_delivery: Callable[[], None],
    installer_id: str | None = None,
) -> None:
    """Store who is in the workspace, so that giving need not ask Slack first.

    Goes on for as long as Slack is away; whoever is missed is asked for when they are named.
    """
    team_id = introduced.workspace.team_id
    lacks_zone = known_zone(introduced.workspace.time_zone) in {None, UNKNOWN_ZONE}
    try:
        async for people in _everybody(slack, team_id):
            with suppress(StoreUnavailableError):
                await store.write(see_people, SeePeople(team_id, people))
                zone = zone_of_most(people)
                if lacks_zone and zone is not None:
                    await store.write(settle_zone, (team_id, zone))
                    lacks_zone = False
        if not introduced.has_emoji:
            aliases = await patiently(partial(slack.told_emoji_aliases, team_id))
            with suppress(StoreUnavailableError):
                await store.write(see_emoji, (team_id, aliases))
    except (RefusedError, NoTokenError) as error:
        log.warning("not_told", reason=str(error), team_id=team_id)
    # With a token from the settings, Slack tells nobody who installed the app: perhaps the owner.
    installer = Welcome(team_id, installer_id or slack.owners.get(team_id))
    with suppress(StoreUnavailableError):  # then the next start says it
        await store.write(welcome_admin, installer)
        wake_delivery()


async def _everybody(slack: SlackDirectory, team_id: str) -> AsyncIterator[tuple[Member, ...]]:
    """Yields all people of a workspace, a page at a time; raises `RefusedError`."""
    cursor = ""
    while True:
        people, cursor = await patiently(partial(slack.page_of_people, team_id, cursor))
        yield people
        if not cursor:
            return


class Onboarding:
    """Fetches a workspace's data after installation."""

    def __init__(
        self,
        store: Store,
        slack: SlackDirectory,
        clients: ManyWorkspaces,
        wake_delivery: Callable[[], None],
    ) -> None:
        self._store = store
        self._slack = slack
        self._clients = clients
        self._wake_delivery = wake_delivery
        self._not_covered: dict[str, float] = {}  # until when Slack is not asked again
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    async def found(self, team_id: str, enterprise_id: str | None) -> Installation | None:
        """Return the installation of a workspace from which something came; None without one.

        Of the workspaces of an organization the first one hears only in this way. Raises
        `NotReadyError` where Slack needs longer to tell of it than anybody can wait.
        """
        found = await self._clients.find(team_id)
        if found is None and enterprise_id is not None and enterprise_id != team_id:
            found = await self._covered(team_id, enterprise_id)
        if found is not None and found.is_org_wide:
            return None  # what concerns an organization as a whole is of none of its workspaces
        if found is not None and not found.is_known:
            await self._ready(team_id)
            found = await self._clients.find(team_id)
        return found

    async def _covered(self, team_id: str, enterprise_id: str) -> Installation | None:
        """Ask Slack whether the organization has given the app to a workspace, and store that."""
        organization = await self._clients.find(enterprise_id)
        if organization is None or not organization.is_org_wide:
            return None
        now = asyncio.get_running_loop().time()
        if self._not_covered.get(team_id, 0.0) > now:
            return None
        try:
            async with asyncio.timeout(READY_WITHIN_SECONDS):
                teams = await self._teams_of(enterprise_id)
        except (*SLACK_FAILED, TimeoutError) as error:
            raise NotReadyError(team_id) from error
        if team_id not in teams:
            # What was on its way when the organization took the app away.
            self._not_covered[team_id] = now + ASK_AGAIN_SECONDS
            return None
        await self._store.write(cover, Cover(team_id, enterprise_id))
        self._clients.forget(team_id)
        return await self._clients.find(team_id)

    async def _ready(self, team_id: str) -> None:
        learning = self.learn(team_id)
        done, _ = await asyncio.wait({learning}, timeout=READY_WITHIN_SECONDS)
        self._clients.forget(team_id)
        if not done or learning.exception() is not None:
            raise NotReadyError(team_id)

    async def begin(self, team_id: str, installed: Install) -> None:
        """Learn about what was just installed; return once the workspace is ready to use."""
        self._clients.forget(team_id)
        if not installed.is_org_wide:
            await self._attempted(self.learn(team_id, installed.installer_id))
            return
        try:
            teams = await self._teams_of(team_id)
        except SLACK_FAILED as error:
            # They come by themselves, with the first thing that somebody does in each.
            log.warning("slack_did_not", reason=str(error), team_id=team_id)
            return
        for each in teams:
            if await self._store.write(cover, Cover(each, team_id)):
                self._clients.forget(each)
                await self._attempted(self.learn(each))

    def learn(self, team_id: str, installer_id: str | None = None) -> asyncio.Task[None]:
        """Begin to learn about a workspace, and return what ends when it is ready to use."""
        learning = self._under_way.get(team_id)
        if learning is None:
            learning = self._start(self._learn(team_id, installer_id))
            self._under_way[team_id] = learning
            learning.add_done_callback(lambda _: self._under_way.pop(team_id, None))
        return learning

    async def finish(self) -> None:
        """Give up what is not learned yet; the next payload begins it anew."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _learn(self, team_id: str, installer_id: str | None) -> None:
        client = await self._clients.client_of(team_id)
        identity = await called(client, "auth.test", {})
        installation = await self._clients.find(team_id)
        if installation is not None and installation.is_of_organization:
            names = await self._teams_of(installation.token_of)
            identity = identity | {"team": names.get(team_id, identity.get("team", ""))}
        introduced = await introduce(self._store, self._slack, team_id, identity)
        await self._store.write(name_workspace, (team_id, introduced.workspace.name))
        self._clients.forget(team_id)
        meeting = sync_members(
            self._store, self._slack, introduced, self._wake_delivery, installer_id
        )
        self._start(meeting)

    async def _teams_of(self, enterprise_id: str) -> dict[str, str]:
        """Return the names of the workspaces that an organization has given the app to, by id.

        Raises what `bot.slack.web_api.called` raises.
        """
        found: dict[str, str] = {}
        arguments: dict[str, Any] = {"limit": 100}
        client = await self._clients.client_of(enterprise_id)
        while True:
            page = await called(client, "auth.teams.list", arguments)
            found |= {team["id"]: team.get("name", "") for team in page.get("teams") or []}
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return found
            arguments["cursor"] = cursor

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, (*SLACK_FAILED, StoreUnavailableError)):
            log.warning("workspace_not_learned", reason=str(error))
        elif error is not None:
            log.error("task_failed", exc_info=error)

    async def _attempted(self, learning: asyncio.Task[None]) -> None:
        """Wait for it, however it ends; its failure is in the log already."""
        await asyncio.wait({learning})
