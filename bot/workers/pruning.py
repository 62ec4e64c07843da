"""Once a day, lets go of what is over, and measures what is left.

It is done in small parts and with pauses, and never while anything else waits for the database.
Several processes may do so at once: what one has deleted the other does not find.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from bot.services.operations.pruning import (
    DELETED_AT_ONCE,
    LetGo,
    LookThrough,
    find_old,
    let_go,
    let_go_of_runs,
)
from bot.services.operations.sizes import count_table, measure, table_names
from bot.services.posts.schedules import find_workspaces
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.observability.metrics import Metrics
    from storage.engine.store import Store

log = structlog.get_logger(__name__)

BEGIN_AFTER_SECONDS = 60.0  # at the start there is enough to do
LOOK_EVERY_SECONDS = 86_400.0
PAUSE_SECONDS = 0.05
PAUSE_AFTER_DELETING_SECONDS = 0.1
BUSY_PAUSE_SECONDS = 0.5


class Pruning:
    """Looks once a day, in the background."""

    def __init__(
        self,
        store: Store,
        metrics: Metrics,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._metrics = metrics
        self._sleep = sleep
        self._seen: dict[str, str] = {}  # up to which message each workspace's were looked at
        self._runner: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look, in a minute and then once a day."""
        self._runner = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Look no more; each part is a transaction of its own, so that none is left half done."""
        if self._runner is not None:
            self._runner.cancel()
            with suppress(asyncio.CancelledError):
                await self._runner

    async def look(self) -> int:
        """Lets go of everything that is over now; returns how many rows went."""
        rows = 0
        for team_id in await self._store.read(find_workspaces, None):
            rows += await self._prune(team_id)
        if rows:
            log.info("pruned", rows=rows)
        await self._measure()
        return rows

    async def _measure(self) -> None:
        size, rows_of = await self._store.read(measure, None), {}
        # Each by itself: a read that takes long keeps SQLite from emptying its log.
        for name in table_names():
            await self._idle()
            rows_of[name] = await self._store.read(count_table, name)
        self._metrics.set_sizes(size, rows_of)

    async def _run(self) -> None:
        await self._sleep(BEGIN_AFTER_SECONDS)
        while True:
            try:
                await self.look()
            except StoreUnavailableError as error:
                log.warning("store_unavailable", reason=str(error))
            except Exception:
                # Whatever it was, there is time until tomorrow.
                log.exception("pruning_fault")
            await self._sleep(LOOK_EVERY_SECONDS)

    async def _prune(self, team_id: str) -> int:
        rows, after_id, is_behind = 0, self._seen.get(team_id, ""), False
        while True:
            await self._idle()
            page = await self._store.read(find_old, LookThrough(team_id, after_id))
            for first in range(0, len(page.old_ids), DELETED_AT_ONCE):
                await self._idle()
                some = page.old_ids[first : first + DELETED_AT_ONCE]
                gone = await self._store.write(let_go, LetGo(team_id, some))
                rows, is_behind = rows + gone, is_behind or gone < len(some)
                await self._sleep(PAUSE_AFTER_DELETING_SECONDS)
            if page.last_id is None:
                break
            after_id = page.last_id
            # What is younger is looked at once it is old, and what is kept is not looked at again.
            # What is old and was enqueued again passes later: the next look begins before it.
            is_behind = is_behind or page.has_spared
            if not is_behind:
                self._seen[team_id] = after_id
            await self._sleep(PAUSE_SECONDS)
        while count := await self._store.write(let_go_of_runs, team_id):
            rows += count
            await self._sleep(PAUSE_AFTER_DELETING_SECONDS)
            await self._idle()
        return rows

    async def _idle(self) -> None:
        """Returns once nobody else waits for the database."""
        while self._store.load().waiting:
            await self._sleep(BUSY_PAUSE_SECONDS)
