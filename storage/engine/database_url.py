"""The address of a database as operators write it, and what can be wrong with one."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

KNOWN = "must begin with sqlite:/// (a file) or postgresql:// (a server)"
FILE_EXAMPLE = "for example sqlite:////var/lib/kudos/kudos.db"
SERVER_EXAMPLE = "for example postgresql://kudos:password@database/kudos"
_POSTGRES = re.compile("(postgres|postgresql|postgresql[+]psycopg)://")
_HOST = re.compile(r"[A-Za-z0-9._-]*|[0-9A-Fa-f:.]+(%[A-Za-z0-9]+)?")
PORT_MAX = 65535


def sqlite_url(path: Path) -> str:
    """Returns the URL of a SQLite file, whatever its name has in it."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def normalised_url(url: str) -> str:
    """Returns the URL with the driver that Kudos uses spelled out.

    `postgres://` and `postgresql://`, as hosting providers give them, mean psycopg. Raises
    `ValueError` with a sentence for the operator, which repeats nothing of the URL, where it is of
    no database that Kudos knows.
    """
    if begins := _POSTGRES.match(url):
        normalised = "postgresql+psycopg://" + url[begins.end() :]
        fault = next(_faults_of_server(normalised), "")
        if fault:
            raise ValueError(fault)
        return normalised
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError(f"{KNOWN}, {FILE_EXAMPLE}") from None
    if parts.drivername != "sqlite":
        raise ValueError(f"{KNOWN}, {FILE_EXAMPLE}")
    return _normalised_file(parts, has_query="?" in url)


def _normalised_file(parts: URL, *, has_query: bool) -> str:
    written = parts.database or ""
    if parts.host or parts.query.get("mode") == "memory" or ":memory:" in written or not written:
        is_memory = "memory" in f"{written}{parts.query}"
        why = ", since what is in memory is gone when Kudos ends" if is_memory else ""
        raise ValueError(f"must name a file{why}, {FILE_EXAMPLE}")
    if has_query:
        raise ValueError("must end with the name of the file; write %3F where that has a ? in it")
    try:
        # A shell would have made it the home folder; nobody means a folder that is called `~`.
        path = Path(written).expanduser()
    except RuntimeError:
        raise ValueError(
            "names the home folder of somebody whom this machine does not know; write the whole "
            f"path, {FILE_EXAMPLE}"
        ) from None
    if written.endswith("/") or path.is_dir():
        raise ValueError(f"must name a file and not a folder, {FILE_EXAMPLE}")
    return sqlite_url(path)


def _faults_of_server(url: str) -> Iterator[str]:
    """Yields what is wrong with the address of a server."""
    place, _, query = url.partition("://")[2].partition("?")
    before, is_named, host = place.rpartition("@")
    host = host.partition("/")[0]
    if (is_named and re.search("[@/]", before)) or (not is_named and "@" in query):
        yield (
            "has an @ or a / in the name or password of the database: write %40 for @ and %2F for /"
        )
    if "," in host:
        yield (
            "must name one server; where there are several, they stand at its end: "
            "postgresql://kudos:password@/kudos?host=one:5432&host=two:5432"
        )
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        yield f"has no number as its port or cannot be read, {SERVER_EXAMPLE}"
        return
    if not (_HOST.fullmatch(parts.host or "") or "%2F" in host.upper()):
        yield f"must name a server, {SERVER_EXAMPLE}"
    if parts.port is not None and not 0 < parts.port <= PORT_MAX:
        yield "must have a port between 1 and 65535, or none for Postgres' own"
    if not (parts.host or parts.query or parts.database):
        yield f"must name a server and a database, {SERVER_EXAMPLE}"
    if not _has_driver():
        yield (
            "is of Postgres, and its driver is not installed: "
            "`pip install '.[postgres]'` in Kudos' folder brings it"
        )


def _has_driver() -> bool:
    """Returns whether psycopg is here, and finds Postgres' own library."""
    try:
        import_module("psycopg")
    except ImportError:
        return False
    return True
