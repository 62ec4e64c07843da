"""Thanks of the past, out of a table of another product's or of ours.

The table is read from end to end before anything is stored: once for how its dates are written,
where that is not clear, and once to see whether every row can be taken.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from bot.domain.history_import.columns import Field, Product, columns_of, product_of
from bot.domain.history_import.faults import BadRowError, CannotImportError, ImportFault, RowFault
from bot.domain.history_import.moments import DateEvidence
from bot.domain.history_import.people import USER_ID, people_of
from bot.domain.history_import.rows import Given, RowReader, Understood, grouped
from bot.operations.tables import opened_table
from bot.services.operations.import_history import (
    Destination,
    FindImported,
    ImportOne,
    TakeInFormer,
    find_missing,
    import_given,
    take_in_former,
    view_destination,
)
from bot.services.operations.imports import (
    BeginImport,
    FindStanding,
    OfImport,
    TakeBackImported,
    begin_import,
    begin_undo,
    end_import,
    find_standing,
    list_imports,
    take_back_imported,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from bot.domain.history_import.columns import Columns
    from bot.domain.history_import.moments import DateOrder
    from bot.domain.history_import.people import People
    from bot.domain.history_import.rows import ImportNoted, Row
    from bot.domain.workspaces import Workspace
    from storage.engine.store import Store

    Show = Callable[[int, int], None]

BATCH = 32  # rows under way at once
BAD_SHOWN = 20
SHOWN_EVERY = 500
LAST = "last"
# What Slack's own list of members, as admins can download it, calls its columns.
_SLACK_ID = "userid"
_SLACK_NAMES = ("email", "username", "fullname", "displayname")


@dataclass(frozen=True, slots=True)
class ImportHistory:
    """A wish to take over what a file tells."""

    product: Product | None  # None where its columns are to say it
    source: Path
    team_id: str
    columns: Mapping[Field, str] = field(default_factory=dict)  # as the operator named them
    people: Path | None = None
    date_form: str | None = None
    date_order: DateOrder | None = None
    encoding: str | None = None
    sheet: str | None = None
    keeps_unknown: bool = False  # people whom nobody here knows are taken in as those who left
    skips_bad: bool = False
    is_rehearsal: bool = False


@dataclass
class HistoryImported:
    """What became of the rows."""

    rows: int = 0
    stored: int = 0  # or would be
    present: int = 0  # were there already
    bad: int = 0
    taken_back: int = 0  # before they were exported
    first_bad: list[tuple[int, BadRowError]] = field(default_factory=list)  # with the line
    unknown: Counter[str] = field(default_factory=Counter)  # names that nobody has, with rows
    former: Mapping[str, str] = field(default_factory=dict)  # who left: names by id
    understood: Understood | None = None
    import_id: str = ""
    is_rehearsal: bool = False
    is_refused: bool = False  # because of bad rows; nothing was stored

    def note(self, line: int, found: Given | BadRowError | None) -> None:
        """Counts thanks that were looked at."""
        self.rows += 1
        if found is None:
            self.taken_back += 1
        elif isinstance(found, BadRowError):
            self.bad += 1
            if len(self.first_bad) < BAD_SHOWN:
                self.first_bad.append((line, found))
            if found.fault is RowFault.UNKNOWN_PERSON:
                self.unknown[found.what] += 1


@dataclass(frozen=True, slots=True)
class ImportUndone:
    """An import that was taken back, or would be."""

    noted: ImportNoted
    undone: int
    before: int  # were taken back one by one before
    is_rehearsal: bool


@dataclass(frozen=True, slots=True)
class _Source:
    """A file with all that is needed to read it."""

    wish: ImportHistory
    workspace: Workspace
    people: People
    product: Product
    columns: Columns
    now: datetime
    date_order: DateOrder | None

    def rows(self) -> Iterator[Row]:
        """Yields thanks with the line of each, or why a row cannot be taken."""
        reader = RowReader(
            self.columns,
            self.people,
            self.workspace.team_id,
            self.workspace.zone,
            self.now,
            self.workspace.settings.values,
            self.wish.date_form,
            self.date_order,
        )
        with opened_table(self.wish.source, self.wish.encoding, self.wish.sheet) as table:
            yield from grouped(_each(reader, table.rows))


def _each(reader: RowReader, rows: Iterable[tuple[int, list[str] | BadRowError]]) -> Iterator[Row]:
    for line, row in rows:
        if isinstance(row, BadRowError):
            yield line, row
        elif any(cell.strip() for cell in row):
            try:
                yield line, reader.read(row)
            except BadRowError as error:
                yield line, error


async def import_history(
    store: Store,
    wish: ImportHistory,
    now: datetime,
    show: Show,
    tell: Callable[[Understood], None] | None = None,
) -> HistoryImported:
    """Stores what the file tells, as far as it is not there yet; run again, it goes on.

    `tell` hears how the file is understood, before anything is stored. Raises
    `CannotImportError`, or `OSError` where a file cannot be read.
    """
    to = await store.read(view_destination, wish.team_id)
    if to.workspace is None:
        raise CannotImportError(ImportFault.NO_WORKSPACE, wish.team_id, to.team_ids)
    source, understood = _understand(wish, to, to.workspace, now)
    result = await _checked(source, understood, to, show, tell)
    result.is_refused = bool(result.bad) and not wish.skips_bad
    if result.is_refused and not wish.is_rehearsal:
        return result
    if not wish.is_rehearsal:
        if result.former:
            await store.write(take_in_former, TakeInFormer(wish.team_id, result.former))
        begin = BeginImport(wish.team_id, wish.source.name, _sha256(wish.source))
        result.import_id = await store.write(begin_import, begin)
    done = 0
    for batch in _batches(source):
        # What an earlier try has left is passed over quickly.
        missing = await store.read(find_missing, FindImported(wish.team_id, batch))
        if wish.is_rehearsal:
            result.stored += len(missing)
        else:
            # A transaction for each: one for many would keep those who give from what they need.
            # The store takes them together where that is quicker.
            rows = [
                store.write(import_given, ImportOne(wish.team_id, result.import_id, each))
                for each in missing
            ]
            result.stored += sum(await asyncio.gather(*rows))
        done += len(batch)
        show(done, result.rows - result.bad - result.taken_back)
    result.present = done - result.stored
    if not wish.is_rehearsal:
        await store.write(end_import, OfImport(wish.team_id, result.import_id))
    return result


async def undo_import(
    store: Store, import_id: str, team_id: str | None, show: Show, *, is_rehearsal: bool
) -> ImportUndone:
    """Takes back all that an import brought; `last` is the newest that can be.

    Run again, it goes on. Raises `CannotImportError` where there is no such import, or several.
    """
    noted = _wanted(import_id, await store.read(list_imports, team_id))
    if is_rehearsal:
        return ImportUndone(noted, noted.standing, 0, is_rehearsal=True)
    await store.write(begin_undo, OfImport(noted.team_id, noted.import_id))
    undone = before = 0
    wish = FindStanding(noted.team_id, noted.import_id, "", BATCH)
    while some := await store.read(find_standing, wish):
        wish = replace(wish, after_id=some[-1])
        taken = [
            store.write(
                take_back_imported, TakeBackImported(noted.team_id, noted.import_id, kudos_id)
            )
            for kudos_id in some
        ]
        results = await asyncio.gather(*taken)
        undone += sum(results)
        before += len(results) - sum(results)
        show(undone + before, noted.standing)
    return ImportUndone(noted, undone, before, is_rehearsal=False)


def _wanted(import_id: str, found: Sequence[ImportNoted]) -> ImportNoted:
    standing = [each for each in found if each.standing]
    wanted = [each for each in standing if import_id in {LAST, each.import_id}]
    if not wanted:
        raise CannotImportError(ImportFault.NO_IMPORT, import_id)
    teams = tuple(dict.fromkeys(each.team_id for each in wanted))
    if len(teams) > 1:
        raise CannotImportError(ImportFault.SEVERAL_IMPORTS, import_id, teams)
    return wanted[0]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _understand(
    wish: ImportHistory, to: Destination, workspace: Workspace, now: datetime
) -> tuple[_Source, Understood]:
    """Returns how the file is to be read; raises `CannotImportError` where that is not clear."""
    told = {} if wish.people is None else read_people(wish.people)
    people = people_of(to.names, told, keeps_unknown=wish.keeps_unknown)
    with opened_table(wish.source, wish.encoding, wish.sheet) as table:
        product = wish.product or product_of(table.header)
        columns = columns_of(product, table.header, wish.columns)
        order, evidence = wish.date_order, ""
        if order is None and wish.date_form is None:
            found = DateEvidence(now)
            [at] = columns[Field.AT]
            for _, row in table.rows:
                if not isinstance(row, BadRowError) and at < len(row):
                    found.look(row[at].strip())
            if found.is_contradictory:
                both = (found.only_day_first, found.only_month_first)
                raise CannotImportError(ImportFault.MIXED_DATES, found=both)
            order = found.order
            if found.ambiguous and order is None:
                raise CannotImportError(ImportFault.UNCLEAR_DATES, found.ambiguous)
            evidence = found.only_day_first or found.only_month_first
        source = _Source(wish, workspace, people, product, columns, now, order)
        understood = Understood(
            product=product,
            is_ours=Field.KUDOS_ID in columns,
            encoding=table.encoding,
            delimiter=table.delimiter,
            zone=workspace.time_zone,
            date_order=order,
            date_evidence=evidence,
            sheet=table.sheet,
        )
    return source, understood


async def _checked(
    source: _Source,
    understood: Understood,
    to: Destination,
    show: Show,
    tell: Callable[[Understood], None] | None,
) -> HistoryImported:
    """Returns what can be taken of the file; raises `CannotImportError` if it is no file for it."""
    result = HistoryImported(understood=understood, is_rehearsal=source.wish.is_rehearsal)
    known = dict(to.names)
    knows_somebody = False
    for line, found in source.rows():
        result.note(line, found)
        if isinstance(found, Given):
            involved = (found.giver_id, *found.receiver_ids)
            knows_somebody = knows_somebody or not known.keys().isdisjoint(involved)
            if understood.first is None:
                everybody = known | dict(source.people.former)
                names = {user_id: everybody.get(user_id, "") for user_id in involved}
                understood = replace(understood, line=line, first=found, names=names)
                result.understood = understood
                if tell is not None:
                    tell(understood)
        if result.rows % SHOWN_EVERY == 0:
            show(result.rows, 0)
            await asyncio.sleep(0)  # so that Ctrl-C is heard
    if not result.rows:
        raise CannotImportError(ImportFault.NO_ROWS)
    result.former = dict(source.people.former)
    if result.former and not knows_somebody and not source.wish.keeps_unknown:
        raise CannotImportError(ImportFault.NOBODY_KNOWN)
    return result


def _batches(source: _Source) -> Iterator[list[Given]]:
    batch = []
    for _, found in source.rows():
        if isinstance(found, Given):
            batch.append(found)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def read_people(path: Path) -> dict[str, str]:
    """Returns the ids of people by names or addresses, from a table of the operator's.

    It has names in its first column and ids in the second, or is Slack's own list of members.
    Raises `CannotImportError`.
    """
    found: dict[str, set[str]] = defaultdict(set)
    with opened_table(path) as table:
        names = [name.strip().casefold() for name in table.header]
        told_of: list[tuple[int, list[str] | BadRowError]] = []  # the first line may be a person
        if _SLACK_ID in names:
            of_id = names.index(_SLACK_ID)
            of_names = [names.index(name) for name in _SLACK_NAMES if name in names]
        else:
            of_id, of_names = 1, [0]
            told_of.append((1, table.header))
        for _, row in chain(told_of, table.rows):
            if isinstance(row, BadRowError) or len(row) <= of_id:
                continue
            match = USER_ID.fullmatch(row[of_id].strip())
            if match is not None:
                for index in of_names:
                    found[row[index].strip() if index < len(row) else ""].add(match[1])
    # A name that several have says nothing; each of them still has an address.
    told = {name: next(iter(ids)) for name, ids in found.items() if name and len(ids) == 1}
    if not told:
        raise CannotImportError(ImportFault.NO_PEOPLE, str(path))
    return told
