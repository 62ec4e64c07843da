"""The real program in a process of its own, to be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests import preloaded
from tests.conftest import ROOT
from tests.faults.waiting import until
from tests.logs_heard import not_for_logs
from tests.patience import WAIT_SECONDS
from tests.programs import kept_of_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.sandbox import Sandbox
    from tests.preloaded import Program

# What the log says where the program itself went wrong, not the world around it.
FAULTS_OF_OURS = (
    "delivery_bug",
    "delivery_fault",
    "task_failed",
    "never retrieved",
    "never awaited",
    '"bug"',
)
STARTS_KUDOS = ("bot", "start")


class KudosProcess:
    """`kudos start`, over and over, with one environment and one log."""

    def __init__(self, slack: Sandbox, database_url: str, folder: Path, **environment: str) -> None:
        self.slack = slack
        self.database_url = database_url
        self.folder = folder
        self.log_path = folder / "kudos.log"
        self.prefix: Sequence[str] = ()  # such as a command that lowers a limit first
        self.program: Sequence[str] = STARTS_KUDOS
        self.environment = kept_of_environment() | {
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            "DATABASE_URL": database_url,
            "KUDOS_HOME": str(folder),
            "KUDOS_LOG_FORMAT": "json",
            **environment,
        }
        self._process: subprocess.Popen[bytes] | Program | None = None

    def start(self) -> None:
        """Start it; what it says is added to the log."""
        with self.log_path.open("ab") as log, Path(os.devnull).open("rb") as nothing:
            module, *words = self.program
            if self.prefix:
                self._process = subprocess.Popen(  # noqa: S603 - our own program
                    [*self.prefix, sys.executable, "-m", module, *words],
                    cwd=self.folder,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
                return
            self._process = preloaded.fork_server().start(
                module,
                words,
                cwd=self.folder,
                env=self.environment,
                stdin=nothing.fileno(),
                stdout=log.fileno(),
                stderr=log.fileno(),
            )

    async def up(self) -> KudosProcess:
        """Start it, and return when it listens to Slack."""
        before = self.slack.sockets
        self.start()
        await until(
            lambda: self.slack.sockets > before or not self.is_running,
            "the process listens",
            found=self.log,
        )
        assert self.is_running, self.log()
        return self

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    async def kill(self) -> None:
        """`kill -9`, and wait until Slack has seen that the connection is gone."""
        if not self.is_running:
            return
        others = self.slack.sockets - 1
        self._signal(signal.SIGKILL)
        await until(lambda: not self.is_running, "it is dead")
        await until(lambda: self.slack.sockets <= others, "its connection is gone")

    async def restart(self) -> None:
        """`kill -9`, and start it again at once."""
        await self.kill()
        await self.up()

    def terminate(self) -> None:
        """Ask it to stop."""
        self._signal(signal.SIGTERM)

    def pause(self) -> None:
        """Freeze it, as a machine that is suspended."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    async def ended(self, within: float = WAIT_SECONDS) -> int:
        """Return its exit code."""
        await until(lambda: not self.is_running, "the process ends", within=within, found=self.log)
        assert self._process is not None
        return self._process.wait(0)

    def end(self) -> None:
        """End it at the end of a test, whatever state it is in."""
        if self._process is not None and self.is_running:
            self._signal(signal.SIGKILL)
            self._process.wait(10)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def log(self) -> str:
        """Return the last of what it said."""
        return self.log_path.read_text(errors="replace")[-6000:]

    def complaints(self) -> list[str]:
        """Return the lines of the log that tell of a bug, or hold a secret or what people wrote."""
        secrets = filter(None, (self.slack.bot_token, self.slack.app_token))
        signs = (*FAULTS_OF_OURS, *secrets)
        lines = self.log_path.read_text(errors="replace").splitlines()
        return [line for line in lines if any(sign in line for sign in signs) or not_for_logs(line)]
