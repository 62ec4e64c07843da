"""`python -m tests.supervised PROGRAM …` leaves no process behind, however it ends.

Told to stop (SIGTERM, Ctrl-C), it asks the program to stop as Ctrl-C does, gives it time to end
what it has started, and then kills whatever is left: servers that have gone their own way, too.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import FrameType

STOP = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
STOPS_WITHIN_SECONDS = 10.0
SET_CHILD_SUBREAPER = 36  # prctl(2)
TOLD_TO_STOP = 130  # the exit code, as shells give it for Ctrl-C


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Return the exit code of a program when it, and all that it has started, has ended."""
    _adopt_orphans()
    with _stop_noted() as stopped:
        # Of its own group, so that Ctrl-C reaches it once and not twice.
        process = subprocess.Popen(command, env=dict(environment), start_new_session=True)  # noqa: S603
        try:
            while not stopped:
                with suppress(subprocess.TimeoutExpired):
                    return process.wait(0.2)
            os.killpg(process.pid, signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOPS_WITHIN_SECONDS)
            return TOLD_TO_STOP
        finally:
            end_all()


def end_all() -> None:
    """Kill every process that this one has started, or they have in turn, and wait for it."""
    while left := psutil.Process().children(recursive=True):
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=STOPS_WITHIN_SECONDS)


@contextmanager
def _stop_noted() -> Iterator[list[int]]:
    """Note the signals that tell this process to stop, instead of stopping at once."""
    stopped: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        stopped.append(number)

    before = {number: signal.signal(number, note) for number in STOP}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def main() -> None:
    """Run what this program is given, and end with its exit code."""
    sys.exit(run(sys.argv[1:], environment_for_tests()))


def environment_for_tests() -> dict[str, str]:
    """Return the environment for tests: that of this process, with compiled modules kept."""
    environment = dict(os.environ)  # noqa: TID251 - handed on
    # Or each of hundreds of processes compiles the product and the tests anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def _adopt_orphans() -> None:
    """Have processes whose parent has ended become children of this one; only Linux can."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)


if __name__ == "__main__":
    main()
