"""Requests of the store that wait at the same moment share one transaction."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from storage.engine.store import Connection, Request, Result, Service

    # `Store.read` or `Store.write`
    Door = Callable[[Service[Any, Any], Any], Awaitable[Any]]

TOGETHER_MAX = 32


class BatchingStore:
    """A door of the store through which those who wait go together; one who is alone goes at once.

    A transaction has its price whatever is done in it, and on Postgres that is most of it.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._waiting: list[tuple[Service[Any, Any], Any, asyncio.Future[Any]]] = []
        self._going: asyncio.Task[None] | None = None

    async def __call__(self, service: Service[Request, Result], request: Request) -> Result:
        """Return what the service returned; raises what the store and the service raise."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((service, request, answer))
        if self._going is None or self._going.done():
            self._going = loop.create_task(self._go())
        return await answer

    async def _go(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:TOGETHER_MAX], self._waiting[TOGETHER_MAX:]
            try:
                if len(batch) > 1:
                    asked = [(service, request) for service, request, _ in batch]
                    results = await self._door(_each, asked)
                    for (_, _, answer), result in zip(batch, results, strict=True):
                        _tell(answer, result)
                    continue
            except StoreUnavailableError as error:
                _fail(batch, error)
                continue
            except Exception:  # noqa: BLE001, S110 - nothing of it is done: each by itself, then
                pass
            for service, request, answer in batch:
                try:
                    _tell(answer, await self._door(service, request))
                except Exception as error:  # noqa: BLE001 - it is the caller's
                    _fail([(service, request, answer)], error)


def _each(
    connection: Connection, requests: Sequence[tuple[Service[Any, Any], Any]], now: datetime
) -> list[Any]:
    """Return what each service returns for its request; what one raises undoes all of them."""
    return [service(connection, request, now) for service, request in requests]


def _tell(answer: asyncio.Future[Any], result: Any) -> None:
    if not answer.done():  # whoever asked may have gone
        answer.set_result(result)


def _fail(
    batch: Sequence[tuple[Service[Any, Any], Any, asyncio.Future[Any]]], error: Exception
) -> None:
    for _, _, answer in batch:
        if not answer.done():
            answer.set_exception(error)
