"""Which processes are at work on one database: whoever dies is noticed, and its work taken over.

On SQLite each process holds a lock that ends with it. On Postgres each says once a second that it
is there; no lock of a session would do, since pgbouncer has none. A process that could have been
taken for dead knows it by its own clock, and sends nothing until it has said again that it is there
and found its claim as it was.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from bot.services.outbox import processes
from bot.services.outbox.processes import LetGo
from storage.engine.process_files import ProcessFile
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.services.outbox.processes import Beat
    from storage.engine.store import Store

log = structlog.get_logger(__name__)

BEAT_EVERY_SECONDS = 1.0
# Silent for so long, a process is dead to the others; somewhat earlier it sends nothing any more,
# so that Slack has what it sent last before anybody looks for it there.
DEAD_AFTER_SECONDS = 2.4
SURE_FOR_SECONDS = 1.7
SOON_SECONDS = 0.05
LEAVE_WITHIN_SECONDS = 1.0
# One that counts on while the machine sleeps, where there is one.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def _now() -> float:
    return time.clock_gettime(_CLOCK)


class Presence:
    """This process among those that send from the same database."""

    def __init__(self, store: Store, wake: Callable[[], None]) -> None:
        self.process_id = secrets.token_hex(16)
        self._store = store
        self._wake = wake  # told where there is something to take over
        self._is_sqlite = store.url.startswith("sqlite")
        self._file: ProcessFile | None = None
        self._sure_until = 0.0
        # How often it may have been taken for dead, and have lost what it had claimed by then.
        self.lapses = 0
        self._seen: dict[str, tuple[int, float]] = {}  # of others: their beats, and since when
        self._turn = asyncio.Lock()

    @property
    def is_sure(self) -> bool:
        """Whether nobody can have taken this process for dead."""
        return self._file is not None if self._is_sqlite else _now() < self._sure_until

    def is_sure_since(self, lapses: int) -> bool:
        """Whether nobody can have taken it for dead since there were so many lapses."""
        return self.is_sure and self.lapses == lapses

    async def make_sure(self) -> None:
        """Say that this process is there, unless that is known. Raises `StoreUnavailableError`."""
        if self.is_sure:
            return
        async with self._turn:
            if not self.is_sure:
                await self._beat()

    async def run(self) -> None:
        """Say again and again that this process is there, and take over from those that are not."""
        pause_seconds = 0.0
        while True:
            await asyncio.sleep(pause_seconds)
            pause_seconds = BEAT_EVERY_SECONDS
            try:
                async with self._turn:
                    pause_seconds = await self._beat()
            except StoreUnavailableError as error:
                log.warning("store_unavailable", reason=str(error))
            except Exception:
                log.exception("presence_fault")

    async def leave(self) -> None:
        """Be there no more; what was claimed is settled by now, or waits for its lease."""
        if self._file is not None:
            self._file.close()
            self._file = None
        elif not self._is_sqlite:
            with suppress(StoreUnavailableError, TimeoutError):
                async with asyncio.timeout(LEAVE_WITHIN_SECONDS):
                    await self._store.write(processes.leave, self.process_id)

    async def _beat(self) -> float:
        """Be seen, and look at the others; return after how many seconds to do so again."""
        if self._is_sqlite:
            await self._look_at_files()
            return BEAT_EVERY_SECONDS
        began = _now()
        others = await self._store.write(processes.beat, self.process_id)
        if began >= self._sure_until:
            self.lapses += 1
        self._sure_until = began + SURE_FOR_SECONDS
        pauses = [await self._look_at(said) for said in others]
        self._seen = {said.process_id: self._seen[said.process_id] for said in others}
        return min([BEAT_EVERY_SECONDS, *pauses])

    async def _look_at(self, said: Beat) -> float:
        """Take over from a process that is dead; return when to look at it again.

        Its silence is what the database's clock tells, and as that may be set, it has to be seen
        twice, a beat apart.
        """
        now = _now()
        beats, since = self._seen.get(said.process_id, (0, now))
        if beats != said.beats:
            since = now
        self._seen[said.process_id] = said.beats, since
        left = max(
            DEAD_AFTER_SECONDS - said.age_seconds, BEAT_EVERY_SECONDS + SOON_SECONDS - (now - since)
        )
        if left > 0:
            return max(left, SOON_SECONDS)
        if await self._store.write(processes.bury, said):
            log.warning("process_gone", process_id=said.process_id)
            self._wake()
        return BEAT_EVERY_SECONDS

    async def _look_at_files(self) -> None:
        if self._file is None:
            self._file = ProcessFile(self._store.url, self.process_id)
        for process_id in self._file.find_gone():
            if await self._store.write(processes.let_go, LetGo([process_id])):
                log.warning("process_gone", process_id=process_id)
                self._wake()
