"""A proxy as companies have one: it asks for a password and notes where requests go."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CHUNK = 65_536
USER, PASSWORD = "kudos", "hunter2"


class ForwardProxy:
    """Passes on requests with a whole address, and tunnels by CONNECT."""

    def __init__(self, hosts: dict[str, str]) -> None:
        self.hosts = hosts  # names that nobody but the proxy knows
        self.passed: list[str] = []  # "GET /path", "CONNECT host:port"
        self.turned_away = 0
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Its address, with the password."""
        return f"http://{USER}:{PASSWORD}@127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one connection; ends with it."""
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._serve(reader, writer)
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *headers = head.split("\r\n")
        method, target, version = line.split(" ")
        expected = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if f"proxy-authorization: basic {expected}".lower() not in head.lower():
            self.turned_away += 1
            writer.write(b"HTTP/1.1 407 Who are you\r\ncontent-length: 0\r\n\r\n")
            await writer.drain()
            return
        if method == "CONNECT":
            self.passed.append(f"CONNECT {target}")
            host, _, port = target.rpartition(":")
            there, back = await self._open(host, int(port))
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            parts = urlsplit(target)
            self.passed.append(f"{method} {parts.path}")
            there, back = await self._open(parts.hostname or "", parts.port or 80)
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            kept = [each for each in headers if not each.lower().startswith("proxy-")]
            # One request for each connection, so that every one is seen here.
            is_socket = any(each.lower().startswith("upgrade:") for each in kept)
            if not is_socket:
                kept.insert(0, "Connection: close")
            back.write("\r\n".join([f"{method} {path} {version}", *kept]).encode("latin-1"))
        async with asyncio.TaskGroup() as both:
            both.create_task(_carry(reader, back))
            both.create_task(_carry(there, writer))

    async def _open(
        self, host: str, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(self.hosts.get(host, host), port)


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await source.read(CHUNK):
            target.write(chunk)
            await target.drain()
    target.close()


@asynccontextmanager
async def forward_proxy(**hosts: str) -> AsyncIterator[ForwardProxy]:
    """Yields a proxy that listens."""
    proxy = ForwardProxy({name.replace("_", "."): address for name, address in hosts.items()})
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
