"""The way from Slack to several processes: it chooses one, and may lose, double or delay."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Self

import aiohttp
from aiohttp import web

from bot.sandbox.delivery import sign

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType

    from tests.faults.storm.process import StormProcess

TRIES = 3
KEPT = ("Content-Type", "User-Agent", "Cookie", "X-Slack-Retry-Num", "X-Slack-Retry-Reason")
RETURNED = ("Content-Type", "Location", "Set-Cookie", "X-Slack-No-Retry")
EVENTS = "/slack/events"


class Front:
    """One address for all processes. What goes through it is signed by the world's clock."""

    def __init__(self, secret: str, now: Callable[[], datetime], chance: random.Random) -> None:
        self.processes: list[StormProcess] = []
        self.url = ""
        self.answers_to_lose = 0
        self.to_double = 0
        self._secret = secret
        self._now = now
        self._chance = chance
        self._seconds = aiohttp.ClientTimeout(total=20)
        self._doubles: set[asyncio.Task[object]] = set()

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            timeout=self._seconds, cookie_jar=aiohttp.DummyCookieJar()
        )
        application = web.Application()
        application.add_routes([web.route("*", "/{path:.*}", self._carry)])
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for task in self._doubles:
            task.cancel()
        await asyncio.gather(*self._doubles, return_exceptions=True)
        await self._session.close()
        await self._runner.cleanup()

    async def _carry(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if request.path == EVENTS and self.to_double:
            self.to_double -= 1
            double = asyncio.create_task(self._sent(request, body))
            self._doubles.add(double)
            double.add_done_callback(self._doubles.discard)
        try:
            answer = await self._sent(request, body)
        except (aiohttp.ClientError, TimeoutError):
            return _cut(request)
        if request.path == EVENTS and self.answers_to_lose:
            self.answers_to_lose -= 1
            return _cut(request)
        return answer

    async def _sent(self, request: web.Request, body: bytes) -> web.Response:
        running = [process for process in self.processes if process.is_running]
        self._chance.shuffle(running)
        headers = {name: request.headers[name] for name in KEPT if name in request.headers}
        if request.path == EVENTS:
            stamp = str(int(self._now().timestamp()))
            headers["X-Slack-Request-Timestamp"] = stamp
            headers["X-Slack-Signature"] = sign(self._secret, stamp, body)
        for process in running[:TRIES]:
            address = f"http://127.0.0.1:{process.port}{request.path_qs}"
            # Only who was not reached at all is passed over: another may have done it already.
            with suppress(aiohttp.ClientConnectorError):
                async with self._session.request(
                    request.method,
                    address,
                    data=body or None,
                    headers=headers,
                    allow_redirects=False,
                ) as answer:
                    response = web.Response(status=answer.status, body=await answer.read())
                    for name in RETURNED:
                        for value in answer.headers.getall(name, ()):
                            if name == "Content-Type":
                                response.headers[name] = value
                            else:
                                response.headers.add(name, value)
                    return response
        return web.Response(status=502)


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=502)
