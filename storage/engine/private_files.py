"""Files and folders that only their owner may read, whatever the umask of the process is."""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from bot.domain.checks import FileFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FILE_MODE = 0o600
FOLDER_MODE = 0o700
ROOM = 1_000_000  # bytes; less than that is a full disk
GROUP_AND_OTHERS = 0o077
OTHERS = 0o007
BESIDE_DATABASE = ("", "-wal", "-shm", "-journal")  # what SQLite keeps, by the end of its name


def behind_links(path: Path) -> Path:
    """Returns where a link leads, whether or not anything is there; other paths as they are."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def make_folder(folder: Path) -> None:
    """Makes a folder, and those above it that are missing; leaves one that exists as it is."""
    missing = [folder, *folder.parents]
    for each in reversed(missing[: next(n for n, path in enumerate(missing) if path.exists())]):
        each.mkdir(FOLDER_MODE, exist_ok=True)


def database_files(url: str) -> list[Path]:
    """Returns the files of a SQLite database, also those that do not exist; none of Postgres."""
    if not url.startswith("sqlite"):
        return []
    path = make_url(url).database or ""
    return [Path(f"{path}{end}") for end in BESIDE_DATABASE]


def make_database_private(url: str) -> None:
    """Makes a SQLite file before SQLite does, which would let others read it; tightens an old one.

    SQLite gives the files beside it the same permissions. What cannot be opened is SQLite's to
    complain of.
    """
    path, *_ = database_files(url)
    # One that exists must not be opened: closing it again would end SQLite's locks on it.
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
    tighten(database_files(url))


def find_file_fault(url: str) -> tuple[FileFault, Path] | None:
    """Returns what is wrong with a SQLite file, or with one that is not there yet, and where.

    SQLite opens what it may not change without a word, and makes files of its own beside it.
    """
    if not url.startswith("sqlite"):
        return None
    path = Path(os.path.realpath(make_url(url).database or ""))
    return next(_faults_of(path), None)


def _faults_of(path: Path) -> Iterator[tuple[FileFault, Path]]:
    """Yields what is wrong with a database's file; only the first is sure to be true."""
    folder = path.parent
    for each in reversed(path.parents):
        if not each.exists():
            break
        folder = each
        if not folder.is_dir():
            yield FileFault.IN_NO_FOLDER, folder
        elif not os.access(folder, os.X_OK):  # to ask for what is in it would fail
            yield FileFault.NOT_ENTERED, folder
    if path.is_dir():
        yield FileFault.IS_FOLDER, path
    files = [Path(f"{path}{end}") for end in BESIDE_DATABASE]
    there = [file for file in files if file.exists()]
    yield from ((FileFault.NOT_READ, each) for each in there if not os.access(each, os.R_OK))
    for each in (folder, *there):
        if not os.access(each, os.W_OK):
            yield FileFault.NOT_WRITTEN, each
    if shutil.disk_usage(folder).free < ROOM:
        yield FileFault.DISK_FULL, folder


def is_exposed(path: Path) -> bool:
    """Returns whether anybody but the owner may read or change a file or folder.

    A group may read what belongs to somebody else: that is how such a file is handed to us.
    """
    try:
        found = path.stat()
    except OSError:
        return False
    may = GROUP_AND_OTHERS if _is_mine(found) else OTHERS
    return _holds_anything(found) and bool(found.st_mode & may)


def tighten(paths: Iterable[Path]) -> list[Path]:
    """Takes everybody else's permissions from what is ours; returns what was changed."""
    changed = []
    for path in paths:
        with suppress(OSError):
            found = path.stat()
            if found.st_mode & GROUP_AND_OTHERS and _is_mine(found) and _holds_anything(found):
                path.chmod(stat.S_IMODE(found.st_mode) & ~GROUP_AND_OTHERS)
                changed.append(path)
    return changed


def _holds_anything(found: os.stat_result) -> bool:
    """Returns whether it is a file or a folder, and no device that all of the machine shares."""
    return stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)


def _is_mine(found: os.stat_result) -> bool:
    # Windows has other permissions than these, and no user ids.
    return os.name == "posix" and found.st_uid == os.geteuid()
