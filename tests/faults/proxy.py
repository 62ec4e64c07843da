"""A network between the app and Slack that can freeze."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from types import TracebackType

CHUNK = 65_536


class Network:
    """Carries every byte to `target` and back, until it is told to hold what is open now."""

    def __init__(self, target: str) -> None:
        address = urlsplit(target)
        self._host, self._port = address.hostname or "", address.port or 0
        self._server: asyncio.Server | None = None
        self._carrying: dict[asyncio.Task[None], asyncio.Event] = {}
        self._writers: set[asyncio.StreamWriter] = set()
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    def freeze(self) -> None:
        """Hold every connection that is open now: nothing arrives any more, and nothing ends."""
        for goes_on in self._carrying.values():
            goes_on.clear()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._host, self._port)
        goes_on = asyncio.Event()
        goes_on.set()
        self._writers |= {writer, back}
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._carry(source, sink, goes_on))
            self._carrying[task] = goes_on
            task.add_done_callback(lambda done: self._carrying.pop(done, None))

    async def _carry(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, goes_on: asyncio.Event
    ) -> None:
        with suppress(ConnectionError):
            while chunk := await source.read(CHUNK):
                await goes_on.wait()
                sink.write(chunk)
                await sink.drain()
        await goes_on.wait()
        sink.close()
        self._writers.discard(sink)
