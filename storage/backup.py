"""Copies of a SQLite file, made while others write to it.

A plain copy of the file loses what stands in the write-ahead log, and nothing would tell: `VACUUM
INTO` writes one moment of the whole database.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.domain.backup import Copied, NotCopiedError

BUSY_SECONDS = 30.0


def copy_sqlite(url: str, target: Path) -> Copied:
    """Write the database into an empty file and return what is found there.

    Raises `NotCopiedError`. Tables of any version are copied as they are.
    """
    source = Path(make_url(url).database or "")
    try:
        # Never `create`: a mistyped path must not become an empty database with a fine backup.
        with closing(sqlite3.connect(_address(source, "rw"), BUSY_SECONDS, uri=True)) as database:
            database.execute("VACUUM INTO ?", (str(target),))
        return _looked_at(target)
    except sqlite3.Error as error:
        raise NotCopiedError(str(error)) from error


def _looked_at(path: Path) -> Copied:
    with closing(sqlite3.connect(_address(path, "ro"), uri=True)) as database:
        [[found]] = database.execute("PRAGMA integrity_check(1)").fetchall()
        if found != "ok":
            raise NotCopiedError(found)
        if database.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise NotCopiedError("FOREIGN KEY constraint failed")
        of_kudos = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'kudos'"
        count = 0
        if database.execute(of_kudos).fetchone()[0]:
            count = database.execute("SELECT count(*) FROM kudos").fetchone()[0]
        return Copied(count, path.stat().st_size)


def _address(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"
