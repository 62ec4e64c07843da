"""Slack's doors beside the Web API, for answers and for files: they misbehave on demand too."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web

from bot.sandbox.faults import Fault
from bot.sandbox.hub import Hub
from bot.sandbox.model import ApiCall, Json

Take = Callable[[], Awaitable[web.Response]]


async def answered(
    hub: Hub, request: web.Request, name: str, arguments: Json, take: Take
) -> web.StreamResponse:
    """Returns what `take` answers, or misbehaves as a fault of that name says.

    What a fault keeps from being taken counts as no use of an address.
    """
    if hub.is_down:
        return cut(request)
    call = ApiCall(name, time.monotonic(), arguments)
    hub.calls.append(call)
    fault = hub.faults.take(name, set())
    response = await (take() if fault is None else _misbehaved(hub, request, fault, take))
    call.status = response.status
    call.error = None if fault is None else fault.kind
    return response


async def _misbehaved(hub: Hub, request: web.Request, fault: Fault, take: Take) -> web.Response:
    if fault.kind in {"hang_after", "drop_after"}:
        await take()
    await hub.faults.report(fault.method)
    if fault.kind == "slow":
        with suppress(TimeoutError):
            async with asyncio.timeout(fault.seconds):
                await hub.faults.hang()
        return await take()
    if fault.kind.startswith("hang"):
        await hub.faults.hang()
    if fault.kind.startswith(("hang", "drop")):
        return cut(request)
    if fault.kind == "ratelimited":
        headers = {"Retry-After": str(fault.retry_after)}
        return web.Response(status=429, text="Too Many Requests", headers=headers)
    if fault.kind == "error":
        return web.json_response({"ok": False, "error": fault.error}, status=404)
    return web.Response(status=500, text="Internal Server Error")


def cut(request: web.Request) -> web.Response:
    """Ends the connection without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()
