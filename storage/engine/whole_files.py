"""Files that are there as a whole or not at all, and that only their owner may read."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

from storage.engine.private_files import FILE_MODE, behind_links

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class FileThereError(Exception):
    """A file is there already and is left as it is; `str()` is its path."""


def is_stream(path: Path) -> bool:
    """Returns whether it is there, and neither a file nor a folder, but a pipe or a device."""
    return path.exists() and not path.is_file() and not path.is_dir()


@contextmanager
def written_whole(target: Path, *, replacing: bool = False) -> Iterator[BinaryIO]:
    """Yield a file to write to, which becomes the target once all of it is on the disk.

    Whatever goes wrong leaves nothing behind. Raises `FileThereError`, unless it is replaced. A
    pipe or a device is written to as it is: it holds nothing that could be replaced.
    """
    if is_stream(target):
        with target.open("wb") as stream:
            yield stream
        return
    with beside(target, replacing=replacing) as partial, partial.open("r+b") as file:
        yield file


@contextmanager
def beside(target: Path, *, replacing: bool = False) -> Iterator[Path]:
    """Yield the path of an empty file beside the target; like `written_whole`."""
    if target.exists() and not replacing:
        raise FileThereError(target)
    target = behind_links(target)
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
    try:
        yield partial
        sync(partial)
        if replacing:
            partial.replace(target)
        else:
            _name(partial, target)
    finally:
        for leftover in (partial, partial.with_name(f"{partial.name}-journal")):
            with suppress(FileNotFoundError):
                leftover.unlink()
    with suppress(PermissionError):  # a system on which folders cannot be opened
        sync(target.parent)  # so that the name survives a power cut, too


def _name(partial: Path, target: Path) -> None:
    """Give a file its name, unless somebody has taken that meanwhile."""
    try:
        target.hardlink_to(partial)
    except FileExistsError:
        raise FileThereError(target) from None
    except OSError:  # a file system without links
        partial.rename(target)


def sync(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
