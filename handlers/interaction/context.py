"""What every listener is handed: the store, Slack to ask, and somewhere to put unfinished work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import structlog

from bot.domain.errors import (
    PairCapExceededError,
    UnknownChannelsError,
    UnknownGroupsError,
    UnknownMembersError,
)
from bot.domain.kudos import Kudos, KudosGiven
from bot.domain.parsing.tokens import Currency
from bot.messages.text.words import words_for
from bot.services.giving.budgets import tell_of_refusal
from bot.services.people.members import FindNames, SeePeople, find_reader, see_people
from bot.services.settings.workspaces import view_workspace
from bot.slack.web_api import SLACK_FAILED
from handlers.interaction.home_tabs import HomeTabs
from handlers.payloads.classify import MalformedError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.workspaces import Workspace
    from bot.messages.blockkit.view import View
    from bot.messages.text.words import Words
    from bot.observability.metrics import Metrics
    from bot.slack.channels import ChannelLookup
    from bot.slack.directory import SlackDirectory
    from handlers.interaction.home_tabs import HomeTab
    from storage.engine.store import Clock, Request, Result, Service, Store

log = structlog.get_logger(__name__)

State = TypeVar("State")
Payload = dict[str, Any]
Respond = Callable[[str, Payload], Coroutine[Any, Any, None]]
Call = Callable[[str, str, Payload], Coroutine[Any, Any, Payload]]
Upload = Callable[[str, bytes], Coroutine[Any, Any, None]]

WORKSPACE_FRESH_SECONDS = 1.0
ASK_SLACK_AT_MOST = 3  # first who is in a group, then who these people are, then once to spare


class InstallationEvents(Protocol):
    """What becomes known of an installation, and what has to be done then."""

    async def serves(self, team_id: str) -> bool:
        """Returns whether the app is installed in a workspace."""

    async def check_token(self, team_id: str) -> tuple[int | None, bool | None]:
        """Return the number of a workspace's token, and whether Slack takes it; None: unknown."""

    def invalidate(self, team_id: str, *, is_new: bool = False) -> None:
        """Have this process see at once what it has stored of a workspace; learn about new ones."""


@dataclass
class HandlerContext:
    """The parts that listeners use; made once by `bot.app`."""

    store: Store
    slack: SlackDirectory
    clock: Clock
    respond: Respond  # posts to a response_url
    call: Call  # calls a method of Slack's Web API for a workspace; raises as `bot.slack.web_api`
    upload: Upload  # sends a file's bytes to the address that Slack named for them
    wake_delivery: Callable[[], None]
    signing_key: bytes  # for what views carry for us
    metrics: Metrics
    life: InstallationEvents
    channels: ChannelLookup  # who may read them
    draw_home: Callable[[HandlerContext, HomeTab], Coroutine[Any, Any, View]]
    locales: dict[tuple[str, str], str | None] = field(default_factory=dict)  # by team and person
    homes: HomeTabs = field(init=False)
    _states: dict[Any, Any] = field(default_factory=dict)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    _workspaces: dict[str, tuple[float, Workspace]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make what needs the other parts."""
        draw = partial(self.draw_home, self)
        self.homes = HomeTabs(self.store, self.call, self.start, draw)

    def state(self, kind: Callable[[], State]) -> State:
        """Return what a feature remembers in this process, made when it is first asked for."""
        if kind not in self._states:
            self._states[kind] = kind()
        state: State = self._states[kind]
        return state

    def start(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """Run something that may outlive its listener; the event loop alone would forget it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, MalformedError):
            log.warning("malformed_request", what=str(error))
        elif isinstance(error, SLACK_FAILED):
            # Such as a trigger that was too old when its modal was ready.
            log.warning("slack_did_not", reason=str(error))
        elif error is not None:
            log.error("task_failed", exc_info=error)

    async def finish(self, within_seconds: float) -> None:
        """Wait for what was started; what is not done in time is given up."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=within_seconds)
            for task in late:
                task.cancel()

    async def workspace(self, team_id: str) -> Workspace:
        """Return the workspace as it was at most a second ago."""
        now = asyncio.get_running_loop().time()
        fresh_until, workspace = self._workspaces.get(team_id, (0.0, None))
        if workspace is None or fresh_until < now:
            workspace = await self.store.read(view_workspace, team_id)
            self._workspaces[team_id] = (now + WORKSPACE_FRESH_SECONDS, workspace)
        return workspace

    def currency(self, team_id: str) -> Currency | None:
        """Returns what stood for points when the workspace was last read; asks nobody."""
        _, workspace = self._workspaces.get(team_id, (0.0, None))
        return None if workspace is None else Currency.of(workspace.settings)

    def forget_workspace(self, team_id: str) -> None:
        """Have the workspace read anew, since its settings have changed."""
        self._workspaces.pop(team_id, None)

    async def words(self, team_id: str, user_id: str) -> Words:
        """Return somebody's language, in which points are called as in their workspace."""
        reader = await self.store.read(find_reader, FindNames(team_id, user_id))
        self.locales[team_id, user_id] = reader.locale
        workspace = await self.workspace(team_id)
        return words_for(reader.locale).named(workspace.settings)

    async def read(self, service: Service[Request, Result], request: Request) -> Result:
        """Return what the service read, asking Slack for people whom the store has not met.

        Raises what `Store.read` raises, and `UnknownMembersError` where Slack cannot tell either.
        """
        request = self._told(request)
        for _ in range(ASK_SLACK_AT_MOST):
            try:
                return await self.store.read(service, request)
            except UnknownMembersError as error:
                await self._learn(request, error)
            except UnknownChannelsError as error:
                request = await self._asked(request, error)
        return await self.store.read(service, request)

    async def write(self, service: Service[Request, Result], request: Request) -> Result:
        """Return what the service committed, asking Slack for people whom the store has not met.

        Raises what `Store.write` raises, and `UnknownMembersError` or `UnknownGroupsError` where
        Slack cannot tell either.
        """
        began = self.clock()
        request = self._told(request)
        for _ in range(ASK_SLACK_AT_MOST):
            try:
                result = await self.store.write(service, request)
            except (UnknownMembersError, UnknownGroupsError) as error:
                await self._learn(request, error)
            except UnknownChannelsError as error:
                request = await self._asked(request, error)
            except PairCapExceededError as error:
                # What is refused leaves nothing behind, so admins are told of it by itself.
                await self.store.write(tell_of_refusal, error)
                self.wake_delivery()
                raise
            else:
                break
        else:
            result = await self.store.write(service, request)
        self.wake_delivery()
        self._note(result, began)
        return result

    def _note(self, result: object, began: datetime) -> None:
        """Count a kudos, and say in the log which request it came from."""
        if isinstance(result, tuple):  # several that were given together
            for each in result:
                self._note(each, began)
            return
        kudos = result.kudos if isinstance(result, KudosGiven) else result
        # What had been given before is the answer to a request that came again.
        if isinstance(kudos, Kudos) and kudos.reversed_at is None and kudos.created_at >= began:
            self.metrics.note_given()
            log.info("given", team_id=kudos.team_id, kudos_id=kudos.kudos_id, by=kudos.source)

    def _told(self, request: Request) -> Request:
        """Return a request with what Slack has told of channels lately, where that matters."""
        if not hasattr(request, "told"):
            return request
        lately = self.channels.lately(getattr(request, "team_id", ""))
        return replace(request, told=lately)  # type: ignore[type-var]

    async def _asked(self, request: Request, error: UnknownChannelsError) -> Request:
        """Return a request with what Slack tells of more channels; unknown where it is silent."""
        told = await self.channels.look_up(getattr(request, "team_id", ""), error.channel_ids)
        return replace(request, told={**getattr(request, "told", {}), **told})  # type: ignore[type-var]

    async def _learn(
        self, request: object, error: UnknownMembersError | UnknownGroupsError
    ) -> None:
        team_id: str = getattr(request, "team_id", "")
        if isinstance(error, UnknownMembersError):
            people = await self.slack.people(team_id, error.user_ids)
            seen = SeePeople(team_id, people=people, come_back=True)
        else:
            seen = SeePeople(team_id, groups=await self.slack.groups(team_id, error.group_ids))
        if not seen.people and not seen.groups:
            raise error
        await self.store.write(see_people, seen)
