"""Socket Mode: the open connections of the app, and the envelopes on them."""

import asyncio
import contextlib
import functools
from secrets import token_hex

from aiohttp import WSMsgType, web

from bot.sandbox.changes import patience
from bot.sandbox.model import Json

MOST_CONNECTIONS = 10
PING_SECONDS = 5.0


class ConnectionLostError(Exception):
    """The connection that a payload went out on closed before the app acknowledged it."""


class Sockets:
    """Open connections; each payload goes to one of them, in turn."""

    def __init__(self, app_id: str) -> None:
        self._app_id = app_id
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._transports: dict[web.WebSocketResponse, asyncio.Transport] = {}
        self._waiting: dict[str, tuple[web.WebSocketResponse, asyncio.Future[Json | None]]] = {}
        self._turn = 0
        self._changed = asyncio.Condition()

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def issue_ticket(self) -> str:
        """Return a ticket that opens one connection, once."""
        ticket = token_hex(16)
        self._tickets.add(ticket)
        return ticket

    async def wait_for_connections(self, count: int, *, within: float | None = None) -> None:
        """Return when at least `count` are open; raises TimeoutError after `within` seconds."""
        async with asyncio.timeout(patience(within)), self._changed:
            await self._changed.wait_for(lambda: len(self._open) >= count)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection from its hello to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404, text="This ticket is unknown or was used.")
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self._open) >= MOST_CONNECTIONS:
            await socket.send_json(self._disconnect("too_many_websockets"))
            await socket.close()
            return socket
        pinging = asyncio.create_task(self._ping(socket))
        try:
            await socket.send_json(self._hello())
            self._open.append(socket)
            if request.transport is not None:
                self._transports[socket] = request.transport
            async with self._changed:
                self._changed.notify_all()
            async for frame in socket:
                if frame.type == WSMsgType.TEXT:
                    self._take_ack(frame.json())
        except ConnectionError:
            # The app went away in the middle of a frame: the same as an ordinary end.
            pass
        finally:
            pinging.cancel()
            self._forget(socket)
        return socket

    async def send(
        self, type_: str, payload: Json, **extra: object
    ) -> "asyncio.Future[Json | None]":
        """Send one payload over one connection; the future is the app's acknowledgement.

        The future's result is the payload of the acknowledgement or None; it fails with
        ConnectionLostError when the connection ends first. Raises ConnectionLostError when
        none is open.
        """
        while self._open:
            self._turn += 1
            socket = self._open[self._turn % len(self._open)]
            envelope_id = token_hex(16)
            acked: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
            self._waiting[envelope_id] = (socket, acked)
            envelope = {
                "envelope_id": envelope_id,
                "type": type_,
                "payload": payload,
                "accepts_response_payload": type_ != "events_api",
                **extra,
            }
            try:
                await socket.send_json(envelope)
            except ConnectionError:
                self._waiting.pop(envelope_id, None)
                self._forget(socket)
                continue
            acked.add_done_callback(functools.partial(self._done, envelope_id))
            return acked
        raise ConnectionLostError

    async def say(self, text: str) -> None:
        """Send these very words over every connection, whatever they are."""
        for socket in list(self._open):
            with contextlib.suppress(ConnectionError):
                await socket.send_str(text)

    async def refresh(self, notice_seconds: float) -> None:
        """Do what Slack does every few hours: warn, wait, say goodbye, close."""
        leaving = list(self._open)
        for reason in ("warning", "refresh_requested"):
            for socket in leaving:
                with contextlib.suppress(ConnectionError):
                    await socket.send_json(self._disconnect(reason))
            if reason == "warning":
                await asyncio.sleep(notice_seconds)
        for socket in leaving:
            await socket.close()

    def drop(self) -> None:
        """Cut every connection without a word, as a broken network does."""
        for socket in list(self._open):
            transport = self._transports.get(socket)
            self._forget(socket)
            if transport is not None:
                transport.abort()

    async def close(self) -> None:
        """End every connection properly."""
        for socket in list(self._open):
            with contextlib.suppress(ConnectionError):
                await socket.send_json(self._disconnect("link_disabled"))
                await asyncio.wait_for(socket.close(), timeout=1)

    def _done(self, envelope_id: str, _acked: "asyncio.Future[Json | None]") -> None:
        self._waiting.pop(envelope_id, None)

    def _take_ack(self, ack: Json) -> None:
        waiting = self._waiting.get(str(ack.get("envelope_id")))
        if waiting and not waiting[1].done():
            waiting[1].set_result(ack.get("payload") or None)

    def _forget(self, socket: web.WebSocketResponse) -> None:
        if socket in self._open:
            self._open.remove(socket)
        self._transports.pop(socket, None)
        for owner, acked in list(self._waiting.values()):
            if owner is socket and not acked.done():
                acked.set_exception(ConnectionLostError())

    async def _ping(self, socket: web.WebSocketResponse) -> None:
        with contextlib.suppress(ConnectionError):
            while not socket.closed:
                await asyncio.sleep(PING_SECONDS)
                await socket.ping(b"Ping from sandbox")

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open) + 1,
            "debug_info": {
                "host": "sandbox",
                "started": "2026-01-01 00:00:00.000",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": self._app_id},
        }

    @staticmethod
    def _disconnect(reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
