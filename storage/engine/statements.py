"""Statements that are compiled once for each database and run straight through its driver.

SQLAlchemy says what they mean: its types turn values into the driver's and back, and what fails is
raised as SQLAlchemy raises it. Left out is what it does anew each time, looking its compiled form
up and wrapping what comes back, which costs several times what SQLite itself does.
"""

from __future__ import annotations

import json
import secrets
from collections import namedtuple
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from itertools import count
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from sqlalchemy import JSON, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.visitors import iterate

from bot.domain.lateness import LATE_AT_MOST
from storage.engine.store import is_the_databases_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.sql.elements import ClauseElement

    from bot.domain.periods import Period
    from storage.engine.store import Connection

Row = Any  # a named tuple
# A local day begins at most 14 hours before that day in UTC, and ends at most 12 hours after it.
_ZONES = timedelta(days=1)
_POSTGRES = "postgresql"
_CURSOR = "kudos_cursor"
_ROWS = "rows"


class Statement:
    """A statement, whose parameters are handed in by name when it is run.

    A list for an `IN` may be of any length. An `INSERT` takes the columns that it is given, and
    is built once for each database where they spell it apart, as `ON CONFLICT` is.
    """

    def __init__(self, said: ClauseElement | Callable[[Callable[..., Any]], Insert]) -> None:
        self._said = said
        self._plans: dict[tuple[str | int | None, ...], _Plan] = {}
        element = self._for("sqlite")
        self._is_insert = isinstance(element, Insert)
        self._lists = tuple(
            part.key
            for part in iterate(element)
            if isinstance(part, BindParameter) and part.expanding and part.required
        )

    def all(self, connection: Connection, parameters: Mapping[str, Any]) -> list[Row]:
        """Return every row, as named tuples."""
        return self._plan(connection, parameters).run(connection, parameters)[0]

    def first(self, connection: Connection, parameters: Mapping[str, Any]) -> Row | None:
        """Return the first row, or None where there is none."""
        rows = self._plan(connection, parameters).run(connection, parameters)[0]
        return rows[0] if rows else None

    def scalar(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        """Return the first column of the first row, or None where there is none."""
        rows = self._plan(connection, parameters).run(connection, parameters)[0]
        return rows[0][0] if rows else None

    def run(self, connection: Connection, parameters: Mapping[str, Any]) -> int:
        """Return how many rows were touched."""
        return self._plan(connection, parameters).run(connection, parameters)[1]

    def run_many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
        """Run it for each of these, in their order; all must name the same parameters.

        Returns the rows that it returns. On Postgres no two that are handed in may be the same
        row, and None in a column of JSON is no value.
        """
        if len(rows) == 1:
            return self.all(connection, rows[0])
        if rows and self._is_insert and connection.dialect.name == _POSTGRES:
            # One round trip for all of them.
            return self._plan_of_rows(connection, rows[0]).run(connection, {_ROWS: _as_json(rows)})[
                0
            ]
        return self._plan(connection, rows[0]).run_many(connection, rows) if rows else []

    def _plan(self, connection: Connection, parameters: Mapping[str, Any]) -> _Plan:
        name = connection.dialect.name
        key: tuple[str | int | None, ...]
        if self._is_insert:
            key = (name, *parameters)
        elif self._lists:
            key = (name, *(len(parameters[each]) for each in self._lists))
        else:
            key = (name,)
        plan = self._plans.get(key)
        if plan is None:
            columns = list(parameters) if self._is_insert else None
            compiled = self._for(name).compile(dialect=connection.dialect, column_keys=columns)
            plan = self._plans[key] = _Plan(compiled, parameters)
        return plan

    def _plan_of_rows(self, connection: Connection, row: Mapping[str, Any]) -> _Plan:
        key = (_POSTGRES, None, *row)
        plan = self._plans.get(key)
        if plan is None:
            compiled = self.from_json(list(row), _ROWS).compile(dialect=connection.dialect)
            plan = self._plans[key] = _Plan(compiled, {_ROWS: ""})
        return plan

    def from_json(self, names: Sequence[str], text: str) -> Insert:
        """Return the statement that inserts, on Postgres, rows out of one JSON text."""
        insert: Insert = self._for(_POSTGRES)
        rows = func.json_to_recordset(cast(bindparam(text, type_=Text), JSON))
        of = rows.table_valued(*(column(name, insert.table.c[name].type) for name in names))
        each = of.render_derived(name="x", with_types=True)
        return insert.from_select(
            list(names), select(*(each.c[name] for name in names)), include_defaults=False
        )

    def _for(self, name: str) -> Any:
        if not callable(self._said):
            return self._said
        return self._said(inserting(name))


class BatchInsert:
    """Rows for several tables: one statement after the other, but on Postgres one round trip.

    There, nothing may rest on the order in which they are stored.
    """

    _plans: ClassVar[dict[tuple[tuple[Statement, tuple[str, ...]], ...], _Plan]] = {}

    def __init__(self) -> None:
        self._parts: list[tuple[Statement, Sequence[Mapping[str, Any]]]] = []

    def add(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        """Have these rows inserted, too."""
        if rows:
            self._parts.append((statement, rows))

    def run(self, connection: Connection) -> list[Row]:
        """Insert everything; return the rows that the last of the statements returns."""
        parts, self._parts = self._parts, []
        if not parts:
            return []
        if connection.dialect.name != _POSTGRES or len(parts) == 1:
            return [statement.run_many(connection, rows) for statement, rows in parts][-1]
        key = tuple((statement, tuple(rows[0])) for statement, rows in parts)
        texts = {f"{_ROWS}_{place}": _as_json(rows) for place, (_, rows) in enumerate(parts)}
        plan = self._plans.get(key)
        if plan is None:
            *first, last = (
                statement.from_json(names, text)
                for (statement, names), text in zip(key, texts, strict=True)
            )
            whole = last.add_cte(*(each.cte(f"p{place}") for place, each in enumerate(first)))
            plan = self._plans[key] = _Plan(whole.compile(dialect=connection.dialect), texts)
        return plan.run(connection, texts)[0]


class _Plan:
    """A statement in the words of one database, for one set of names."""

    def __init__(self, compiled: SQLCompiler, sample: Mapping[str, Any]) -> None:
        self.compiled = compiled  # for those who listen to SQLAlchemy's events
        state = compiled.construct_expanded_state(dict(sample))
        self._sql = state.statement
        expanded = state.parameter_expansion
        self._lists = {name: tuple(expanded[name]) for name in expanded if name in sample}
        handed_in = {*sample, *(each for names in self._lists.values() for each in names)}
        self._constants = {
            name: value for name, value in state.parameters.items() if name not in handed_in
        }
        self._is_named = state.positiontup is None
        self._names = tuple(state.positiontup or state.parameters)
        self._take = _taking(self._names)
        dialect, columns = compiled.dialect, _columns_of(compiled.statement)
        whole = {each: name for name, names in expanded.items() for each in names}
        types = [compiled.binds[whole.get(name, name)].type for name in self._names]
        self._into = _where_needed(
            each.dialect_impl(dialect).bind_processor(dialect) for each in types
        )
        self._returns = bool(columns)
        self._out_of = _where_needed(
            each.type.dialect_impl(dialect).result_processor(dialect, None) for each in columns
        )
        row: Any = namedtuple("Row", [each.key for each in columns], rename=True)  # type: ignore[misc] # noqa: PYI024
        self._make: Callable[[Sequence[Any]], Row] = row._make

    def run(self, connection: Connection, parameters: Mapping[str, Any]) -> tuple[list[Row], int]:
        """Return the rows, and how many were touched."""
        bound = self._bound(parameters)
        cursor = _cursor_of(connection)
        self._tell(connection, cursor, bound)
        try:
            cursor.execute(self._sql, bound)
            rows = cursor.fetchall() if self._returns else []
        except connection.dialect.loaded_dbapi.Error as error:
            _fail(connection, self._sql, bound, error)
        if self._out_of:
            rows = [self._processed(row) for row in rows]
        return [self._make(row) for row in rows], cursor.rowcount

    def run_many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
        """Run it for each of these parameters, and return their rows."""
        if self._returns:  # no driver tells what comes back of many
            return [row for each in rows for row in self.run(connection, each)[0]]
        bound = [self._bound(row) for row in rows]
        cursor = _cursor_of(connection)
        self._tell(connection, cursor, bound, many=True)
        try:
            cursor.executemany(self._sql, bound)
        except connection.dialect.loaded_dbapi.Error as error:
            _fail(connection, self._sql, bound, error)
        return []

    def _bound(self, parameters: Mapping[str, Any]) -> Any:
        """Return what the driver takes."""
        if self._lists or self._constants:
            parameters = self._constants | dict(parameters)
            for name, names in self._lists.items():
                parameters.update(zip(names, parameters[name], strict=True))
        values = self._take(parameters)
        if self._into:
            changed = list(values)
            for place, process in self._into:
                changed[place] = process(changed[place])
            values = changed
        return dict(zip(self._names, values, strict=True)) if self._is_named else values

    def _processed(self, row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for place, process in self._out_of:
            values[place] = process(values[place])
        return values

    def _tell(self, connection: Connection, cursor: Any, bound: Any, *, many: bool = False) -> None:
        """Fire SQLAlchemy's `before_cursor_execute`."""
        for hears in connection.engine.dispatch.before_cursor_execute:
            hears(connection, cursor, self._sql, bound, self, many)


def inserting(dialect_name: str) -> Callable[..., Any]:
    """Return how a database says `INSERT … ON CONFLICT …`."""
    return postgresql.insert if dialect_name == _POSTGRES else sqlite.insert


def execute_raw(connection: Connection, words: str) -> None:
    """Have the database do what no table is needed for, such as to begin."""
    cursor = _cursor_of(connection)
    try:
        cursor.execute(words)
    except connection.dialect.loaded_dbapi.Error as error:
        _fail(connection, words, None, error)


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """Undo what is done within, and no more, where it raises; one may stand within another."""
    execute_raw(connection, "SAVEPOINT kudos")
    try:
        yield
    except BaseException as error:
        # Where the database cannot serve, all of the transaction is lost anyway.
        if not is_the_databases_fault(error):
            execute_raw(connection, "ROLLBACK TO SAVEPOINT kudos")
            execute_raw(connection, "RELEASE SAVEPOINT kudos")
        raise
    execute_raw(connection, "RELEASE SAVEPOINT kudos")


def _cursor_of(connection: Connection) -> Any:
    """Return the one cursor of a connection: each statement is read to its end."""
    pooled = connection.connection
    cursor = pooled.info.get(_CURSOR)
    if cursor is None:
        cursor = pooled.info[_CURSOR] = pooled.cursor()
    return cursor


def _fail(connection: Connection, words: str, bound: Any, error: Exception) -> NoReturn:
    """Raise what SQLAlchemy raises, and have it give up a connection that is lost."""
    # No other door leads to all that it does with an error. The cursor is kept from it, since it
    # would close it.
    connection._handle_dbapi_exception(error, words, bound, None, None)  # noqa: SLF001


def _taking(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda parameters: [parameters[name] for name in names]


def _where_needed(
    processors: Iterable[Callable[[Any], Any] | None],
) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    return tuple((place, each) for place, each in enumerate(processors) if each is not None)


def _columns_of(statement: Any) -> list[Any]:
    """Return what each row of the answer has; nothing for what returns no rows."""
    return list(statement.exported_columns)


def _as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps([dict(row) for row in rows], default=_as_text, separators=(",", ":"))


def _as_text(value: date) -> str:
    return value.isoformat()


_NUMBERS = count()


def new_id(now: datetime) -> str:
    """Return an opaque id of 32 characters; ids of later moments sort after earlier ones.

    So do those that one process makes in the same millisecond, one after the other.
    """
    return f"{first_id(now)}{next(_NUMBERS) & 0xFFFFFF:06x}{secrets.token_hex(7)}"


def period_ids(period: Period) -> tuple[str, str]:
    """Return between which ids those of a period's kudos lie, in any zone and however late."""
    first, end = (datetime.combine(day, time(), UTC) for day in (period.first_day, period.end_day))
    return first_id(first - _ZONES), first_id(end + _ZONES + LATE_AT_MOST)


def first_id(moment: datetime) -> str:
    """Return what sorts before every id of that moment or later, and after all earlier ones."""
    return f"{int(moment.timestamp() * 1000):012x}"
