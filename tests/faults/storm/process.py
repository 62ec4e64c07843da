"""One of the app's processes in a storm: killed, started again, and watched meanwhile."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import TYPE_CHECKING

from tests.faults.process import KudosProcess
from tests.faults.waiting import until
from tests.installing import APP, KEY, free_port
from tests.patience import WAIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.sandbox import Sandbox

STORE_WAS_AWAY = 2  # what a process ends with that cannot start; a supervisor starts it again
START_AGAIN_SECONDS = 0.3
AWAY_FOR_SECONDS = 2.0


class StormProcess(KudosProcess):
    """`kudos start` by the world's clock, at a port of its own, kept running by a supervisor."""

    def __init__(
        self, slack: Sandbox, database_url: str, folder: Path, number: int, **environment: str
    ) -> None:
        self.port = free_port()
        super().__init__(slack, database_url, folder, **environment, STORM_PROCESS=str(number))
        self.program = ("tests.faults.storm.starter", "start")
        self.number = number
        self.kills = 0
        self.strange_ends: list[str] = []  # how it ended where nobody had asked for it
        self.store_failed_since: Callable[[float], bool] = lambda _: False
        self._started_at = 0.0
        self.turn = asyncio.Lock()  # one fault at a time
        self.is_listening = False
        self._is_wanted = False
        self._watching: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start it; what it says is added to the log."""
        self._started_at = time.monotonic()
        super().start()

    async def up(self) -> StormProcess:
        """Start it, and return when it answers at its port."""
        self.begin()
        await self.ready()
        return self

    def begin(self) -> None:
        """Start it, and keep it running from now on."""
        self._is_wanted = True
        self.is_listening = False
        self.start()
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())

    async def ready(self) -> None:
        """Return when it answers at its port, however often it has to be started for that."""
        ends_at = asyncio.get_running_loop().time() + WAIT_SECONDS
        while not await self._answers():
            assert asyncio.get_running_loop().time() < ends_at, f"never ready: {self.log()}"
            await asyncio.sleep(0.02)
        self.is_listening = True

    async def kill(self) -> None:
        """`kill -9`."""
        self._is_wanted = self.is_listening = False
        if self.is_running:
            self.kills += 1
            self._signal(signal.SIGKILL)
            await until(lambda: not self.is_running, "it is dead")

    async def leave(self) -> None:
        """Ask it to stop; how it ends is noted if it is not as it should be."""
        self._is_wanted = False
        if self._watching is not None:
            self._watching.cancel()
        if not self.is_running:
            return
        self.terminate()
        try:
            code = await self.ended()
        except AssertionError:
            self.strange_ends.append("does not stop when it is told to")
            return
        if code != 0:
            self.strange_ends.append(f"ends with {code} when it is told to stop: {self.log()}")

    def end(self) -> None:
        """End it whatever state it is in."""
        self._is_wanted = False
        if self._watching is not None:
            self._watching.cancel()
        super().end()

    def complaints(self) -> list[str]:
        """Return the lines that tell of a bug, or hold a secret or what people wrote."""
        secrets = (*self.slack.oauth.tokens, KEY, APP["client_secret"], APP["signing_secret"])
        lines = self.log_path.read_text(errors="replace").splitlines()
        told = [line for line in lines if any(secret in line for secret in secrets)]
        return [*super().complaints(), *told]

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(START_AGAIN_SECONDS)
            if not self._is_wanted:
                continue
            if self.is_running:
                self.is_listening = self.is_listening or await self._answers()
                continue
            self.is_listening = False
            assert self._process is not None
            code, started_at = self._process.returncode, self._started_at
            # The store may be on its way back only when that process has given up already.
            await asyncio.sleep(AWAY_FOR_SECONDS if code == STORE_WAS_AWAY else 0)
            if not (code == STORE_WAS_AWAY and self.store_failed_since(started_at)):
                self.strange_ends.append(f"ended by itself with {code}: {self.log()}")
            self._start_if_wanted()

    def _start_if_wanted(self) -> None:
        # Meanwhile it may have been started by somebody else, or told to stay away.
        if self._is_wanted and not self.is_running:
            self.start()

    async def _answers(self) -> bool:
        if not self.is_running:
            return False
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(b"GET /healthz HTTP/1.0\r\n\r\n")
            answer = await reader.read(64)
            writer.close()
        except OSError:
            return False
        return b" 200 " in answer
