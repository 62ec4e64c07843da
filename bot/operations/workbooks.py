"""Reads a sheet of an Excel workbook, row by row, as texts."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO

from bot.domain.history_import.faults import CannotImportError, ImportFault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ZIP = b"PK\x03\x04"
OLD = b"\xd0\xcf\x11\xe0"  # what Excel wrote before 2007, and still does with a password
COLUMNS_MAX = 100
# What a workbook may unpack to. Its shared texts are in memory all at once; the rest is not.
_BYTES_MAX = 1 << 29
_TEXTS_BYTES_MAX = 1 << 26
_PARTS_MAX = 10_000
_TEXTS = "xl/sharedStrings.xml"
# What reading something that is no workbook, or a damaged one, may raise.
_DAMAGED = (
    *(AttributeError, EOFError, LookupError, NotImplementedError, OverflowError, RuntimeError),
    *(SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error),
)


@contextmanager
def opened_sheet(path: Path, wanted: str | None) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Yields the name of the sheet that is wanted, or of the first one, and its rows.

    Of a formula it is what was last shown. Raises `CannotImportError`.
    """
    _check_size(path)
    with path.open("rb") as file, _opened(file) as book:
        sheets = {sheet.title: sheet for sheet in book.worksheets if sheet.sheet_state == "visible"}
        if not sheets:
            raise CannotImportError(ImportFault.NO_SHEET)
        name = next(iter(sheets)) if wanted is None else wanted
        if name not in sheets:
            raise CannotImportError(ImportFault.NO_SUCH_SHEET, name, tuple(sheets))
        yield name, _rows(sheets[name])


@contextmanager
def _opened(file: BinaryIO) -> Iterator[Any]:
    from openpyxl import load_workbook  # noqa: PLC0415 - 0.2 s that no other command needs

    with _heard():
        book = load_workbook(file, read_only=True, data_only=True)
    try:
        yield book
    finally:
        book.close()


def _rows(sheet: Any) -> Iterator[list[str]]:
    with _heard():
        sheet.reset_dimensions()  # some programs write wrong ones
        rows = iter(sheet.iter_rows(max_col=COLUMNS_MAX))
    while True:
        with _heard():
            row = next(rows, None)
            texts = None if row is None else [_text(cell) for cell in row]
        if texts is None:
            return
        yield texts


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = (value + timedelta(milliseconds=500)).replace(microsecond=0)
        has_time = "h" in str(cell.number_format).lower()
        return value.isoformat() if has_time else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@contextmanager
def _heard() -> Iterator[None]:
    """Turns whatever a workbook makes of its reader into one sentence, and leaves out warnings."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except _DAMAGED:
        raise CannotImportError(ImportFault.NO_WORKBOOK) from None
    except OSError as error:
        if error.errno is not None:  # of the machine
            raise
        raise CannotImportError(ImportFault.NO_WORKBOOK) from None  # a zip of other things


def _check_size(path: Path) -> None:
    """Refuses what would fill the memory or the time of this machine before it is unpacked."""
    try:
        with zipfile.ZipFile(path) as parts:
            sizes = {part.filename: part.file_size for part in parts.infolist()}
            count = len(parts.infolist())
    except _DAMAGED:
        raise CannotImportError(ImportFault.NO_WORKBOOK) from None
    is_large = sum(sizes.values()) > _BYTES_MAX or sizes.get(_TEXTS, 0) > _TEXTS_BYTES_MAX
    if is_large or count > _PARTS_MAX:
        raise CannotImportError(ImportFault.TOO_LARGE)
