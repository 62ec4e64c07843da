"""The faults of a storm, thrown one by one."""

from __future__ import annotations

import asyncio
import resource
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.faults.workday import THANKED
from tests.patience import WAIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from bot.sandbox import Sandbox
    from bot.sandbox.model import Delivery
    from tests.faults.storm.plan import Fault
    from tests.faults.storm.record import Record
    from tests.faults.storm.world import World

UNLIMITED = (-1, -1)
ROOM_FOR_LOG_BYTES = 16 * 1024
ANSWERED = "answered"  # of a kill: as soon as so many more deliveries are acknowledged
# After these nobody may know whether Slack has a message.
IN_DOUBT = ("kill", "freeze", "down", "jump", "full", "cut", "restart", "skew")
CALLS_IN_DOUBT = ("drop_after", "hang_after", "hang_before", "http_500", "drop_before")
SHORT = {"minute": timedelta(minutes=1, seconds=5), "hour": timedelta(hours=1)}
AFTER_SLOT = timedelta(minutes=3)
DAY = timedelta(days=1)


class Weather:
    """What goes wrong in a world."""

    def __init__(self, world: World, record: Record) -> None:
        self._world = world
        self._record = record
        self._late = 0.0
        self._by_itself: set[asyncio.Task[None]] = set()
        self._restarting = asyncio.Lock()
        self._kinds: dict[str, Callable[[Fault], Coroutine[Any, Any, None]]] = {
            "kill": self._kill,
            "freeze": self._freeze,
            "slack": self._slack,
            "again": self._again,
            "down": self._down,
            "late": self._be_late,
            "skew": self._skew,
            "jump": self._jump,
            "full": self._full,
            "cut": self._cut,
            "restart": self._restart,
            "refresh": self._refresh,
            "drop": self._drop,
            "lost": self._lose,
            "twice": self._double,
        }

    async def throw(self, fault: Fault) -> None:
        """Let it happen; returns when it is over."""
        name = f"slack {fault.what.split()[1]}" if fault.kind == "slack" else fault.kind
        self._record.faults[name] += 1
        self._record.doubts += fault.kind in IN_DOUBT
        await self._kinds[fault.kind](fault)

    async def clear(self) -> None:
        """Let everything be well again, and every process run."""
        world = self._world
        for sandbox in world.sandboxes:
            sandbox.faults.clear()
            sandbox.delay_events(0)
            sandbox.down = False
        for process in world.processes:
            world.clock.set_off(process.number, 0)
        if world.front is not None:
            world.front.answers_to_lose = world.front.to_double = 0
        await asyncio.gather(*self._by_itself)
        await asyncio.gather(*(process.ready() for process in world.processes))

    # -- Processes -------------------------------------------------------------------------

    async def _kill(self, fault: Fault) -> None:
        process = self._world.processes[fault.process]
        async with process.turn:
            if fault.what == ANSWERED:
                await self._answered(fault.times)
            await process.kill()
            await asyncio.sleep(fault.seconds)
            process.begin()

    async def _answered(self, times: int) -> None:
        """Return when so many more deliveries have been acknowledged, or none comes any more."""
        wanted = self._acknowledged() + times
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT_SECONDS):
                while self._acknowledged() < wanted:  # noqa: ASYNC110 - the sandbox is asked
                    await asyncio.sleep(0.005)

    def _acknowledged(self) -> int:
        return sum(one.acked for sandbox in self._world.sandboxes for one in sandbox.deliveries)

    async def _freeze(self, fault: Fault) -> None:
        process = self._world.processes[fault.process]
        async with process.turn:
            if not process.is_running:
                return
            process.pause()
            await asyncio.sleep(fault.seconds)
            process.resume()

    # -- Slack -----------------------------------------------------------------------------

    async def _slack(self, fault: Fault) -> None:
        method, kind = fault.what.split()
        if kind in CALLS_IN_DOUBT:
            self._record.doubts += fault.times
        slack = self._world.slack[fault.team]
        slack.faults.next(method, kind, times=fault.times, seconds=fault.seconds)

    async def _down(self, fault: Fault) -> None:
        """Cut every call to Slack without an answer, for a while."""
        slack = self._world.slack[fault.team]
        slack.down = True
        await asyncio.sleep(fault.seconds)
        slack.down = False

    async def _again(self, fault: Fault) -> None:
        """Deliver the last events and commands once more, a moment later."""
        for sandbox in self._world.sandboxes:
            done = [one for one in sandbox.deliveries if one.attempts and _may_come_again(one)]
            for delivery in done[-fault.times :]:
                task = asyncio.create_task(self._deliver(sandbox, delivery, fault.seconds))
                self._by_itself.add(task)
                task.add_done_callback(self._by_itself.discard)

    @staticmethod
    async def _deliver(sandbox: Sandbox, delivery: Delivery, seconds: float) -> None:
        await asyncio.sleep(seconds)
        # A copy: what the first one was told stays what it was.
        await sandbox.deliver_again(replace(delivery))

    async def _be_late(self, fault: Fault) -> None:
        """Have each event be under way for a while, so that they overtake each other."""
        for sandbox in self._world.sandboxes:
            sandbox.delay_events(fault.seconds)
        await asyncio.sleep(2 * fault.seconds)
        for sandbox in self._world.sandboxes:
            sandbox.delay_events(0)

    async def _refresh(self, _fault: Fault) -> None:
        for sandbox in self._world.sandboxes:
            with suppress(ConnectionError):
                await sandbox.refresh_sockets()

    async def _drop(self, _fault: Fault) -> None:
        for sandbox in self._world.sandboxes:
            await sandbox.drop_sockets()

    async def _lose(self, fault: Fault) -> None:
        assert self._world.front is not None
        self._world.front.answers_to_lose += fault.times

    async def _double(self, fault: Fault) -> None:
        assert self._world.front is not None
        self._world.front.to_double += fault.times

    # -- The store -------------------------------------------------------------------------

    async def _cut(self, _fault: Fault) -> None:
        assert self._world.wire is not None
        self._world.wire.cut()
        self._world.store_failed()

    async def _restart(self, fault: Fault) -> None:
        world = self._world
        assert world.server is not None
        async with self._restarting:
            with world.store_away():
                await asyncio.to_thread(world.server.stop, fault.what)
                await asyncio.sleep(fault.seconds)
                await asyncio.to_thread(world.server.start)

    async def _full(self, fault: Fault) -> None:
        """Let no file grow any more, for one process: to it, the disk is full."""
        process = self._world.processes[0]
        async with process.turn:
            if not process.is_running:
                return
            wal = self._world.wal()
            # The log lies on another disk: without it, nobody would know how the process ended.
            size = max(
                wal.stat().st_size if wal.exists() else 0,
                process.log_path.stat().st_size + ROOM_FOR_LOG_BYTES,
            )
            with self._world.store_away():  # whoever starts on a full disk says so, and ends
                with suppress(ProcessLookupError):
                    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, -1))
                await asyncio.sleep(fault.seconds)
                with suppress(ProcessLookupError):
                    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, UNLIMITED)

    # -- The time --------------------------------------------------------------------------

    async def _skew(self, fault: Fault) -> None:
        """Set the clock of one process wrong, until everything comes to rest."""
        self._world.clock.set_off(fault.process, fault.seconds)

    async def _jump(self, fault: Fault) -> None:
        """Let so much time pass at once; before that, everything else has come to rest."""
        clock, now = self._world.clock, self._world.clock.now()
        if fault.what in SHORT:
            await clock.move_to(now + SHORT[fault.what], self._world.sandboxes)
            return
        slot = min(following(now) for following in CALENDAR.values())
        self._record.slots += [
            (name, slot) for name, following in CALENDAR.items() if following(now) == slot
        ]
        await clock.move_to(slot + AFTER_SLOT, self._world.sandboxes)


def next_weekly(after: datetime) -> datetime:
    """Return the next Monday at nine."""
    day = (after - timedelta(days=after.weekday())).replace(
        hour=9, minute=0, second=0, microsecond=0
    )
    return day if day > after else day + 7 * DAY


def next_monthly(after: datetime) -> datetime:
    """Return the next first working day of a month at ten."""
    day = after.replace(day=1, hour=10, minute=0, second=0, microsecond=0)
    while True:
        while day.weekday() > 4:
            day += DAY
        if day > after:
            return day
        day = (day.replace(day=1) + 31 * DAY).replace(day=1)


def _may_come_again(delivery: Delivery) -> bool:
    """Return whether Slack may send it again; what was refused would be asked for anew."""
    is_done = delivery.type == "slash_commands" and THANKED in str(delivery.response)
    return is_done or delivery.type == "events_api"


CALENDAR = {"weekly": next_weekly, "monthly": next_monthly}
