"""Everything that is stored, out of one database and into another."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.domain.transfer import FORMAT, Exported, StoreRows
from storage import transfer
from storage.engine import health
from storage.engine.health import find_revision

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from storage.engine.store import Connection

SHOWN_EVERY = 500  # rows


@dataclass(frozen=True, slots=True)
class ExportEverything:
    """A wish to have every row written down, as they were at one moment."""

    version: str  # of the program
    restart: Callable[[], None]  # forgets what was written: the database has to be read again
    write: Callable[[bytes], None]
    show: Callable[[int, int], None]  # how many rows are written, and how many there are


def export_everything(connection: Connection, request: ExportEverything, now: datetime) -> Exported:
    """Write a line for each row, between one that says what this is and one that proves it whole.

    However much there is, only some hundred rows are in memory.
    """
    request.restart()
    digest = hashlib.sha256()

    def write(line: dict[str, Any]) -> None:
        written = json_line(line)
        digest.update(written)
        request.write(written)

    rows = {name: transfer.count_rows(connection, name) for name in transfer.table_names()}
    total, done = sum(rows.values()), 0
    header = {"version": request.version, "schema": find_revision(connection)}
    write({"kudos_export": FORMAT} | header | {"exported_at": now.isoformat(), "rows": rows})
    for name in rows:
        for row in transfer.find_rows(connection, name):
            write({"table": name, "row": row})
            done += 1
            if done % SHOWN_EVERY == 0:
                request.show(done, total)
    request.show(done, total)
    sha256 = digest.hexdigest()
    request.write(json_line({"end": {"rows": done, "sha256": sha256}}))
    return Exported(rows, sha256)


def json_line(value: dict[str, Any]) -> bytes:
    """Return one line of JSON."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    except UnicodeEncodeError:  # half a character, which only JSON's own way of writing can hold
        return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def store_rows(connection: Connection, request: StoreRows, _now: datetime) -> int:
    """Store those of the rows that are not there yet, and return how many; done again, it is 0.

    Raises `bot.domain.transfer.TransferError` where another row is in the place of one.
    """
    return transfer.store_rows(connection, request.table, request.rows)


def begin_import(connection: Connection, _request: None, _now: datetime) -> None:
    """Keep everything but an import off the database, until it has ended."""
    health.begin_import(connection)


def end_import(connection: Connection, _request: None, _now: datetime) -> None:
    """Let the database be used: everything is there."""
    health.end_import(connection)


def count_present(connection: Connection, request: StoreRows, _now: datetime) -> int:
    """Return how many of the rows are there already; raises like `store_rows`."""
    return len(transfer.find_present(connection, request.table, request.rows))


def check_rows(request: StoreRows) -> None:
    """Raise `bot.domain.transfer.TransferError` for rows that could be stored nowhere."""
    transfer.check_rows(request.table, request.rows)


def count_all(connection: Connection, _request: None, _now: datetime) -> int:
    """Return how many rows are stored, of whatever kind."""
    return sum(transfer.count_rows(connection, name) for name in transfer.table_names())
