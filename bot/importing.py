"""`kudos import heytaco|bonusly|csv`: the history of another product, out of a table.

The table is read twice: once to see whether every row can be taken, and once to store them.
"""

from __future__ import annotations

import asyncio
import codecs
import csv
import re
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from bot.domain.importing import (
    BadRowError,
    CannotImportError,
    Field,
    Given,
    ImportFault,
    Product,
    RowFault,
    RowReader,
    columns_of,
    people_of,
)
from bot.services.importing import (
    Destination,
    FindImported,
    ImportOne,
    count_imported,
    import_given,
    view_destination,
)

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from storage.store import Store

    Show = Callable[[int, int], None]

BATCH = 32  # rows under way at once
BAD_SHOWN = 20
SHOWN_EVERY = 500
DELIMITERS = ",;\t|"
CELL_LIMIT = 1 << 20
CHUNK = 1 << 16
_SEPARATOR = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # how Excel says what parts the columns
_USER_ID = re.compile(r"[UW][A-Z0-9]{4,30}")
# What Slack's own list of members, as admins can download it, calls its columns.
_SLACK_ID = "userid"
_SLACK_NAMES = ("email", "username", "fullname", "displayname")


@dataclass(frozen=True, slots=True)
class ImportHistory:
    """A wish to take over what a file tells."""

    product: Product
    source: Path
    team_id: str
    columns: Mapping[Field, str] = field(default_factory=dict)  # as the operator named them
    people: Path | None = None
    date_form: str | None = None
    skips_bad: bool = False
    is_rehearsal: bool = False


@dataclass
class HistoryImported:
    """What became of the rows."""

    rows: int = 0
    stored: int = 0  # or would be
    present: int = 0  # were there already
    bad: int = 0
    first_bad: list[tuple[int, BadRowError]] = field(default_factory=list)  # with the line
    unknown: Counter[str] = field(default_factory=Counter)  # names that nobody has, with rows
    is_rehearsal: bool = False
    is_refused: bool = False  # because of bad rows; nothing was stored

    def note(self, found: Given | tuple[int, BadRowError]) -> None:
        """Count a row that was looked at."""
        self.rows += 1
        if isinstance(found, Given):
            return
        self.bad += 1
        if len(self.first_bad) < BAD_SHOWN:
            self.first_bad.append(found)
        _, error = found
        if error.fault is RowFault.UNKNOWN_PERSON:
            self.unknown[error.what] += 1


async def import_history(
    store: Store, wish: ImportHistory, now: datetime, show: Show
) -> HistoryImported:
    """Store what the file tells, as far as it is not there yet; run again, it goes on.

    Raises `CannotImportError`, or `OSError` where a file cannot be read.
    """
    to = await store.read(view_destination, wish.team_id)
    if to.workspace is None:
        raise CannotImportError(ImportFault.NO_WORKSPACE, wish.team_id, to.team_ids)
    told = {} if wish.people is None else read_people(wish.people)
    result = HistoryImported(is_rehearsal=wish.is_rehearsal)
    for found in _rows(wish, to, told, now):
        result.note(found)
        if result.rows % SHOWN_EVERY == 0:
            show(result.rows, 0)
    result.is_refused = bool(result.bad) and not wish.skips_bad
    if result.is_refused and not wish.is_rehearsal:
        return result
    done = 0
    for batch in _batches(wish, to, told, now):
        if wish.is_rehearsal:
            keys = [each.natural_key for each in batch]
            result.present += await store.read(count_imported, FindImported(wish.team_id, keys))
        else:
            # A transaction for each: one for many would keep those who give from what they need.
            # The store takes them together where that is quicker.
            rows = [store.write(import_given, ImportOne(wish.team_id, each)) for each in batch]
            result.stored += sum(await asyncio.gather(*rows))
        done += len(batch)
        show(done, result.rows - result.bad)
    if wish.is_rehearsal:
        result.stored = done - result.present
    else:
        result.present = done - result.stored
    return result


def _batches(
    wish: ImportHistory, to: Destination, told: Mapping[str, str], now: datetime
) -> Iterator[list[Given]]:
    batch = []
    for found in _rows(wish, to, told, now):
        if isinstance(found, Given):
            batch.append(found)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _rows(
    wish: ImportHistory, to: Destination, told: Mapping[str, str], now: datetime
) -> Iterator[Given | tuple[int, BadRowError]]:
    """Yield each row, or its line and why it cannot be taken."""
    if to.workspace is None:
        raise LookupError(wish.team_id)
    with opened_table(wish.source) as (header, rows):
        reader = RowReader(
            columns_of(wish.product, header, wish.columns),
            people_of(to.names, told),
            to.workspace.zone,
            now,
            to.workspace.settings.values,
            wish.date_form,
        )
        for line, row in rows:
            if isinstance(row, BadRowError):
                yield line, row
            elif any(cell.strip() for cell in row):
                try:
                    yield reader.read(row)
                except BadRowError as error:
                    yield line, error


@contextmanager
def opened_table(
    path: Path,
) -> Iterator[tuple[list[str], Iterator[tuple[int, list[str] | BadRowError]]]]:
    """Yield the names of the columns, and the rows with the line in which each ends.

    Commas, semicolons, tabs or bars, any usual encoding. Raises `CannotImportError` for no table.
    """
    csv.field_size_limit(CELL_LIMIT)
    with path.open("r", encoding=_encoding(path), errors="replace", newline="") as file:
        first = file.readline(CELL_LIMIT)
        said = _SEPARATOR.fullmatch(first)
        if said is not None:
            first = file.readline(CELL_LIMIT)
        delimiter = said[1] if said is not None else _delimiter(first)
        reader = csv.reader(chain([first], file), delimiter=delimiter, skipinitialspace=True)
        try:
            header = next(reader, [])
        except csv.Error:
            header = []
        if not any(name.strip() for name in header) or "\x00" in first:
            raise CannotImportError(ImportFault.NO_TABLE)
        skipped = 0 if said is None else 1
        yield header, _read(reader, skipped)


def _read(reader: Reader, skipped: int) -> Iterator[tuple[int, list[str] | BadRowError]]:
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num + skipped, BadRowError(RowFault.NO_ROW, str(error))
            continue
        yield reader.line_num + skipped, row


def _encoding(path: Path) -> str:
    """Return how the text is encoded; what is not UTF is taken for what Windows writes."""
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _delimiter(line: str) -> str:
    """Return what parts the line into most columns."""
    counts = {each: len(next(csv.reader([line], delimiter=each), [])) for each in DELIMITERS}
    return max(counts, key=lambda each: counts[each])


def read_people(path: Path) -> dict[str, str]:
    """Return the ids of people by names or addresses, from a table of the operator's.

    It has names in its first column and ids in the second, or is Slack's own list of members.
    Raises `CannotImportError`.
    """
    found: dict[str, set[str]] = defaultdict(set)
    with opened_table(path) as (header, rows):
        names = [name.strip().casefold() for name in header]
        told_of: list[tuple[int, list[str] | BadRowError]] = []  # the first line may be a person
        if _SLACK_ID in names:
            of_id = names.index(_SLACK_ID)
            of_names = [names.index(name) for name in _SLACK_NAMES if name in names]
        else:
            of_id, of_names = 1, [0]
            told_of.append((1, header))
        for _, row in chain(told_of, rows):
            if isinstance(row, BadRowError) or len(row) <= of_id:
                continue
            user_id = row[of_id].strip()
            if _USER_ID.fullmatch(user_id):
                for index in of_names:
                    found[row[index].strip() if index < len(row) else ""].add(user_id)
    # A name that several have says nothing; each of them still has an address.
    told = {name: next(iter(ids)) for name, ids in found.items() if name and len(ids) == 1}
    if not told:
        raise CannotImportError(ImportFault.NO_PEOPLE, str(path))
    return told
