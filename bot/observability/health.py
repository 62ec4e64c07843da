"""Readiness checks: each part reports one state, within a second at most.

A probe asks every few seconds, and a database that hangs must not make the answer hang: each part
is asked in a task of its own, at most once at a time, and the answer rests on what is known.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import structlog

from bot.services.operations.health import HealthReport, check_health
from storage.engine.health import is_importing
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from datetime import datetime
    from typing import Any

    from bot.observability.metrics import Metrics
    from storage.engine.store import Clock, Store

log = structlog.get_logger(__name__)

ANSWER_WITHIN_SECONDS = 0.8
ASK_DATABASE_EVERY_SECONDS = 1.0
SLOW_AFTER_SECONDS = 5.0  # a database that has not answered for so long is not well
ASK_SLACK_AFTER_SECONDS = 30.0  # without any other call
SLACK_AWAY_AFTER_SECONDS = 60.0
SOCKET_AWAY_AFTER_SECONDS = 30.0  # Slack changes connections by itself, which takes a moment
OUTBOX_STUCK_AFTER_SECONDS = 300.0
SCHEDULER_LATE_AFTER = timedelta(minutes=5)


class State(StrEnum):
    """How a part is."""

    OK = "ok"
    AWAY = "away"  # nobody answers
    SLOW = "slow"  # no answer yet
    BROKEN = "broken"  # an answer that makes no sense
    OTHER_VERSION = "other version"  # the database has not this version's tables
    IMPORTING = "importing"  # the database is only half there
    STUCK = "stuck"  # nothing moves
    LATE = "late"
    NOT_YET = "not yet"  # the app is still starting
    UNKNOWN = "unknown"  # the database would have to say


class Health:
    """The state of one app; asked by `/readyz` and `/metrics`."""

    def __init__(
        self, store: Store, clock: Clock, metrics: Metrics, *, head: str | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._head = head
        # Parts that not every app has; the composition root sets them.
        self.ask_slack: Callable[[], Awaitable[object]] | None = None
        self.socket_is_open: Callable[[], Awaitable[bool]] | None = None
        self.last_looked_at: Callable[[], datetime | None] | None = None
        self.is_listening = False
        self._began_at = clock()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._asked_at: dict[str, float] = {}
        self._pulse: HealthReport | None = None
        self._pulse_at = 0.0
        self._database = State.UNKNOWN
        self._slack_at = self._now()
        self._slack_silent_since: float | None = None
        self._socket_closed_since: float | None = None

    def note_slack(self) -> None:
        """Note that Slack has answered just now, whatever it said."""
        self._slack_at, self._slack_silent_since = self._now(), None

    async def states(self) -> dict[str, State]:
        """Return every part with its state, within a second."""
        asked = [self._ask("database", self._feel(), ASK_DATABASE_EVERY_SECONDS)]
        if self.ask_slack is not None and self._now() - self._slack_at > ASK_SLACK_AFTER_SECONDS:
            asked.append(self._ask("slack", self._hear(), ASK_SLACK_AFTER_SECONDS))
        await asyncio.wait(asked, timeout=ANSWER_WITHIN_SECONDS)
        states = {
            "listening": State.OK if self.is_listening else State.NOT_YET,
            "database": self._database_now(),
            **self._told_by_database(),
        }
        if self.ask_slack is not None:
            silent_since = self._slack_silent_since
            states["slack"] = self._away_after(silent_since, SLACK_AWAY_AFTER_SECONDS)
        if self.socket_is_open is not None:
            closed_since = await self._socket_closed(self.socket_is_open)
            states["socket"] = self._away_after(closed_since, SOCKET_AWAY_AFTER_SECONDS)
        if self.last_looked_at is not None:
            states["scheduler"] = self._scheduler(self.last_looked_at())
        return states

    async def numbers(self) -> bytes:
        """Return the metrics, with what only the database knows as it was a moment ago."""
        states = await self.states()
        answers = states["database"] is State.OK
        self._metrics.set_store(self._store.load(), answers=answers)
        if self._pulse is not None and answers:
            pulse = self._pulse
            self._metrics.set_outbox(waiting=pulse.waiting, overdue_seconds=pulse.overdue_seconds)
        looked_at = self.last_looked_at() if self.last_looked_at is not None else None
        if looked_at is not None:
            self._metrics.set_last_look(looked_at.timestamp())
        return self._metrics.shown()

    async def stop(self) -> None:
        """Ask nobody any more."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _ask(
        self, part: str, asking: Coroutine[Any, Any, None], every_seconds: float
    ) -> asyncio.Task[None]:
        """Return the question that is under way; a new one only if the last was a while ago."""
        task, now = self._tasks.get(part), self._now()
        if task is not None and (not task.done() or now - self._asked_at[part] < every_seconds):
            asking.close()
            return task
        self._asked_at[part] = now
        self._tasks[part] = asyncio.get_running_loop().create_task(asking)
        return self._tasks[part]

    async def _feel(self) -> None:
        try:
            self._pulse = await self._store.write(check_health, None)
        except StoreUnavailableError as error:
            if self._database is State.OK:
                log.warning("store_unavailable", reason=str(error))
            self._database = State.AWAY
        except Exception:
            log.exception("health_fault")
            self._database = State.BROKEN
        else:
            self._pulse_at, self._database = self._now(), State.OK

    def _database_now(self) -> State:
        is_asked = not self._tasks["database"].done()
        if is_asked and self._now() - self._pulse_at > SLOW_AFTER_SECONDS:
            return State.SLOW if self._database is State.OK else State.AWAY
        return self._database

    def _told_by_database(self) -> dict[str, State]:
        if self._pulse is None or self._database_now() is not State.OK:
            return {"schema": State.UNKNOWN, "outbox": State.UNKNOWN}
        schema = State.OK
        if self._head is not None and self._pulse.revision != self._head:
            is_half = is_importing(self._pulse.revision)
            schema = State.IMPORTING if is_half else State.OTHER_VERSION
        # What Slack holds back, or does not take, has a later moment to be tried again.
        is_stuck = self._pulse.overdue_seconds > OUTBOX_STUCK_AFTER_SECONDS
        return {
            "schema": schema,
            "outbox": State.STUCK if is_stuck else State.OK,
        }

    async def _hear(self) -> None:
        if self._slack_silent_since is None:
            self._slack_silent_since = self._now()
        if self.ask_slack is not None:
            with suppress(Exception):  # any answer is noted by `note_slack`
                await self.ask_slack()

    async def _socket_closed(self, is_open: Callable[[], Awaitable[bool]]) -> float | None:
        if await is_open():
            self._socket_closed_since = None
        elif self._socket_closed_since is None:
            self._socket_closed_since = self._now()
        return self._socket_closed_since

    def _away_after(self, since: float | None, seconds: float) -> State:
        return State.AWAY if since is not None and self._now() - since > seconds else State.OK

    def _scheduler(self, looked_at: datetime | None) -> State:
        is_late = self._clock() - (looked_at or self._began_at) > SCHEDULER_LATE_AFTER
        return State.LATE if is_late else State.OK
