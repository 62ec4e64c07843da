"""On SQLite, a locked file beside the database for each process: the lock ends with the process.

No clock says there who is dead. A process that is only slow, or stopped, still holds its lock.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from storage.engine.private_files import FILE_MODE, behind_links

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.platform != "win32":  # there a claim lasts for its lease
    import fcntl

_MARK = "-process-"


class ProcessFile:
    """The file of one process, locked from here on."""

    def __init__(self, url: str, process_id: str) -> None:
        self._database = behind_links(Path(make_url(url).database or ""))
        self._path = Path(f"{self._database}{_MARK}{process_id}")
        self._number = _locked(self._path, os.O_CREAT)

    def find_gone(self) -> Iterator[str]:
        """Yield the ids of processes that have died; each is forgotten when the next is asked."""
        if self._number is None:
            return
        name = f"{self._database.name}{_MARK}"
        for path in self._database.parent.glob(f"{name}*"):
            number = None if path == self._path else _locked(path, 0)
            if number is None:
                continue
            try:
                yield path.name.removeprefix(name)
                path.unlink(missing_ok=True)
            finally:
                os.close(number)

    def close(self) -> None:
        """Forget the process: it has settled what it claimed."""
        if self._number is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._number)
            self._number = None


def is_any_alive(database: Path) -> bool:
    """Returns whether a process that sends from a database is at work."""
    for path in database.parent.glob(f"{database.name}{_MARK}*"):
        number = _locked(path, 0)
        if number is None:
            return True
        os.close(number)
    return False


class LockedError(Exception):
    """Another process, or another part of this one, holds the lock."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds a lock for as long as the block runs; what was killed holds it no more.

    Raises `LockedError` or OSError.
    """
    number = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, FILE_MODE)
    try:
        if sys.platform != "win32":
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise LockedError from None
        # Whoever held it until now has taken its name away, and the next one finds none.
        if not path.exists() or not os.path.samestat(path.stat(), os.fstat(number)):
            raise LockedError
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(number)


def _locked(path: Path, flags: int) -> int | None:
    """Return an open file that is locked; None where another process holds it."""
    if sys.platform == "win32":
        return None
    with suppress(OSError):
        number = os.open(path, flags | os.O_RDWR | os.O_CLOEXEC, FILE_MODE)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(number)
            return None
        return number
    return None
