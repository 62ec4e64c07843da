"""`kudos export`: writes records as they are read, a page at a time."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any, TextIO

from bot.services.export import FIELDS, ExportPage, export_kudos, list_workspaces

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.store import Store

# What a spreadsheet would run, also behind spaces, control characters and what nobody sees, or in
# another width.
UNSEEN = r"\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
FORMULA = re.compile(rf"[{UNSEEN}]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]")
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


async def export(store: Store, out: TextIO, *, as_csv: bool) -> int:
    """Write one record for each kudos; return how many."""
    count = 0
    table = csv.writer(out, quoting=csv.QUOTE_ALL) if as_csv else None
    if table is not None:
        table.writerow(FIELDS)
    async for record in _records(store):
        if table is None:
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
        else:
            table.writerow([cell(record[field]) for field in FIELDS])
        count += 1
    return count


async def _records(store: Store) -> AsyncIterator[dict[str, Any]]:
    for team_id in await store.read(list_workspaces, None):
        after = ""
        while page := await store.read(export_kudos, ExportPage(team_id, after)):
            for record in page:
                yield record
            after = page[-1]["kudos_id"]


def cell(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text
