"""Why a table, or a row of it, cannot be imported."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class RowFault(StrEnum):
    """Why a row cannot be taken."""

    MISSING = "missing"  # what: the column
    UNKNOWN_PERSON = "unknown_person"  # what: the name
    SEVERAL_PEOPLE = "several_people"  # what: the name that several have
    TOO_MANY = "too_many"  # receivers
    SELF = "self"  # the giver is the only receiver
    NO_POINTS = "no_points"  # what: the cell
    NO_MOMENT = "no_moment"  # what: the cell
    FUTURE = "future"  # what: the cell
    NO_ROW = "no_row"  # what: what reading the table says
    TOO_WIDE = "too_wide"  # more cells than there are columns
    NO_AUDIENCE = "no_audience"  # what: the cell
    SCATTERED = "scattered"  # what: the id of thanks whose rows stand apart
    UNLIKE = "unlike"  # what: the id of thanks whose rows tell different things
    OTHER_TEAM = "other_team"  # what: the workspace of the row, unlike that of the first


@dataclass(eq=False)
class BadRowError(Exception):
    """A row cannot be taken."""

    fault: RowFault
    what: str = ""


class ImportFault(StrEnum):
    """Why a whole file cannot be taken."""

    NO_COLUMN = "no_column"  # field, found: the columns that there are
    NO_SUCH_COLUMN = "no_such_column"  # what: the name that was given, found: as above
    EMPTY = "empty"
    NO_TABLE = "no_table"
    NO_ROWS = "no_rows"  # below the names of the columns
    NO_WORKSPACE = "no_workspace"  # what: the id, found: those that there are
    NO_PEOPLE = "no_people"  # what: the file in which people's ids should be
    UNCLEAR_MAP = "unclear_map"  # what: the part that cannot be read
    NO_ENCODING = "no_encoding"  # what: the name of none
    NOT_ENCODED = "not_encoded"  # what: the encoding in which it is not
    NO_DATE_FORM = "no_date_form"  # what: the way of writing days that is none
    UNCLEAR_DATES = "unclear_dates"  # what: the first date that can be read in two ways
    MIXED_DATES = "mixed_dates"  # found: one with the day first, one with the month first
    NO_WORKBOOK = "no_workbook"  # a zip of other things, or damaged
    OLD_WORKBOOK = "old_workbook"  # of before 2007, or with a password
    TOO_LARGE = "too_large"  # a workbook that unpacks to too much
    NO_SHEET = "no_sheet"
    NO_SUCH_SHEET = "no_such_sheet"  # what: the name, found: those that there are
    TAKEN_BACK = "taken_back"  # while it was under way
    NO_IMPORT = "no_import"  # what: the id of none that can be taken back
    SEVERAL_IMPORTS = "several_imports"  # found: the workspaces that have such a one
    NOBODY_KNOWN = "nobody_known"  # of all people of a file


@dataclass(eq=False)
class CannotImportError(Exception):
    """A file cannot be taken; nothing of it was stored."""

    fault: ImportFault
    what: str = ""
    found: tuple[str, ...] = ()


def one_line(text: str) -> str:
    """Returns a text without what would break the line that it is told in."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\x00", "").split())
