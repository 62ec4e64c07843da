"""Copies of a SQLite file, made while others write to it.

A plain copy of the file loses what stands in the write-ahead log, and nothing would tell: `VACUUM
INTO` writes one moment of the whole database.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from bot.domain.backup import Copied, Looked, NotCopiedError

BUSY_SECONDS = 30.0
_NOT_OURS = Looked(version=None, workspaces_count=0, kudos_count=0, last_at=None)


def copy_sqlite(url: str, target: Path) -> Copied:
    """Write the database into an empty file and return what is found there.

    Raises `NotCopiedError`. Tables of any version are copied as they are.
    """
    source = Path(make_url(url).database or "")
    try:
        # Never `create`: a mistyped path must not become an empty database with a fine backup.
        with closing(sqlite3.connect(_address(source, "rw"), BUSY_SECONDS, uri=True)) as database:
            database.execute("VACUUM INTO ?", (str(target),))
        looked = look_at_file(target)
    except sqlite3.Error as error:
        raise NotCopiedError(str(error)) from error
    return Copied(looked.kudos_count, looked.workspaces_count, target.stat().st_size)


def look_at_file(path: Path) -> Looked:
    """Reads a database from end to end, and returns what is in it. Raises `NotCopiedError`."""
    try:
        with closing(sqlite3.connect(reading_address(path), uri=True)) as database:
            [[found]] = database.execute("PRAGMA integrity_check(1)").fetchall()
            if found != "ok":
                told = " ".join(found.replace("*** in database main ***", "").split())
                raise NotCopiedError(f"database disk image is malformed: {told}")
            version = _one(database, "SELECT version_num FROM alembic_version")
            if version is None:
                return _NOT_OURS
            if database.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise NotCopiedError("FOREIGN KEY constraint failed")
            last = _one(database, "SELECT max(created_at) FROM kudos")
            return Looked(
                version=str(version),
                workspaces_count=int(_one(database, "SELECT count(*) FROM workspaces") or 0),
                kudos_count=int(_one(database, "SELECT count(*) FROM kudos") or 0),
                last_at=None
                if last is None
                else datetime.fromisoformat(str(last)).replace(tzinfo=UTC),
            )
    except ValueError:  # another program's tables have such names as well
        return _NOT_OURS
    except sqlite3.Error as error:
        raise NotCopiedError(str(error)) from error


def reading_address(path: Path) -> str:
    """Returns how a file is opened that stays as it is."""
    # With no log beside it, nothing is written beside it either, also where nothing may be.
    has_log = path.with_name(f"{path.name}-wal").exists()
    return _address(path, "ro" if has_log else "ro&immutable=1")


def _one(database: sqlite3.Connection, asking: str) -> Any:
    """Returns the only value; None where there is no such table, or nothing in it."""
    try:
        row = database.execute(asking).fetchone()
    except sqlite3.OperationalError:
        return None
    return None if row is None else row[0]


def _address(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"
