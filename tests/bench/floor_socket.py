"""The floor of Socket Mode: a bare WebSocket client that stores a row and answers an envelope."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

import aiohttp
import uvloop

from tests.bench.floor import inserting

if TYPE_CHECKING:
    from collections.abc import Callable


async def answer_all(url: str, insert: Callable[[str], None]) -> None:
    """Answer envelopes until the connection ends, many at once."""
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[None]] = set()
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:

        async def answer(text: str) -> None:
            envelope = json.loads(text)
            if "envelope_id" not in envelope:
                return
            await loop.run_in_executor(None, insert, envelope["payload"]["text"])
            await socket.send_str(
                json.dumps({"envelope_id": envelope["envelope_id"], "payload": {}})
            )

        async for frame in socket:
            if frame.type == aiohttp.WSMsgType.TEXT:
                task = loop.create_task(answer(frame.data))
                tasks.add(task)
                task.add_done_callback(tasks.discard)


if __name__ == "__main__":
    uvloop.run(answer_all(sys.argv[1], inserting(sys.argv[2])))
