"""The wire between the app and Postgres, which can be cut."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy.engine import make_url

if TYPE_CHECKING:
    from types import TracebackType

CHUNK = 65_536
PORT = 5433  # only a part of a socket's name


class Wire:
    """Carries every byte between a socket of its own and the server's."""

    def __init__(self, database_url: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="kudos-wire-"))
        url = make_url(database_url)
        host = url.query.get("host", url.host or "127.0.0.1")
        assert isinstance(host, str)
        self._host, self._port = host, int(str(url.query.get("port", url.port or 5432)))
        seen = url.set(host=None, port=None).update_query_dict(
            {"host": str(self._folder), "port": str(PORT)}
        )
        self.url = seen.render_as_string(hide_password=False)
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        path = self._folder / f".s.PGSQL.{PORT}"
        self._server = await asyncio.start_unix_server(self._connect, path)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def cut(self) -> None:
        """Break every connection: what was committed a moment ago may never be told."""
        for writer in self._open:
            writer.transport.abort()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self._host.startswith("/"):
                there, back = await asyncio.open_unix_connection(
                    f"{self._host}/.s.PGSQL.{self._port}"
                )
            else:
                there, back = await asyncio.open_connection(self._host, self._port)
        except OSError:
            writer.close()
            return
        self._open |= {writer, back}
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._carry(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await source.read(CHUNK):
                sink.write(chunk)
                await sink.drain()
        sink.close()
        self._open.discard(sink)
