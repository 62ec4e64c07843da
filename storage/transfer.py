"""Whole tables, row by row, in a form that every database and JSON can hold."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    Integer,
    LargeBinary,
    Text,
    bindparam,
    func,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.exc import DataError, IntegrityError

from bot.domain.transfer import TransferError, TransferFault
from storage.engine.columns import Moment, metadata
from storage.engine.statements import inserting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Column, Select, Table
    from sqlalchemy.sql.dml import ReturningInsert

    from bot.domain.transfer import Row
    from storage.engine.store import Connection

READ_AT_ONCE = 500  # rows; so much is in memory, however large the table
_IS_NULL = "is_null_"
_JSON = "json_"
_TABLES: dict[str, Table] = {table.name: table for table in metadata.sorted_tables}


def table_names() -> list[str]:
    """Return the tables, each after those that its rows refer to."""
    return list(_TABLES)


def count_rows(connection: Connection, name: str) -> int:
    """Return how many rows a table has."""
    return connection.execute(select(func.count()).select_from(_TABLES[name])).scalar_one()


def find_rows(connection: Connection, name: str) -> Iterator[Row]:
    """Yield every row of a table, in the order of its key."""
    table = _TABLES[name]
    statement = _select(table).order_by(*table.primary_key.columns)
    found = connection.execute(statement, execution_options={"yield_per": READ_AT_ONCE})
    for row in found.mappings():
        yield _row(table, row)


def store_rows(connection: Connection, name: str, rows: Sequence[Row]) -> int:
    """Store those of the rows that are not there yet; return how many.

    Raises `TransferError` where a row is there already and different, or fits nowhere.
    """
    table = _checked(name, rows)
    values = [_values(table, row) for row in rows]
    try:
        # Where something is in the way, the savepoint lets the rows be looked at one by one.
        with connection.begin_nested():
            stored = connection.execute(_inserting(name, connection.dialect.name), values).all()
    except (IntegrityError, DataError):
        # The database would quote the row, and with it what people wrote.
        raise TransferError(TransferFault.UNFIT, table=name) from None
    if len(stored) < len(rows):
        of_new = {_key(table, _from_key(table, row)) for row in stored}
        there = [row for row in rows if _key(table, row) not in of_new]
        if len(find_present(connection, name, there)) < len(there):
            # Not its key is taken, but something else that must be unique.
            raise TransferError(TransferFault.DIFFERENT, table=name)
    return len(stored)


def find_present(connection: Connection, name: str, rows: Sequence[Row]) -> list[Row]:
    """Return those of the rows that are there; raises `TransferError` where one is different."""
    table = _checked(name, rows)
    key = list(table.primary_key.columns)
    wanted = {_key(table, row): row for row in rows}
    typed = [tuple(_value(column, row[column.name]) for column in key) for row in rows]
    found = connection.execute(_select(table).where(tuple_(*key).in_(typed))).mappings()
    present = [_row(table, row) for row in found]
    for row in present:
        if wanted[_key(table, row)] != row:
            named = " ".join(str(row[column.name]) for column in key)
            raise TransferError(TransferFault.DIFFERENT, table=name, what=named)
    return present


def check_rows(name: str, rows: Sequence[Row]) -> None:
    """Raise `TransferError` unless the table could hold the rows; asks no database."""
    table = _checked(name, rows)
    for row in rows:
        _values(table, row)
    if len({_key(table, row) for row in rows}) < len(rows):
        raise TransferError(TransferFault.UNFIT, table=name)


def _checked(name: str, rows: Sequence[Row]) -> Table:
    """Return the table; raises `TransferError` unless the rows have what it needs and no more."""
    table = _TABLES.get(name)
    if table is None:
        raise TransferError(TransferFault.UNFIT, table=name)
    needed = {column.name for column in table.columns if not column.nullable}
    for row in rows:
        if not needed <= row.keys() <= set(table.columns.keys()):
            raise TransferError(TransferFault.UNFIT, table=name)
    return table


@lru_cache
def _inserting(name: str, dialect_name: str) -> ReturningInsert[Any]:
    table = _TABLES[name]
    # `null` in JSON and no value at all are two things, which the column's own type does not tell
    # apart when it stores.
    values = {
        column.name: bindparam(_JSON + column.name, type_=JSON(none_as_null=True))
        for column in table.columns
        if isinstance(column.type, JSON)
    }

    statement: Any = inserting(dialect_name)(table)
    if values:
        statement = statement.values(values)
    returning: ReturningInsert[Any] = statement.on_conflict_do_nothing().returning(
        *table.primary_key.columns
    )
    return returning


@lru_cache
def _selecting(name: str) -> Select[Any]:
    table = _TABLES[name]
    flags = [
        type_coerce(column, Text).is_(None).label(_IS_NULL + column.name)
        for column in table.columns
        if isinstance(column.type, JSON)
    ]
    return select(*table.columns, *flags)


def _select(table: Table) -> Select[Any]:
    return _selecting(table.name)


def _row(table: Table, found: Any) -> Row:
    row = {}
    for column in table.columns:
        value = found[column.name]
        if value is None and found.get(_IS_NULL + column.name, True):
            continue
        row[column.name] = _as_json(value)
    return row


def _as_json(value: Any) -> Any:
    if isinstance(value, date):  # and moments, which are dates to Python
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _values(table: Table, row: Row) -> dict[str, Any]:
    values = {}
    for column in table.columns:
        is_json = isinstance(column.type, JSON)
        value = None
        if column.name in row:
            given = row[column.name]
            value = JSON.NULL if is_json and given is None else _value(column, given)
        values[_JSON + column.name if is_json else column.name] = value
    return values


def _value(column: Column[Any], value: Any) -> Any:
    """Return what the column holds; raises `TransferError` for anything else."""
    try:
        return _typed(column, value)
    except (TypeError, ValueError, binascii.Error):
        raise TransferError(TransferFault.UNFIT, table=column.table.name) from None


def _typed(column: Column[Any], value: Any) -> Any:
    kind = column.type
    if isinstance(kind, JSON):
        return value
    if isinstance(kind, Boolean | Integer):
        if type(value) is not (bool if isinstance(kind, Boolean) else int):
            raise TypeError
        return value
    if not isinstance(value, str):
        raise TypeError
    if isinstance(kind, Moment):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value, validate=True)
    value.encode()  # half a character, which no database takes
    return value


def _from_key(table: Table, found: Any) -> Row:
    key = table.primary_key.columns
    return {column.name: _as_json(value) for column, value in zip(key, found, strict=True)}


def _key(table: Table, row: Row) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key.columns)
