"""Files that are there as a whole or not at all, and that only their owner may read."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWNER_ALONE = 0o600


class FileThereError(Exception):
    """A file is there already and is left as it is; `str()` is its path."""


@contextmanager
def written_whole(target: Path, *, replacing: bool = False) -> Iterator[BinaryIO]:
    """Yield a file to write to, which becomes the target once all of it is on the disk.

    Whatever goes wrong leaves nothing behind. Raises `FileThereError`, unless it is replaced.
    """
    with beside(target, replacing=replacing) as partial, partial.open("r+b") as file:
        yield file


@contextmanager
def beside(target: Path, *, replacing: bool = False) -> Iterator[Path]:
    """Yield the path of an empty file beside the target; like `written_whole`."""
    if target.exists() and not replacing:
        raise FileThereError(target)
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ALONE))
    try:
        yield partial
        _sync(partial)
        if replacing:
            partial.replace(target)
        else:
            _name(partial, target)
    finally:
        for leftover in (partial, partial.with_name(f"{partial.name}-journal")):
            with suppress(FileNotFoundError):
                leftover.unlink()
    with suppress(PermissionError):  # a system on which folders cannot be opened
        _sync(target.parent)  # so that the name survives a power cut, too


def _name(partial: Path, target: Path) -> None:
    """Give a file its name, unless somebody has taken that meanwhile."""
    try:
        target.hardlink_to(partial)
    except FileExistsError:
        raise FileThereError(target) from None
    except OSError:  # a file system without links
        partial.rename(target)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
