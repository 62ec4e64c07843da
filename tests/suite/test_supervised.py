"""Whatever is told to stop in the middle leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]
import pytest

from tests.conftest import ROOT
from tests.faults.waiting import until
from tests.postgres import FOLDER
from tests.seed import unique
from tests.supervised import environment_for_tests

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARK = "KUDOS_TEST_LEFT_BEHIND"  # handed on from process to process
SUPERVISED = (sys.executable, "-m", "tests.supervised", sys.executable)
GOES_ITS_OWN_WAY = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open(sys.argv[1], "w").close()
        time.sleep(600)
    os._exit(0)
time.sleep(float(sys.argv[2]))
sys.exit(7)
"""


class Started:
    """A program, and whatever it starts."""

    def __init__(self, *command: str) -> None:
        self.mark = unique("run")
        environment = environment_for_tests() | {MARK: self.mark}
        environment.pop(FOLDER, None)  # a server of its own
        self.process = subprocess.Popen(  # noqa: S603 - our own programs
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def processes(self) -> list[psutil.Process]:
        """Return all processes that came from it and are not over."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                is_ours = process.environ().get(MARK) == self.mark
                if is_ours and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def names(self) -> list[str]:
        """Return their commands."""
        found = []
        for process in self.processes():
            with suppress(psutil.Error):
                found.append(" ".join(process.cmdline()))
        return found

    async def has(self, part: str, count: int) -> None:
        """Wait until so many processes run with this in their command."""
        await until(
            lambda: sum(part in name for name in self.names()) >= count,
            f"{count} times {part} runs",
            found=self.names,
        )

    async def ends(self) -> int:
        """Wait until it has ended, and return its exit code; nothing of it may be left."""
        await until(lambda: self.process.poll() is not None, "it ends", found=self.names)
        assert self.names() == []
        return self.process.returncode

    def close(self) -> None:
        """End it, whatever it did."""
        for process in self.processes():
            with suppress(psutil.Error):
                process.kill()
        self.process.communicate()


@pytest.fixture
def started() -> Iterator[list[Started]]:
    programs: list[Started] = []
    yield programs
    for program in programs:
        program.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_what_has_made_itself_independent_ends_too(
    started: list[Started], tmp_path: Path, number: signal.Signals
) -> None:
    sign = tmp_path / "sign"
    program = Started(*SUPERVISED, "-c", GOES_ITS_OWN_WAY, str(sign), "600")
    started.append(program)
    await until(sign.exists, "all of it runs", found=program.names)
    os.kill(program.process.pid, number)
    assert await program.ends() == 130


async def test_what_is_left_when_a_program_ends_ends_too_and_its_code_is_handed_on(
    started: list[Started], tmp_path: Path
) -> None:
    program = Started(*SUPERVISED, "-c", GOES_ITS_OWN_WAY, str(tmp_path / "sign"), "0.5")
    started.append(program)
    assert await program.ends() == 7


@pytest.mark.long
@pytest.mark.parametrize("target", ["faults", "test", "bench"])
async def test_a_run_that_is_told_to_stop_leaves_neither_a_server_nor_an_app(
    started: list[Started], target: str
) -> None:
    """As `make` does it, with the servers and the apps of the run in full swing."""
    program = Started(*RUNS[target])
    started.append(program)
    for part, count in STARTS[target].items():
        await program.has(part, count)
    os.kill(program.process.pid, signal.SIGTERM)
    assert await program.ends() == 130


A_FAULT_TEST = "tests/faults/test_kill.py"
RUNS = {
    "faults": (*SUPERVISED, "-m", "tests.faults.storm", "--rounds", "9", "--shape", "0"),
    "test": (*SUPERVISED, "-m", "pytest", "-n", "2", A_FAULT_TEST, "-k", "postgres"),
    "bench": (*SUPERVISED, "-m", "tests.bench", "giving", "--quick", "--database", "postgres"),
}
# What runs at least, and how often; each app is forked from the process that is preloaded.
STARTS = {
    "faults": {"bin/postgres": 1, "tests.preloaded": 3},
    "test": {"bin/postgres": 1, "tests.preloaded": 3},
    "bench": {"bin/postgres": 1},
}
