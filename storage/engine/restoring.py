"""Puts a copy of a SQLite database in the place of the database."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.domain.backup import (
    CannotRestoreError,
    NotCopiedError,
    Restored,
    RestoreFault,
    is_damage,
)
from storage.engine.backup import look_at_file, reading_address
from storage.engine.health import is_importing
from storage.engine.migrate import head, is_known
from storage.engine.private_files import BESIDE_DATABASE, behind_links, make_folder
from storage.engine.process_files import LockedError, is_any_alive, locked
from storage.engine.whole_files import beside, sync

WAIT_SECONDS = 2.0  # for whoever is about to let go of the database


def restore_sqlite(url: str, source: Path, now: datetime, *, replacing: bool) -> Restored:
    """Puts a copy into the place of the database, once it was read and found to be whole.

    A database that is there is kept under another name. Raises `CannotRestoreError`, `OSError`, or
    `storage.engine.migrate.NewerSchemaError`.
    """
    target = behind_links(Path(make_url(url).database or "").absolute())
    if not source.is_file():
        raise CannotRestoreError(RestoreFault.NO_FILE, str(source))
    if target.exists() and source.samefile(target):
        raise CannotRestoreError(RestoreFault.SAME_FILE, str(source))
    _check(source)
    _refuse_while_in_use(target)
    if target.exists() and not replacing:
        raise CannotRestoreError(RestoreFault.DATABASE_THERE, str(target))
    make_folder(target.parent)
    try:
        with locked(target.with_name(f"{target.name}-restoring")):
            return _swapped(target, source, now)
    except LockedError:  # by another restore
        raise CannotRestoreError(RestoreFault.IN_USE, str(target)) from None


def _swapped(target: Path, source: Path, now: datetime) -> Restored:
    # Until the new one has its name, whatever goes wrong puts the old one back.
    with ExitStack() as putting_back:
        with beside(target, replacing=True) as partial:
            _copy(source, partial)
            looked = look_at_file(partial)
            sync(partial)  # which takes long, or fails: the old one is in its place meanwhile
            # Nobody may have begun to work with it while it was copied.
            _refuse_while_in_use(target)
            kept = _set_aside(target, now, putting_back)
        putting_back.pop_all()
    # What a shared memory file of the old one says is not so of this one.
    _unlink_beside(target)
    return Restored(
        path=str(target),
        kept=None if kept is None else str(kept),
        is_older=looked.version != head(),
        workspaces_count=looked.workspaces_count,
        kudos_count=looked.kudos_count,
        last_at=looked.last_at,
    )


def _check(source: Path) -> None:
    """Reads a copy from end to end. Raises `CannotRestoreError`."""
    try:
        looked = look_at_file(source)
    except NotCopiedError as error:
        reason = str(error)
        fault = RestoreFault.DAMAGED if is_damage(reason) else RestoreFault.UNREADABLE
        raise CannotRestoreError(fault, str(source), reason) from error
    if looked.version is None:
        raise CannotRestoreError(RestoreFault.NOT_OURS, str(source))
    if is_importing(looked.version):
        raise CannotRestoreError(RestoreFault.HALF_IMPORTED, str(source))
    if not is_known(looked.version):
        raise CannotRestoreError(RestoreFault.OF_ANOTHER_VERSION, str(source))
    if not looked.workspaces_count:
        raise CannotRestoreError(RestoreFault.EMPTY, str(source))


def _copy(source: Path, partial: Path) -> None:
    try:
        with closing(sqlite3.connect(reading_address(source), uri=True)) as database:
            database.execute("VACUUM INTO ?", (str(partial),))
    except sqlite3.Error as error:
        raise CannotRestoreError(RestoreFault.UNREADABLE, str(source), str(error)) from error


def _refuse_while_in_use(target: Path) -> None:
    if is_any_alive(target) or _is_open(target):
        raise CannotRestoreError(RestoreFault.IN_USE, str(target))


def _is_open(target: Path) -> bool:
    """Returns whether another process has the database open; one that is damaged tells nothing."""
    if not target.exists():
        return False
    address = f"{target.as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(address, WAIT_SECONDS, uri=True)) as database:
            database.execute("PRAGMA locking_mode=EXCLUSIVE")
            database.execute("BEGIN EXCLUSIVE")
            database.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    except sqlite3.Error:
        return False
    return False


def _set_aside(target: Path, now: datetime, putting_back: ExitStack) -> Path | None:
    """Gives the database that is there, with what SQLite keeps beside it, another name."""
    if not target.exists():
        _unlink_beside(target)
        return None
    kept = _free_name(f"{target}.replaced-{now.astimezone(UTC):%Y%m%d-%H%M%S}")
    for end in BESIDE_DATABASE:
        path, other = Path(f"{target}{end}"), Path(f"{kept}{end}")
        if not path.exists():
            continue
        putting_back.callback(_put_back, other, path)
        if end or not _is_linked(path, other):
            path.rename(other)
    return kept


def _free_name(name: str) -> Path:
    """Returns the name, with a number if a database was kept under it already."""
    names = (Path(name if number == 1 else f"{name}-{number}") for number in count(1))
    return next(
        path for path in names if not any(Path(f"{path}{end}").exists() for end in BESIDE_DATABASE)
    )


def _is_linked(path: Path, other: Path) -> bool:
    """Gives a file a second name, so that it has the first until another file takes that."""
    try:
        other.hardlink_to(path)
    except OSError:  # a file system without links
        return False
    return True


def _put_back(kept: Path, path: Path) -> None:
    if kept.exists():
        kept.replace(path)
        kept.unlink(missing_ok=True)  # of two names of one file, `replace` leaves both


def _unlink_beside(target: Path) -> None:
    for end in BESIDE_DATABASE[1:]:
        Path(f"{target}{end}").unlink(missing_ok=True)
