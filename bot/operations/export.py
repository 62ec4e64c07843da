"""`kudos export`: writes records as they are read, a page at a time."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from bot.domain.spreadsheets import safe_cell
from bot.services.operations.export import (
    ROW_FIELDS,
    ExportPage,
    export_kudos,
    list_workspaces,
    rows_of,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from datetime import date

    from storage.engine.store import Store

_MARK = "\ufeff"  # by which Excel knows that a table is UTF-8


@dataclass(eq=False)
class NoSuchWorkspaceError(Exception):
    """There is no workspace with this id; the others are told."""

    team_id: str
    team_ids: tuple[str, ...]


async def export(
    store: Store,
    out: TextIO,
    *,
    as_csv: bool,
    team_id: str | None = None,
    since: date | None = None,
) -> int:
    """Write a record for each kudos, or a row for each receiver of one; return how many kudos.

    Raises `NoSuchWorkspaceError` before anything is written.
    """
    teams = await store.read(list_workspaces, None)
    if team_id is not None:
        if team_id not in teams:
            raise NoSuchWorkspaceError(team_id, tuple(teams))
        teams = [team_id]
    count = 0
    table = csv.writer(out, quoting=csv.QUOTE_ALL) if as_csv else None
    if table is not None:
        out.write(_MARK)
        table.writerow(ROW_FIELDS)
    async for record in _records(store, teams, since):
        if table is None:
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
        else:
            table.writerows([cell(row[field]) for field in ROW_FIELDS] for row in rows_of(record))
        count += 1
    return count


async def _records(
    store: Store, teams: Iterable[str], since: date | None
) -> AsyncIterator[dict[str, Any]]:
    for team_id in teams:
        after = ""
        while page := await store.read(export_kudos, ExportPage(team_id, after, since)):
            for record in page:
                yield record
            after = page[-1]["kudos_id"]


def cell(value: str | int | None) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return "" if value is None else safe_cell(str(value))
