"""Postgres commits, and goes away before it has said so."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.engine import make_url

from storage.engine import postgres
from tests.conftest import Clock, running
from tests.faults.workday import PERHAPS_SAVED
from tests.watching import live_kudos, on_postgres, settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bot.sandbox.server import Sandbox
    from storage.engine.store import Store

CHUNK = 65_536
WORDS = "untangling the release"


class Line:
    """Lies between the app and Postgres; once it is armed, the answer to a commit is lost.

    It is that of the first transaction in which `WORDS` are stored: others commit meanwhile.
    """

    def __init__(self, path: Path, server: str) -> None:
        self._server = server
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(path))
        self._listening.listen()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.is_armed = self.is_down = False
        self._start(self._accept)

    def close(self) -> None:
        """Cut everything."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._cut()
        for thread in self._threads:
            thread.join()

    def _cut(self) -> None:
        for each in [*self._open]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _start(self, target: Callable[..., None], *args: socket.socket) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with self._listening, suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                if self.is_down:
                    near.close()
                    continue
                far = socket.socket(socket.AF_UNIX)
                far.connect(self._server)
                self._open |= {near, far}
                self._start(self._send, near, far)
                self._start(self._bring, far, near)

    def _send(self, near: socket.socket, far: socket.socket) -> None:
        has_words = False
        with near, suppress(OSError):
            while chunk := near.recv(CHUNK):
                has_words = has_words or WORDS.encode() in chunk
                if self.is_armed and has_words and b"COMMIT" in chunk:
                    self.is_armed, self.is_down = False, True
                far.sendall(chunk)
        self._hang_up(near, far)

    def _bring(self, far: socket.socket, near: socket.socket) -> None:
        with far, suppress(OSError):
            while chunk := far.recv(CHUNK):
                if self.is_down:  # this was the answer
                    self._cut()
                else:
                    near.sendall(chunk)
        self._hang_up(far, near)

    def _hang_up(self, ended: socket.socket, other: socket.socket) -> None:
        self._open.discard(ended)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def line(database_url: str, tmp_path: Path) -> Iterator[Line]:
    directly = make_url(database_url).set(drivername="postgresql").render_as_string(False)
    with psycopg.connect(directly) as connection:
        told = conninfo_to_dict(connection.info.dsn)
        folder, port = told["host"], connection.info.port
    line = Line(tmp_path / f".s.PGSQL.{port}", f"{folder}/.s.PGSQL.{port}")
    yield line
    line.close()


@on_postgres
async def test_nobody_is_told_that_nothing_was_saved_where_it_may_be(
    slack: Sandbox,
    store: Store,
    database_url: str,
    clock: Clock,
    line: Line,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    through = make_url(database_url).update_query_dict({"host": str(tmp_path)})
    async with running(slack, through.render_as_string(hide_password=False), clock):
        ada = slack.person("ada")
        await ada.types("/kudos @bo for keeping calm on Monday")
        await settled(store)
        with monkeypatch.context() as patch:
            patch.setattr(postgres, "FIRST_PAUSE_SECONDS", 0.01)
            line.is_armed = True
            told = await ada.types(f"/kudos @bo for {WORDS}")
            assert PERHAPS_SAVED in told.text
            # Without that, it is known that nothing was saved.
            told = await ada.types("/kudos @bo for the pictures")
            assert "Nothing was counted" in told.text
        line.is_down = False
        reasons = sorted(kudos.reason for kudos in await live_kudos(store, slack.team_id))
        assert reasons == ["keeping calm on Monday", WORDS]
        await settled(store)
