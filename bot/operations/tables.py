"""Opens a table that somebody has made elsewhere, row by row, however long it is."""

from __future__ import annotations

import codecs
import csv
import re
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from bot.domain.history_import.faults import BadRowError, CannotImportError, ImportFault, RowFault
from bot.operations.workbooks import OLD, ZIP, opened_sheet

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    Rows = Iterator[tuple[int, list[str] | BadRowError]]

DELIMITERS = ",;\t|"
CELL_LIMIT = 1 << 20
TITLE_ROWS = 10  # among which the names of the columns stand
HEADER_CELLS = 3  # who gave, who received, and when
_CHUNK = 1 << 16
_SEPARATOR = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # how Excel says what parts the columns
_UTF_8 = "utf-8-sig"  # with or without the mark that Excel puts first
_WINDOWS = "cp1252"


@dataclass(frozen=True, slots=True)
class Table:
    """The names of the columns, the rows with the line in which each ends, and how it was read."""

    header: list[str]
    rows: Rows
    encoding: str = ""  # of a text
    delimiter: str = ""
    sheet: str = ""  # of a workbook


@contextmanager
def opened_table(
    path: Path, encoding: str | None = None, sheet: str | None = None
) -> Iterator[Table]:
    """Yields a table; what is not told of its form is found out from the file.

    A workbook of Excel's, or a text: commas, semicolons, tabs or bars; UTF-8, UTF-16 or what
    Windows writes. Raises `CannotImportError` where there is no table.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start == OLD:
        raise CannotImportError(ImportFault.OLD_WORKBOOK)
    opened = _of_sheet(path, sheet) if start == ZIP else _of_text(path, encoding)
    with opened as table:
        yield table


@contextmanager
def _of_sheet(path: Path, wanted: str | None) -> Iterator[Table]:
    with opened_sheet(path, wanted) as (name, found):
        rows = enumerate(found, start=1)
        # Above the names of the columns there may be a title, in cells that were made one.
        above = [(line, row) for line, row in islice(rows, TITLE_ROWS) if any(map(str.strip, row))]
        if not above:
            raise CannotImportError(ImportFault.EMPTY)
        places = (at for at, (_, row) in enumerate(above) if _filled(row) >= HEADER_CELLS)
        at = next(places, 0)
        header = above[at][1]
        while not header[-1].strip():
            header.pop()
        below = chain(above[at + 1 :], rows)
        yield Table(header, _of_width(below, len(header)), sheet=name)


def _filled(row: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _of_width(rows: Iterable[tuple[int, list[str]]], width: int) -> Rows:
    for line, row in rows:
        if any(cell.strip() for cell in row[width:]):
            yield line, BadRowError(RowFault.TOO_WIDE)
        else:
            yield line, row


@contextmanager
def _of_text(path: Path, encoding: str | None) -> Iterator[Table]:
    csv.field_size_limit(CELL_LIMIT)
    named = _encoding(path) if encoding is None else _known_encoding(encoding)
    with path.open("r", encoding=named, newline="") as file:
        first = _first_line(file.readline, named)
        if not first:
            raise CannotImportError(ImportFault.EMPTY)
        said = _SEPARATOR.fullmatch(first)
        if said is not None:
            first = _first_line(file.readline, named)
        delimiter = said[1] if said is not None else _delimiter(first)
        # Strict, so that a quotation mark that nobody closed swallows no other rows in silence.
        lines = chain([first], file)
        reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
        try:
            header = next(reader, [])
        except csv.Error:
            header = []
        if not any(name.strip() for name in header) or "\x00" in first:
            raise CannotImportError(ImportFault.NO_TABLE)
        skipped = 0 if said is None else 1
        rows = _read(reader, skipped, len(header), named)
        yield Table(header, rows, "utf-8" if named == _UTF_8 else named, delimiter)


def _read(reader: Reader, skipped: int, width: int, encoding: str) -> Rows:
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num + skipped, BadRowError(RowFault.NO_ROW, str(error))
            continue
        except UnicodeError:
            raise CannotImportError(ImportFault.NOT_ENCODED, encoding) from None
        line = reader.line_num + skipped
        if any(cell.strip() for cell in row[width:]):
            yield line, BadRowError(RowFault.TOO_WIDE)
        else:
            yield line, row


def _first_line(readline: Callable[[int], str], encoding: str) -> str:
    try:
        return readline(CELL_LIMIT)
    except UnicodeError:
        raise CannotImportError(ImportFault.NOT_ENCODED, encoding) from None


def _known_encoding(name: str) -> str:
    try:
        found = codecs.lookup(name)
        "".encode(name)  # what is no encoding of texts refuses it
    except (LookupError, ValueError, TypeError):
        raise CannotImportError(ImportFault.NO_ENCODING, name) from None
    return _UTF_8 if found.name == "utf-8" else found.name


def _encoding(path: Path) -> str:
    """Returns how the text is encoded; what is not UTF is taken for what Windows writes."""
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _WINDOWS
    return _UTF_8


def _delimiter(line: str) -> str:
    """Returns what parts the line into most columns."""
    counts = {each: len(next(csv.reader([line], delimiter=each), [])) for each in DELIMITERS}
    return max(counts, key=lambda each: counts[each])
