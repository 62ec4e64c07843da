"""Where a storm takes place: workspaces, a database, the app's processes, and the ways between."""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
import time
from contextlib import AsyncExitStack, contextmanager, suppress
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from bot.sandbox import Sandbox
from bot.slack.manifest import distributed
from storage.workspaces import get_workspace, save_settings
from tests.conftest import HISTORY_SCOPES, MANIFEST
from tests.faults.storm.clock import WorldClock
from tests.faults.storm.front import Front
from tests.faults.storm.plan import ADMIN, TEAMS, Shape
from tests.faults.storm.process import StormProcess
from tests.faults.storm.wire import Wire
from tests.faults.waiting import until
from tests.installing import APP, KEY, Browser, routed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from tests.faults.servers import OwnPostgres

# Slack waits a minute and five before its later retries; here they come while the storm lasts.
RETRY_DELAYS = (0.1, 0.5, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0)
BOARD_ID = "C0BOARD003"


def workspace_source(team: str, people: int) -> dict[str, Any]:
    """Return a workspace; people and channels have the same ids in each, as nowhere in Slack."""
    handles = [f"p{number:02d}" for number in range(1, people + 1)]
    return {
        "team": {"id": f"T0STORM00{team}", "name": f"Company {team}", "domain": f"company-{team}"},
        "people": [
            {
                "handle": handle,
                "id": f"U0{handle.upper()}0000",
                "real_name": f"Person {handle}",
                "name": handle,
                "is_admin": handle == ADMIN,
                "is_owner": handle == ADMIN,
                "is_primary_owner": handle == ADMIN,
            }
            for handle in handles
        ],
        "channels": [
            {"name": "general", "id": "C0GENERAL1", "app": True},
            {"name": "release", "id": "C0RELEASE2", "app": True},
            {"name": "board", "id": BOARD_ID, "app": True},
        ],
    }


class World:
    """Everything that a storm needs; `sqlite_template` is a migrated file, `server` a Postgres."""

    def __init__(
        self, shape: Shape, seed: str, *, sqlite_template: Path, server: OwnPostgres | None
    ) -> None:
        self.shape = shape
        self.folder = Path(tempfile.mkdtemp(prefix="kudos-storm-"))
        self.slack: dict[str, Sandbox] = {}
        self.processes: list[StormProcess] = []
        self.server = server
        self.front: Front | None = None
        self.wire: Wire | None = None
        self._store_failed_at = 0.0
        self._stores_away = 0
        self._chance = random.Random(f"world {seed}")  # noqa: S311
        self._template = sqlite_template
        self._stack = AsyncExitStack()
        self.clock = WorldClock(self.folder / "clock")
        self.database_url = ""  # as the test sees it
        self._seen_url = ""  # as the processes do

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file."""
        return self.shape.database == "sqlite"

    @contextmanager
    def store_away(self) -> Iterator[None]:
        """Note that the database is away for as long, whatever else happens to it meanwhile."""
        self._stores_away += 1
        try:
            yield
        finally:
            self._stores_away -= 1
            self.store_failed()

    def store_failed(self) -> None:
        """Note that the database was away until now: who was starting could not."""
        self._store_failed_at = time.monotonic()

    def _store_failed_since(self, started_at: float) -> bool:
        return self._stores_away > 0 or self._store_failed_at >= started_at

    def is_reachable(self) -> bool:
        """Whether Slack gets at the app at this moment."""
        if self.front is None:
            return all(sandbox.sockets for sandbox in self.sandboxes)
        return any(process.is_listening for process in self.processes)

    @property
    def sandboxes(self) -> list[Sandbox]:
        """All workspaces."""
        return list(self.slack.values())

    async def __aenter__(self) -> Self:
        try:
            await self._begin()
        except BaseException:
            await self._leave()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._leave()

    async def _leave(self) -> None:
        for process in self.processes:
            process.end()
        with suppress(Exception):
            await self._stack.aclose()
        self.clock.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _begin(self) -> None:
        await self._open_database()
        manifest = deepcopy(MANIFEST)
        if self.shape.reads_history:
            manifest["oauth_config"]["scopes"]["bot"] += HISTORY_SCOPES
        is_http = self.shape.way == "http"
        for team in TEAMS[: self.shape.teams]:
            source = workspace_source(team, self.shape.people)
            given = (
                Sandbox(
                    distributed(manifest, "https://kudos.example"),
                    source,
                    app=APP,
                    retry_delays=RETRY_DELAYS,
                )
                if is_http
                else Sandbox(manifest, source, retry_delays=RETRY_DELAYS)
            )
            self.slack[team] = await self._stack.enter_async_context(given)
        await self.clock.begin(self.sandboxes)
        if is_http:
            await self._begin_http()
        else:
            await self._begin_sockets()
        await self._set_up()

    async def _open_database(self) -> None:
        if self.is_sqlite:
            path = Path(shutil.copy(self._template, self.folder / "kudos.db"))
            self.database_url = self._seen_url = f"sqlite:///{path}"
            return
        assert self.server is not None
        self.database_url = await asyncio.to_thread(self.server.new_database)
        self.wire = await self._stack.enter_async_context(Wire(self.database_url))
        self._seen_url = self.wire.url

    def _add_process(self, **environment: str) -> StormProcess:
        number = len(self.processes)
        folder = self.folder / f"process{number}"
        folder.mkdir()
        bug = {"STORM_BUG": self.shape.bug} if self.shape.bug else {}
        process = StormProcess(
            self.sandboxes[0],
            self._seen_url,
            folder,
            number,
            STORM_CLOCK=str(self.clock.path),
            **bug,
            **environment,
        )
        process.store_failed_since = self._store_failed_since
        self.processes.append(process)
        return process

    async def _begin_sockets(self) -> None:
        for _ in range(self.shape.processes):
            process = self._add_process()
            process.environment["KUDOS_HEALTH_PORT"] = str(process.port)
            process.begin()
        await asyncio.gather(*(process.ready() for process in self.processes))
        (slack,) = self.sandboxes
        await until(
            lambda: slack.sockets >= self.shape.processes,
            "all of them listen",
            found=self.processes[0].log,
        )

    async def _begin_http(self) -> None:
        router = await self._stack.enter_async_context(routed(*self.sandboxes))
        secret = APP["signing_secret"]
        self.front = await self._stack.enter_async_context(
            Front(secret, self.clock.now, self._chance)
        )
        for _ in range(self.shape.processes):
            process = self._add_process()
            process.environment |= {
                "SLACK_BOT_TOKEN": "",
                "SLACK_APP_TOKEN": "",
                "SLACK_API_URL": f"{router.url}/api/",
                "SLACK_CLIENT_ID": APP["client_id"],
                "SLACK_CLIENT_SECRET": APP["client_secret"],
                "SLACK_SIGNING_SECRET": secret,
                "KUDOS_SECRET_KEY": KEY,
                "KUDOS_URL": self.front.url,
                "KUDOS_PORT": str(process.port),
            }
            process.begin()
        self.front.processes = self.processes
        await asyncio.gather(*(process.ready() for process in self.processes))
        for sandbox in self.sandboxes:
            sandbox.event_url = f"{self.front.url}/slack/events"
            async with Browser() as browser:
                page = await browser.sees(f"{self.front.url}/slack/install")
                end = await browser.sees(await browser.agrees(page, sandbox))
            assert end.title == "Kudos is installed", end.html

    async def _set_up(self) -> None:
        """Choose what an admin would; the welcome to the owner is out before anything begins."""
        for sandbox in self.sandboxes:
            await sandbox.person(ADMIN).sees_soon(lambda _: True, "app")
        engine = create_engine(self.database_url, poolclass=NullPool)
        with engine.begin() as session:
            for sandbox in self.sandboxes:
                settings = get_workspace(session, sandbox.team_id).settings
                chosen = replace(
                    settings,
                    allowance=self.shape.allowance,
                    weekly_channel_id=BOARD_ID,
                    weekly_zone="UTC",
                    monthly_channel_id=BOARD_ID,
                    monthly_zone="UTC",
                    monthly_country="none",  # `weather` knows no holidays
                    digest_on=False,
                )
                save_settings(session, sandbox.team_id, chosen)
        engine.dispose()

    def wal(self) -> Path:
        """Return the file into which SQLite writes first."""
        path = Path(make_url(self.database_url).database or "")
        return path.with_name(f"{path.name}-wal")
