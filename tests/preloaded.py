"""Starts the program in processes of its own, quickly: each is forked with its libraries loaded.

Loading the libraries takes three quarters of the time in which a command starts. So one process for
each worker of the suite loads them once, and never the product itself: every program that is forked
from it loads that anew, in an environment, a folder and with files of its own, and can be killed.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import time
from contextlib import suppress
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests import faked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parent.parent
OURS = ("bot", "handlers", "storage", "tests")
LOADED_WHEN_NEEDED = ("psycopg", "sqlalchemy.dialects.postgresql.psycopg")
MOST_BYTES = 1 << 16
UMASK: ContextVar[int] = ContextVar("umask", default=0o022)  # of what is started from here on


class Program:
    """A process that runs a module of ours; the part of `subprocess.Popen` that tests need."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lines = connection.makefile("r")
        self.pid = int(self._lines.readline())
        self.returncode: int | None = None
        self._ended = threading.Event()
        threading.Thread(target=self._wait, daemon=True).start()

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code once it has ended. Raises subprocess.TimeoutExpired."""
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired("kudos", timeout or 0.0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _wait(self) -> None:
        told = self._lines.readline()
        self.returncode = int(told) if told else -signal.SIGKILL
        self._ended.set()
        self._lines.close()
        self._connection.close()


class ForkServer:
    """The process with the libraries; it ends with the process that made it."""

    def __init__(self) -> None:
        self._path = f"{tempfile.mkdtemp(prefix='kudos-fork-')}/socket"
        self._ours, theirs = socket.socketpair()
        environment = dict(os.environ)  # noqa: TID251 - handed on
        self._process = subprocess.Popen(  # noqa: S603 - this very file
            [sys.executable, "-m", "tests.preloaded", self._path, str(theirs.fileno())],
            cwd=ROOT,
            env=environment | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
            pass_fds=(theirs.fileno(),),
        )
        theirs.close()
        assert self._ours.recv(1) == b"+", "the process with the libraries did not start"
        atexit.register(self.close)

    def start(
        self,
        module: str,
        words: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdin: int,
        stdout: int,
        stderr: int,
    ) -> Program:
        """Run a module as `python -m` does, in a session of its own."""
        program = {"module": module, "words": words, "umask": UMASK.get()}
        asked = json.dumps(program | {"cwd": str(cwd), "env": dict(env)})
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self._path)
        socket.send_fds(connection, [asked.encode()], [stdin, stdout, stderr])
        return Program(connection)

    def close(self) -> None:
        """End it; what it has started goes on."""
        self._ours.close()
        self._process.wait()


@cache
def fork_server() -> ForkServer:
    """Return the one of this process; the first call takes a second longer."""
    return ForkServer()


# -- In the process with the libraries ---------------------------------------------------------


def main() -> None:
    """Fork a process for each connection, until whoever started this one is gone."""
    path, alive = sys.argv[1], socket.socket(fileno=int(sys.argv[2]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faked.sleep_as_long_as_told()
    _load_libraries()
    gc.freeze()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    waiting: dict[int, socket.socket] = {}
    wake_up, wakes = socket.socketpair()
    wakes.setblocking(False)
    wake_up.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes.fileno(), warn_on_full_buffer=False)
    alive.send(b"+")

    while True:
        ready, _, _ = select.select([listener, alive, wake_up], [], [])
        if wake_up in ready:
            with suppress(BlockingIOError):
                wake_up.recv(MOST_BYTES)
            _tell_of_the_ended(waiting)
        if alive in ready:
            Path(path).unlink()
            Path(path).parent.rmdir()
            return
        if listener in ready:
            connection, _ = listener.accept()
            asked, files, _, _ = socket.recv_fds(connection, MOST_BYTES, 3)
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                for one in (listener, alive, wake_up, wakes, connection, *waiting.values()):
                    one.close()
                _become(json.loads(asked), files)
                return
            for file in files:
                os.close(file)
            waiting[pid] = connection
            connection.send(f"{pid}\n".encode())


def _load_libraries() -> None:
    """Load what the product loads, but for the product, of which a child of ours tells."""
    listed = subprocess.run(
        [sys.executable, "-c", "import sys, bot.cli.main; print(*sys.modules)"],
        capture_output=True,
        check=True,
        text=True,
    )
    for name in (*listed.stdout.split(), *LOADED_WHEN_NEEDED):
        if name.partition(".")[0] not in (*OURS, "__main__"):
            with suppress(ImportError):
                importlib.import_module(name)


def _tell_of_the_ended(waiting: dict[int, socket.socket]) -> None:
    while waiting:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        with suppress(OSError), waiting.pop(pid) as connection:
            connection.send(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _become(asked: dict[str, object], files: list[int]) -> None:
    """Be `python -m module words…` from here on, as if nothing had been before."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.chdir(str(asked["cwd"]))
    os.umask(int(str(asked["umask"])))
    os.environ.clear()  # noqa: TID251 - that of the new program
    os.environ.update(asked["env"])  # type: ignore[call-overload]  # noqa: TID251
    time.tzset()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    if os.isatty(0):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C reaches it
    module, words = str(asked["module"]), asked["words"]
    sys.argv = [module, *words]  # type: ignore[misc]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
