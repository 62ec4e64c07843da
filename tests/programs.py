"""`kudos …`, as an operator types it: a process of its own, in an environment of its own."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests import preloaded
from tests.patience import WAIT_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from bot.sandbox import Sandbox
    from tests.preloaded import Program

DATABASE = "Database: "
LOOK_EVERY_SECONDS = 0.01
KEPT_OF_ENVIRONMENT = (
    *("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT", "COVERAGE_FILE"),
    # By these a run that is told another date, by libfaketime, tells it to its processes.
    *("LD_PRELOAD", "FAKETIME", "FAKETIME_CACHE_DURATION", "FAKETIME_DONT_FAKE_MONOTONIC"),
    *("FAKETIME_FORCE_MONOTONIC_FIX", "NO_FAKE_STAT"),
)


def kept_of_environment() -> dict[str, str]:
    """Return what every process needs of the environment of the tests."""
    return {
        name: os.environ[name]  # noqa: TID251 - handed on
        for name in KEPT_OF_ENVIRONMENT
        if name in os.environ  # noqa: TID251
    }


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str  # without the line that names the database
    database: str = ""  # which it says it works on


class Command:
    """A command that runs: what it prints can be read, and it can be told to stop."""

    def __init__(
        self,
        program: Program,
        stdout: tuple[asyncio.StreamReader, asyncio.BaseTransport],
        stderr: tuple[asyncio.StreamReader, asyncio.BaseTransport],
    ) -> None:
        self._program = program
        self.stdout, self._stdout_transport = stdout
        self._stderr, self._stderr_transport = stderr

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._program.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._program.poll() is None

    def terminate(self) -> None:
        """Tell it to stop."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """`kill -9`."""
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        self._program.send_signal(number)

    async def says(self) -> str:
        """Return the next line that it prints, empty when there is none any more.

        Raises TimeoutError.
        """
        line = await asyncio.wait_for(self.stdout.readline(), WAIT_SECONDS)
        return line.decode()

    async def wait(self) -> int:
        """Return its exit code. Raises TimeoutError."""
        async with asyncio.timeout(WAIT_SECONDS):
            while (code := self._program.poll()) is None:  # noqa: ASYNC110 - no loop is told
                await asyncio.sleep(LOOK_EVERY_SECONDS)
        self._stdout_transport.close()
        self._stderr_transport.close()
        return code

    async def ended(self) -> Ended:
        """Return how it ended, and everything that it printed. Raises TimeoutError."""
        async with asyncio.timeout(WAIT_SECONDS):
            out, err = await asyncio.gather(self.stdout.read(), self._stderr.read())
        line, *rest = err.decode().partition("\n")
        if not line.startswith(DATABASE):
            return Ended(await self.wait(), out.decode(), err.decode())
        name = line.removeprefix(DATABASE)
        return Ended(await self.wait(), out.decode(), rest[-1], name)


async def kudos(*words: str, home: Path, into: str = "", **environment: str) -> Ended:
    """Run a command to its end, in an environment that has nothing but what is given."""
    return await (await started(*words, home=home, into=into, **environment)).ended()


async def started(*words: str, home: Path, into: str = "", **environment: str) -> Command:
    """Start a command in a folder in which there is no `.env`, unless a test puts one there.

    `into` is where its standard output goes, instead of to the test.
    """
    (out, out_end), (err, err_end) = os.pipe(), os.pipe()
    if into:
        os.close(out_end)
        out_end = os.open(into, os.O_WRONLY)
    nothing = os.open(os.devnull, os.O_RDONLY)
    try:
        program = preloaded.fork_server().start(
            "bot",
            words,
            cwd=home,
            env={"KUDOS_HOME": str(home), "PYTHONPATH": str(preloaded.ROOT), "LANG": "C.UTF-8"}
            | environment,
            stdin=nothing,
            stdout=out_end,
            stderr=err_end,
        )
    finally:
        for end in (nothing, out_end, err_end):
            os.close(end)
    return Command(program, await _reader(out), await _reader(err))


def environment_for(slack: Sandbox, database_url: str) -> dict[str, str]:
    """Return what a command needs to know of Slack and of the database."""
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
    }


async def _reader(end: int) -> tuple[asyncio.StreamReader, asyncio.BaseTransport]:
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(end, "rb", buffering=0)
    )
    return reader, transport
