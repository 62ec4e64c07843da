"""Rows for every table that there is, made of its columns, with what is hard to carry over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Boolean, Date, Integer, LargeBinary, create_engine, null, select, text
from sqlalchemy.pool import NullPool

from storage.engine.columns import Moment, metadata
from storage.tables import schema

if TYPE_CHECKING:
    from sqlalchemy import Column, Connection, Table

TEAMS = ("T0ALPHA", "T0BETA")
HARD = (
    "plain",
    "Zoë 🌮 日本語 \u202e\u2066 “quoted” 'and' \"so\"",
    "a line\nand another\r\n\tand a tab, \\n \\u0041 {braces} ;%s",
    " leading and trailing ",
    "",
    "x" * 2_000,
)
VALUES: tuple[Any, ...] = (
    {},
    {"b": 1, "a": [None, True, 1.5, "é\n"], "deep": {"": {"x": "\ud83d"}}},
    [],
    "text",
    0,
    None,  # `null` of JSON, which is not the same as no value
)
# What the database checks, beside the types.
CHECKED = {
    ("ledger_entries", "account"): ("giving", "receiving"),
    ("occurrences", "state"): ("wished", "empty", "skipped", "under_way", "done"),
    ("outbox", "state"): ("waiting", "sending", "sent", "failed", "dropped"),
}
# The same in every row, for what other tables refer to.
KUDOS = "kudos"


def fill(url: str, count: int = 6) -> None:
    """Put so many rows for each workspace into every table."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as session:
        for table in metadata.sorted_tables:
            teams = TEAMS
            for team_id in teams:
                for number in range(1 if table is schema.workspaces else count):
                    session.execute(table.insert(), _row(table, team_id, number))
    engine.dispose()


def _row(table: Table, team_id: str, number: int) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for place, column in enumerate(table.columns):
        if column.name == "team_id":
            # A table of its own has one row for each workspace, so its rows are other workspaces.
            is_whole_key = len(table.primary_key.columns) == 1 and table is not schema.workspaces
            row[column.name] = f"{team_id}{number}" if is_whole_key else team_id
        elif column.name == "kudos_id" and _refers(column):
            row[column.name] = f"{KUDOS}{number}"
        else:
            row[column.name] = _cell(table, column, number, place)
    return row


def _refers(column: Column[Any]) -> bool:
    return column.table is schema.kudos or bool(column.foreign_keys)


def _cell(  # noqa: PLR0911 - one for each type
    table: Table, column: Column[Any], number: int, place: int
) -> Any:
    kind = column.type
    checked = CHECKED.get((table.name, column.name))
    if checked:
        return checked[number % len(checked)]
    if column.nullable and (number + place) % 3 == 0:
        return null() if isinstance(kind, JSON) else None
    if isinstance(kind, JSON):
        value = VALUES[(number + place) % len(VALUES)]
        return {} if value is None and not column.nullable else value
    if isinstance(kind, Boolean):
        return bool((number + place) % 2)
    if isinstance(kind, Integer):
        return number + 1
    if isinstance(kind, Moment):
        return datetime(2026, 3, 29, 0, 59, 59, 999_999, UTC) + timedelta(hours=number)
    if isinstance(kind, Date):
        return date(2024, 2, 29) + timedelta(days=number)
    if isinstance(kind, LargeBinary):
        return bytes(range(256))
    length = getattr(kind, "length", None)
    must_differ = column.primary_key or column.name in {"natural_key", "undo_key", "key"}
    words = f"{column.name[:8]}{number}" if must_differ else HARD[(number + place) % len(HARD)]
    return words[:length]


def contents(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, and for each value whether there is none at all."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as session:
        found = {table.name: _contents(session, table) for table in metadata.sorted_tables}
    engine.dispose()
    return found


def _contents(session: Connection, table: Table) -> list[tuple[Any, ...]]:
    names = [column.name for column in table.columns]
    absent = [text(f'"{table.name}"."{name}" IS NULL') for name in names]
    rows = session.execute(select(*table.columns, *absent)).all()
    values = [
        tuple(
            (value, bool(is_absent))
            for value, is_absent in zip(row[:half], row[half:], strict=True)
        )
        for row in rows
        for half in [len(names)]
    ]
    return sorted(values, key=repr)
