"""Somebody who opens connections to an HTTP server and sends whatever they like."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

from tests.patience import WAIT_SECONDS


@dataclass
class RawConnection:
    """One connection; everything that comes back is kept."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    answer: bytes = field(default=b"")

    @classmethod
    async def opened(cls, port: int) -> Self:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def sends(self, data: bytes) -> bool:
        """Send bytes; return False once the server does not take any more."""
        with suppress(ConnectionError):
            self.writer.write(data)
            await self.writer.drain()
            return True
        return False

    async def is_ended(self) -> bytes:
        """Return what the server said, once it has ended the connection. Raises TimeoutError."""
        with suppress(ConnectionError):
            async with asyncio.timeout(WAIT_SECONDS):
                while piece := await self.reader.read(65536):
                    self.answer += piece
        return self.answer

    async def answered(self) -> bytes:
        """Return the head of one answer. Raises TimeoutError or asyncio.IncompleteReadError."""
        async with asyncio.timeout(WAIT_SECONDS):
            return await self.reader.readuntil(b"\r\n\r\n")

    def close(self) -> None:
        self.writer.close()
