"""Worker threads that hand results back to the event loop."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from storage.engine.store import Request, Result, Service


class PendingCall:
    """A service to be run, and the caller on an event loop who waits for it.

    It takes the place of a `concurrent.futures.Future` and of asyncio's wrapper around it, which
    together cost as much as several statements.
    """

    __slots__ = ("_future", "error", "is_in_doubt", "loop", "request", "result", "service")

    def __init__(self, service: Service[Any, Any], request: Any) -> None:
        self.service = service
        self.request = request
        self.result: Any = None
        self.error: Exception | None = None
        self.is_in_doubt = False  # the answer to a commit was lost
        self.loop = asyncio.get_running_loop()
        self._future: asyncio.Future[Any] = self.loop.create_future()

    async def answered(self) -> Any:
        """Return what came of it, or raise it."""
        return await self._future

    @property
    def is_given_up(self) -> bool:
        """Whether the caller has gone away meanwhile."""
        return self._future.cancelled()

    def _answer(self) -> None:
        if self._future.done():  # the caller has gone away
            return
        if self.error is None:
            self._future.set_result(self.result)
        else:
            self._future.set_exception(self.error)

    @staticmethod
    def answer(calls: Iterable[PendingCall]) -> None:
        """Tell everybody what came of their call, and wake each event loop only once."""
        by_loop: dict[asyncio.AbstractEventLoop, list[PendingCall]] = {}
        for call in calls:
            by_loop.setdefault(call.loop, []).append(call)
        for loop, of_loop in by_loop.items():
            with suppress(RuntimeError):  # it is closed, and nobody waits there any more
                loop.call_soon_threadsafe(_answer_all, of_loop)


def _answer_all(calls: list[PendingCall]) -> None:
    for call in calls:
        call._answer()  # noqa: SLF001 - the other half of `Call.answer`, on the event loop


class WorkerThreads:
    """Some threads that run whatever calls wait, each by itself."""

    def __init__(self, count: int, name: str) -> None:
        self._queue: SimpleQueue[tuple[Callable[[PendingCall], None], PendingCall] | None] = (
            SimpleQueue()
        )
        self._threads = [
            threading.Thread(target=self._take, name=f"{name}-{number}", daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    async def run(
        self,
        how: Callable[[PendingCall], None],
        service: Service[Request, Result],
        request: Request,
    ) -> Result:
        """Return what the service returned; `how` runs it, and must not raise."""
        call = PendingCall(service, request)
        self._queue.put((how, call))
        result: Result = await call.answered()
        return result

    async def close(self) -> None:
        """Finish what waits."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def _take(self) -> None:
        while (waiting := self._queue.get()) is not None:
            how, call = waiting
            if not call.is_given_up:
                how(call)
                PendingCall.answer([call])
