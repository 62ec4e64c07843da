"""Everything that is stored, on its way from one database to another."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Raised by one whenever a program that knows only the format before could misread a file.
FORMAT = 1

Row = dict[str, Any]  # by column, as JSON can hold it; a column without a value is left out


class TransferFault(StrEnum):
    """Why a file or a database cannot be taken."""

    NO_EXPORT = "no_export"  # the file is something else
    NEWER_FORMAT = "newer_format"
    NEWER_SCHEMA = "newer_schema"
    OLDER_SCHEMA = "older_schema"  # what: the version that wrote it
    UNREADABLE = "unreadable"  # line
    UNFIT = "unfit"  # line and table: not what this version stores there
    CUT_OFF = "cut_off"  # the last line is missing
    DAMAGED = "damaged"  # the sums at the end say that something was changed
    DIFFERENT = "different"  # table, and which row: the database has another one
    NOT_EMPTY = "not_empty"  # the database has what the file has not
    ALREADY_SENT = "already_sent"  # the database went away in the middle, and a pipe has no start


@dataclass(eq=False)
class TransferError(Exception):
    """A file or a database cannot be taken; which data there are depends on the fault."""

    fault: TransferFault
    line: int = 0
    table: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line of a file says."""

    version: str  # of Kudos
    schema: str
    exported_at: str
    rows: Mapping[str, int]  # by table

    @property
    def rows_total(self) -> int:
        """How many rows the file has."""
        return sum(self.rows.values())


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    rows: Mapping[str, int]  # by table
    sha256: str


@dataclass(frozen=True, slots=True)
class StoreRows:
    """Rows of one table, to be stored where they are not there yet."""

    table: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the rows of a file."""

    stored: int  # or would be
    present: int  # were there already, and equal
    is_rehearsal: bool
    kudos_count: int
