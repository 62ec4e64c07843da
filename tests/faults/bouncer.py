"""A pgbouncer of a test's own in transaction mode, before the Postgres of the tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from tests.patience import WAIT_SECONDS

LEFT_OUT = (
    "Tests behind pgbouncer were left out: it is not here. Debian: apt-get install pgbouncer."
)
SERVER_CONNECTIONS = 3  # far fewer than the programs open, so that they are lent around
PORT = 6432  # only a part of a socket's name
CONFIGURATION = """
[databases]
* = {server}
[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 200
"""


def find_pgbouncer() -> str | None:
    # Debian puts it where only root looks.
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")


def pgbouncer_tests_are_left_out() -> bool:
    """Where they are required, as in CI, they are never left out: then they fail."""
    required = os.environ.get("KUDOS_REQUIRE_PGBOUNCER") == "1"  # noqa: TID251 - of the test run
    return not required and find_pgbouncer() is None


class Bouncer:
    """Lends a few connections of a server to whoever comes, a transaction at a time."""

    def __init__(self, program: str, server_url: str) -> None:
        server = make_url(server_url)
        # Its own folder: it runs as somebody else, who may not see into pytest's.
        self.folder = Path(tempfile.mkdtemp(prefix="kudos-bouncer-"))
        self.folder.chmod(0o777)
        host = server.query.get("host", server.host or "127.0.0.1")
        assert isinstance(host, str)
        given = {"host": host, "port": server.port, "user": server.username or "postgres"}
        if server.password:
            given["password"] = server.password
        configuration = self.folder / "pgbouncer.ini"
        configuration.write_text(
            CONFIGURATION.format(
                server=" ".join(f"{name}={value}" for name, value in given.items() if value),
                port=PORT,
                folder=self.folder,
                size=SERVER_CONNECTIONS,
            ),
            encoding="utf-8",
        )
        self._log = (self.folder / "log").open("wb")
        self._process = subprocess.Popen(  # noqa: S603 - Debian's own
            [program, "-q", str(configuration)],
            user=_somebody_else(host),
            stdout=self._log,
            stderr=self._log,
        )
        self._wait()

    def address_of(self, database_url: str) -> str:
        """Return the address of the same database through this."""
        url = make_url(database_url)
        through = URL.create(
            url.drivername,
            username=url.username or "postgres",
            database=url.database,
            query={"host": str(self.folder), "port": str(PORT)},
        )
        return through.render_as_string(hide_password=False)

    def end(self) -> None:
        """Stop it."""
        self._process.kill()
        self._process.wait(10)
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self) -> None:
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            with socket.socket(socket.AF_UNIX) as way_in:
                if way_in.connect_ex(str(self.folder / f".s.PGSQL.{PORT}")) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text(errors="replace"))


def _somebody_else(host: str) -> str | None:
    """Return as whom it runs: it refuses to be root, and must get to the server's socket."""
    if os.getuid() != 0:
        return None
    owner = Path(host).owner() if host.startswith("/") else "nobody"
    return "nobody" if owner == "root" else owner
