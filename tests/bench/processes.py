"""Real processes: how they are started, what CPU and memory they take."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

HERE = Path(__file__).parent
START_WITHIN_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.2
KEPT_OF_ENVIRONMENT = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")


class FailedError(Exception):
    """A process did not do what it was started for; `str()` has the last of what it said."""


@dataclass(frozen=True)
class Program:
    """A process that runs."""

    process: asyncio.subprocess.Process
    log_path: Path  # what it says on its second channel

    @property
    def pid(self) -> int:
        return self.process.pid

    async def line(self) -> str:
        """Return the next line that it prints."""
        if self.process.stdout is None:
            raise FailedError("nothing is printed")
        async with asyncio.timeout(START_WITHIN_SECONDS):
            read = await self.process.stdout.readline()
        if not read:
            raise FailedError(self.log())
        return read.decode().rstrip("\n")

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")[-4000:]


def of_product(*words: str) -> tuple[str, ...]:
    """Return how a module of the product is run."""
    return ("-m", *words)


def of_bench(tree: Path, module: str, *words: str) -> tuple[str, ...]:
    """Return how a module of the benchmark is run on a tree's product."""
    return (str(HERE / "in_tree.py"), str(tree), f"tests.bench.{module}", *words)


@asynccontextmanager
async def running(
    tree: Path, folder: Path, words: Sequence[str], **environment: str
) -> AsyncIterator[Program]:
    """Run a Python program on a tree's product, as long as the context lasts.

    It is started in an empty folder, so that nobody's `.env` is read.
    """
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in KEPT_OF_ENVIRONMENT if name in os.environ}  # noqa: TID251 - handed on
    log_path = folder / f"{free_port()}.log"
    with log_path.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *words,
            cwd=empty,
            env=kept | {"PYTHONPATH": str(tree)} | environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    try:
        yield Program(process, log_path)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(15):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


async def run(tree: Path, folder: Path, words: Sequence[str], **environment: str) -> str:
    """Run a Python program to its end, and return what it printed; raises `FailedError`."""
    async with running(tree, folder, words, **environment) as program:
        printed, _ = await program.process.communicate()
    if program.process.returncode != 0:
        raise FailedError(f"{' '.join(words)}\n{printed.decode()[-2000:]}\n{program.log()}")
    return printed.decode()


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


async def answers(url: str, program: Program, *, pause_seconds: float = 0.05) -> None:
    """Return when an address answers with 200; raises `FailedError` if the process ends first."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(START_WITHIN_SECONDS):
        while program.process.returncode is None:
            try:
                async with session.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(pause_seconds)
    raise FailedError(program.log())


async def holds(condition: Callable[[], bool], what: str, *, within_seconds: float = 120.0) -> None:
    """Return when something holds; raises `FailedError` where it does not come about."""
    for _ in range(int(within_seconds / LOOK_EVERY_SECONDS)):
        if condition():
            return
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    raise FailedError(f"not so in {within_seconds} s: {what}")


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process and its children, in user and system together.

    By the clock that Linux keeps for each process, to the nanosecond: `/proc` tells hundredths.
    """
    found = 0.0
    for each in _tree_of(pid):
        with suppress(OSError):  # it has ended meanwhile
            found += time.clock_gettime((~each << 3) | 2)
    return found


def _tree_of(pid: int) -> list[int]:
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _tree_of(int(child))
    return found


def memory_mib(pid: int) -> dict[str, float]:
    """Return a process's memory: its fair share (`Pss`), and what it has mapped in all (`Rss`)."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    found = re.findall(r"^(Pss|Rss): +(\d+) kB$", text, re.MULTILINE)
    return {name: int(kilobytes) / 1024 for name, kilobytes in found}
