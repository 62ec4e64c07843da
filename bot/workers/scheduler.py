"""When to look for what is due: one tick in memory. What is due is worked out from the database.

APScheduler holds no state and computes no calendar here. Its tick goes by the machine's clock, and
would stay away for as long as that clock is set back; a timer that does not go by any clock stands
in for it then, and also looks on the second when a time is near.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.interval import IntervalTrigger  # type: ignore[import-untyped]

from bot.domain.schedules import ScheduleKind
from bot.services.boards.weeks import count_older_weeks, find_weeks_left
from bot.services.giving.kept import prune_lines
from bot.services.operations.statistics import renew_statistics
from bot.services.posts.schedules import Look, find_workspaces, look
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.posts.schedules import Looked
    from storage.engine.store import Clock, Store

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 10
AT_THE_LATEST_SECONDS = 2.0 * LOOK_EVERY_SECONDS
MIN_PAUSE_SECONDS = 0.05  # between two looks, whatever is near
STOP_WITHIN_SECONDS = 6.0
STATISTICS_EVERY = timedelta(days=1)
PRUNE_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What was found in a workspace."""

    found: list[Looked]
    is_whole: bool  # nothing failed


async def look_at(store: Store, wanted: Look) -> LookedAt:
    """Look at one workspace; a kind of post that fails there keeps none of the others back.

    Raises `StoreUnavailableError`.
    """
    try:
        return LookedAt([await store.write(look, wanted)], is_whole=True)
    except StoreUnavailableError:
        raise  # the others could not be looked at either
    except Exception:
        log.exception("schedule_fault", team_id=wanted.team_id)  # nothing of it is stored
    found = []
    for kind in ScheduleKind:
        try:
            found.append(await store.write(look, replace(wanted, kinds=frozenset({kind}))))
        except StoreUnavailableError:
            raise
        except Exception:
            log.exception("schedule_fault", team_id=wanted.team_id, kind=kind)
    return LookedAt(found, is_whole=len(found) == len(ScheduleKind))


async def count_weeks(store: Store) -> None:
    """Count what is left of weeks that begin on another day since admins have set it.

    Raises `StoreUnavailableError`.
    """
    for team_id in await store.read(find_weeks_left, None):
        try:
            while await store.write(count_older_weeks, team_id):
                log.info("weeks_counted", team_id=team_id)
        except StoreUnavailableError:
            raise
        except Exception:
            log.exception("weeks_fault", team_id=team_id)  # nothing of it is stored


def _log(team_id: str, looked: Looked) -> None:
    for taken in looked.posts:
        log.info(
            "post_due",
            team_id=team_id,
            kind=taken.due.schedule.kind,
            period=taken.due.period.key,
            state=taken.state,
        )
    for due in looked.skipped:
        log.warning("post_missed", team_id=team_id, kind=due.schedule.kind, period=due.period.key)


class Scheduler:
    """Looks every few seconds, and as soon as a time has come, for what is due."""

    def __init__(self, store: Store, clock: Clock, wake_delivery: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._wake_delivery = wake_delivery
        self._ticking = AsyncIOScheduler(timezone=UTC)
        self._turn = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._looks: set[asyncio.Task[object]] = set()
        self._is_stopping = False
        self._statistics_at: datetime | None = None
        self._pruned_at: datetime | None = None
        # By the clock that was handed in: the age of the last tick tells whether it still ticks.
        self.last_looked_at: datetime | None = None

    def start(self) -> None:
        """Begin to look, at once and then again and again."""
        self._ticking.add_job(
            self._tick,
            IntervalTrigger(seconds=LOOK_EVERY_SECONDS, timezone=UTC),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,  # however late, it looks
        )
        self._ticking.start()
        self._look_on()

    async def stop(self) -> None:
        """Look no more; what is being looked at is finished."""
        self._is_stopping = True
        if self._timer is not None:
            self._timer.cancel()
        if self._ticking.running:
            self._ticking.shutdown(wait=False)
        if self._looks:
            _, late = await asyncio.wait(self._looks, timeout=STOP_WITHIN_SECONDS)
            for task in late:
                task.cancel()
        await asyncio.sleep(0)  # APScheduler shuts down in the loop's next round

    async def look(self) -> dict[str, list[Looked]]:
        """Look now at every workspace; return what was found in those that could be looked at.

        A workspace in which that fails keeps none of the others from their posts.
        """
        async with self._turn:
            found: dict[str, list[Looked]] = {}
            try:
                await self._renew_statistics()
                await self._prune()
                await count_weeks(self._store)  # before anything tells of them
                for team_id in await self._store.read(find_workspaces, None):
                    looked = await look_at(self._store, Look(team_id))
                    for each in looked.found:
                        _log(team_id, each)
                    if looked.found:
                        found[team_id] = looked.found
            except StoreUnavailableError as error:
                log.warning("store_unavailable", reason=str(error))
            except Exception:
                # Whatever it was, the next tick may do better.
                log.exception("scheduler_fault")
            self.last_looked_at = self._clock()
            self._look_again(found)
        self._wake_delivery()
        return found

    async def _renew_statistics(self) -> None:
        """Have the database count anew what it plans by, at the start and then once a day."""
        now = self._clock()
        if self._statistics_at is None or abs(now - self._statistics_at) >= STATISTICS_EVERY:
            self._statistics_at = now
            await self._store.write(renew_statistics, None)

    async def _prune(self) -> None:
        """Has what was kept for an hour deleted, at the start and then every few minutes."""
        now = self._clock()
        if self._pruned_at is None or abs(now - self._pruned_at) >= PRUNE_EVERY:
            self._pruned_at = now
            await self._store.write(prune_lines, None)

    async def _tick(self) -> None:
        """Run as an APScheduler job; a coroutine, since plain functions run in a thread."""
        self._look_on()

    def _look_on(self) -> None:
        """Look in a task of its own, which `stop` waits for; none while one is waiting already."""
        if self._is_stopping or self._looks:
            return
        task: asyncio.Task[object] = asyncio.get_running_loop().create_task(self.look())
        self._looks.add(task)
        task.add_done_callback(self._looks.discard)

    def _look_again(self, found: dict[str, list[Looked]]) -> None:
        """Set the timer for the next time that comes, if the tick would be late for it."""
        if self._timer is not None:
            self._timer.cancel()
        if self._is_stopping:
            return
        now = self._clock()
        looked = [each for of_team in found.values() for each in of_team]
        coming = [each.next_at for each in looked if each.next_at is not None]
        seconds = min([(at - now).total_seconds() for at in coming], default=AT_THE_LATEST_SECONDS)
        self._timer = asyncio.get_running_loop().call_later(
            min(max(seconds, MIN_PAUSE_SECONDS), AT_THE_LATEST_SECONDS), self._look_on
        )
