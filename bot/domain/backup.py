"""Copies of the database, what was found in them, and why one is not taken."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

# How SQLite says that a file is no sound database.
_NO_DATABASE = "not a database"
_DAMAGE = ("malformed", _NO_DATABASE, "database corruption", "disk i/o error: short read")


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds; it was opened and read to find out."""

    kudos_count: int
    workspaces_count: int
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Looked:
    """What is in a file that was read from end to end."""

    version: str | None  # of its tables; None where they are not Kudos'
    workspaces_count: int
    kudos_count: int
    last_at: datetime | None  # when the last kudos was given


@dataclass(frozen=True, slots=True)
class Restored:
    """What stands in the place of the database now."""

    path: str
    kept: str | None  # what was there before
    is_older: bool
    workspaces_count: int
    kudos_count: int
    last_at: datetime | None


class RestoreFault(StrEnum):
    """Why a copy is not restored."""

    NO_FILE = "no_file"
    SAME_FILE = "same_file"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"
    NOT_OURS = "not_ours"
    HALF_IMPORTED = "half_imported"
    OF_ANOTHER_VERSION = "of_another_version"
    EMPTY = "empty"
    IN_USE = "in_use"
    DATABASE_THERE = "database_there"


class CannotRestoreError(Exception):
    """A copy was not restored, and the database is as it was."""

    def __init__(self, fault: RestoreFault, path: str, reason: str = "") -> None:
        super().__init__(fault, path, reason)
        self.fault = fault
        self.path = path
        self.reason = reason


class NothingThereError(Exception):
    """There is no workspace in the database, so that a copy of it would be of no use."""


class NotCopiedError(Exception):
    """The database could not be copied, or the copy is not sound; `str()` says why."""


def is_damage(reason: str) -> bool:
    """Returns whether a database's complaint means that its file is damaged."""
    return any(each in reason.lower() for each in _DAMAGE)


def is_no_database(reason: str) -> bool:
    """Returns whether a database's complaint means that its file is something else."""
    return _NO_DATABASE in reason.lower()
