"""`kudos export --what all` and `kudos import FILE`: everything, from one database to another.

A file has one line of JSON for each row, between a line that says what it is and one with which it
is proved whole. It is read twice: once to see that all of it fits, and once to store it.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING, Any, BinaryIO

from bot.domain.transfer import (
    FORMAT,
    Exported,
    Header,
    Imported,
    Row,
    StoreRows,
    TransferError,
    TransferFault,
)
from bot.operations.files import is_stream, written_whole
from bot.operations.printing import StandardOutput
from bot.services.operations.transfer import (
    ExportEverything,
    begin_import,
    check_rows,
    count_all,
    count_present,
    end_import,
    export_everything,
    json_line,
    store_rows,
)
from storage.engine.migrate import head, is_known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from storage.engine.store import Store

    Show = Callable[[int, int], None]

BATCH = 1_000  # rows stored in one transaction
BATCH_BYTES = 1 << 20
LINE_LIMIT = 1 << 24  # bytes; no row is anywhere near that


def product_version() -> str:
    """Return the version of the program."""
    try:
        return version_of("kudos")
    except PackageNotFoundError:  # run from a folder, without being installed
        return "unknown"


async def export_all(
    store: Store, target: Path | None, show: Show, *, replacing: bool = False
) -> Exported:
    """Write everything to a file, new unless it replaces one, or to standard output.

    The file appears once it is whole, and only its owner may read it. Raises `TransferError`,
    `bot.operations.printing.NotPrintedError` or `bot.operations.files.FileThereError`.
    """
    if target is None:
        with _piped() as piped:
            return await _export(store, piped, show)
    out = _Pipe if is_stream(target) else _File
    with written_whole(target, replacing=replacing) as file:
        return await _export(store, out(file), show)


async def _export(store: Store, out: _File | _Pipe, show: Show) -> Exported:
    wish = ExportEverything(product_version(), out.restart, out.write, show)
    return await store.read(export_everything, wish)


async def import_all(
    store: Store | None, source: Path, show: Show, *, is_rehearsal: bool
) -> Imported:
    """Store what a file holds, as far as it is not there yet; a rehearsal changes nothing.

    No store at all is an empty one; one with anything that the file has not is refused. Until all
    of it is stored, nothing else can be done with the database. Raises `TransferError`: before
    anything is stored, unless the file changes meanwhile.
    """
    had = 0 if store is None else await store.read(count_all, None)
    present = 0
    with source.open("rb") as file:
        reading = Reading()
        for rows in reading.batches(file):
            with _with_line(reading):
                check_rows(rows)
            if store is not None and had:
                with _with_line(reading):
                    present += await store.read(count_present, rows)
            show(reading.rows_read, 2 * reading.header.rows_total)
        header = reading.header
    if had > present:
        raise TransferError(TransferFault.NOT_EMPTY)
    stored = header.rows_total - present
    if store is not None and not is_rehearsal:
        if stored:
            await store.write(begin_import, None)
        stored = 0
        with source.open("rb") as file:
            reading = Reading()
            for rows in reading.batches(file):
                with _with_line(reading):
                    stored += await store.write(store_rows, rows)
                show(header.rows_total + reading.rows_read, 2 * header.rows_total)
        await store.write(end_import, None)
        present = header.rows_total - stored
    return Imported(stored, present, is_rehearsal, header.rows.get("kudos", 0))


def check_header(source: Path) -> None:
    """Raises `TransferError` where the file's first line says that it cannot be taken."""
    with source.open("rb") as file:
        Reading().begin(file)


@contextmanager
def _with_line(reading: Reading) -> Iterator[None]:
    """Add to a fault where in the file it is."""
    try:
        yield
    except TransferError as error:
        error.line = error.line or reading.batch_line
        raise


@dataclass
class Reading:
    """One reading of a file, from its first line to its last."""

    header: Header = field(default_factory=lambda: Header("", "", "", {}))
    line: int = 0
    batch_line: int = 0  # where the batch that was returned last begins
    rows_read: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)
    _counts: dict[str, int] = field(default_factory=dict)

    def begin(self, file: BinaryIO) -> None:
        """Reads what the first line says; raises `TransferError`."""
        self.header = _header_of(self._next(file))

    def batches(self, file: BinaryIO) -> Iterator[StoreRows]:
        """Yield the rows, some of one table at a time; raises `TransferError`."""
        self.begin(file)
        table, size = "", 0
        rows: list[Row] = []
        self.batch_line = self.line + 1
        while True:
            line = self._next(file, but_the_last=True)
            found = self._parsed(line)
            is_end = "end" in found
            name = "" if is_end else found.get("table")
            if rows and (name != table or len(rows) >= BATCH or size >= BATCH_BYTES):
                self.rows_read += len(rows)
                yield StoreRows(table, rows)
                rows, size, self.batch_line = [], 0, self.line
            if is_end:
                self._end(line, file)
                return
            row = found.get("row")
            if not isinstance(name, str) or not isinstance(row, dict):
                raise TransferError(TransferFault.UNREADABLE, self.line)
            table, size = name, size + len(line)
            rows.append(row)
            self._counts[name] = self._counts.get(name, 0) + 1
            self._digest.update(line)

    def _next(self, file: BinaryIO, *, but_the_last: bool = False) -> bytes:
        line = file.readline(LINE_LIMIT)
        self.line += 1
        if not line.endswith(b"\n"):
            if self.line == 1:
                raise TransferError(TransferFault.NO_EXPORT)
            raise TransferError(TransferFault.CUT_OFF, self.line)
        if not but_the_last:
            self._digest.update(line)
        return line

    def _parsed(self, line: bytes) -> dict[str, Any]:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            raise TransferError(TransferFault.UNREADABLE, self.line) from None
        if not isinstance(found, dict):
            raise TransferError(TransferFault.UNREADABLE, self.line)
        return found

    def _end(self, line: bytes, file: BinaryIO) -> None:
        whole = {"end": {"rows": self.rows_read, "sha256": self._digest.hexdigest()}}
        told = {name: count for name, count in self.header.rows.items() if count}
        if line != json_line(whole) or told != self._counts:
            raise TransferError(TransferFault.DAMAGED, self.line)
        if file.read(1):
            raise TransferError(TransferFault.DAMAGED, self.line + 1)


def _header_of(line: bytes) -> Header:
    """Return what the first line says; raises `TransferError` where it is not for this program."""
    try:
        found = json.loads(line)
        is_newer = int(found["kudos_export"]) > FORMAT
        header = Header(
            version=str(found.get("version", "")),
            schema=str(found.get("schema", "")),
            exported_at=str(found.get("exported_at", "")),
            rows={} if is_newer else {name: int(count) for name, count in found["rows"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise TransferError(TransferFault.NO_EXPORT) from None
    if is_newer:
        raise TransferError(TransferFault.NEWER_FORMAT, what=header.version)
    if header.schema != head():
        fault = TransferFault.NEWER_SCHEMA
        if is_known(header.schema):
            fault = TransferFault.OLDER_SCHEMA
        raise TransferError(fault, what=header.version)
    return header


class _File:
    """A file that can be begun anew."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, line: bytes) -> None:
        self._file.write(line)

    def restart(self) -> None:
        self._file.seek(0)
        self._file.truncate()


class _Pipe:
    """Standard output or the like, from which nothing can be taken back."""

    def __init__(self, out: StandardOutput | BinaryIO) -> None:
        self._out = out
        self._is_used = False

    def write(self, line: bytes) -> None:
        self._is_used = True
        self._out.write(line)

    def restart(self) -> None:
        if self._is_used:
            raise TransferError(TransferFault.ALREADY_SENT)


@contextmanager
def _piped() -> Iterator[_Pipe]:
    out = StandardOutput()
    yield _Pipe(out)
    out.flush()
