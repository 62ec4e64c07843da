"""Holds the rule that every query takes the workspace, over all statements of the whole suite.

A statement that reads or changes rows of a table whose key begins with the workspace must say of
which one: by a value of its own, or through another table for which it says so.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Delete, Engine, Select, Table, Update, event
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BindParameter,
    BooleanClauseList,
    ColumnClause,
    Grouping,
    Tuple,
)
from sqlalchemy.sql.expression import CTE, Alias, Join, Subquery
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import ScalarSelect

from storage.tables import installations, schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from sqlalchemy.sql.elements import ClauseElement

TEAM = "team_id"
# A workspace is served by the token of its organization, whose id stands in the same column.
ORGANIZATION = "enterprise_id"
METADATA = schema.workspaces.metadata, installations.installations.metadata
TABLES = frozenset(
    table.name for metadata in METADATA for table in metadata.tables.values() if TEAM in table.c
)
ROOT = Path(__file__).parent.parent
OF_PRODUCT = tuple(f"{ROOT / room}/" for room in ("bot", "handlers", "storage"))
OF_MIGRATIONS = f"{ROOT / 'storage' / 'migrations'}/"

# Functions whose statements are of all workspaces at once, with why they have to be.
ALLOWED = {
    "storage.outbox.claim": "delivery sends what is due, whosever it is; each row says whose",
    "storage.outbox.find_next_due": "when delivery has to wake, for whomever",
    "storage.outbox.count_waiting": "a number for the operator's metrics",
    "storage.outbox.count_due": "a number for the operator's readiness and metrics",
    "storage.workspaces.find_team_ids": "the list of workspaces itself",
    "storage.workspaces.find_with_weeks_left": "in which of them weeks are still to be counted",
    "storage.installations.find_away": "whose messages delivery leaves alone",
    "storage.installations.find_bots": "whose Kudos stands in a channel of two companies",
    "storage.installations.claim_refresh": "whichever tokens end soon are refreshed",
    "storage.installations.find_statuses": "the operator's doctor and metrics",
    "storage.installations.find_encrypted_tokens": "the operator's new key is for all tokens",
    "storage.installations.reencrypt": "the operator's new key is for all tokens",
    "storage.kept.prune": "what was kept for an hour goes, whosever it was",
    "storage.deletion.find_under_way": "which deletions have to be gone on with",
    "storage.deletion.find_ended_before": "which workspaces have been gone for long enough",
    "storage.processes.let_go": "what a dead process had claimed, whosever it is",
    "storage.sizes.count_table": "the operator's doctor and metrics",
    "storage.statistics._is_long": "how long a table is, whosever its rows are",
    "storage.transfer.count_rows": "the operator moves the whole database",
    "storage.transfer.find_rows": "the operator moves the whole database",
}

Source = Any  # a table or an alias of one, within one SELECT, UPDATE or DELETE


class Watch:
    """What was seen of the suite's statements in this process."""

    def __init__(self) -> None:
        self.seen = 0  # statements, whoever asked
        self.found: list[str] = []  # those that lack the workspace, since it was last emptied
        self._lacking: dict[str, frozenset[str]] = {}

    def start(self) -> None:
        """Look at every statement from here on, of whatever engine."""
        event.listen(Engine, "before_cursor_execute", self._look)

    def _look(
        self, _connection: Any, _cursor: Any, statement: str, _given: Any, context: Any, _many: Any
    ) -> None:
        self.seen += 1
        lacking = self._lacking.get(statement)
        if lacking is None:
            compiled = getattr(context, "compiled", None)
            lacking = (
                tables_in_words(statement)
                if compiled is None
                else tables_without_team(compiled.statement)
            )
            self._lacking[statement] = lacking
        if not lacking:
            return
        by = asker()
        if by is not None and by not in ALLOWED:
            self.found.append(
                f"{by} asks {', '.join(sorted(lacking))} of all workspaces: {statement}"
            )


def tables_without_team(statement: ClauseElement) -> frozenset[str]:
    """Return the tables in a statement of which it does not say the workspace."""
    scopes = _Scopes()
    scopes.walk(statement, ())
    return scopes.lacking()


def tables_in_words(statement: str) -> frozenset[str]:
    """Return the tables in a statement that was written as text and names no workspace."""
    words = set(statement.replace('"', " ").replace(",", " ").lower().split())
    is_about_rows = words & {"select", "update", "delete"}
    if not is_about_rows or TEAM in statement:
        return frozenset()
    return TABLES & words


class _Scopes:
    """Which tables stand in each part of a statement, and which are tied to a workspace."""

    def __init__(self) -> None:
        self._parents: dict[Source, Source] = {}  # of a union-find over sources that share a team
        self._names: dict[Source, str] = {}
        self._ids = 0

    def lacking(self) -> frozenset[str]:
        return frozenset(
            name for source, name in self._names.items() if self._root(source) != self._root(TEAM)
        )

    def walk(self, element: Any, around: tuple[dict[Any, Source], ...]) -> None:
        """Note what stands in an element; `around` has the sources of the statements around it."""
        if isinstance(element, CTE | Subquery):
            around = ()  # what stands in FROM sees nothing of what is around it
        conditions: list[Any] = []
        if isinstance(element, Select | Update | Delete):
            tables: list[Any] = []
            froms = (
                element.get_final_froms()
                if isinstance(element, Select)
                else [element.table, *_others_of(element)]
            )
            for source in froms:
                _take_apart(source, tables, conditions)
            known = {table for scope in around for table in scope}
            # SQLAlchemy leaves out of a FROM what the statement around it has, unless it is all.
            own = [table for table in tables if table not in known] or tables
            around = ({table: self._new(table) for table in own}, *around)
            for condition in (*element._where_criteria, *conditions):  # noqa: SLF001
                self._tie(condition, around)
        for child in element.get_children():
            self.walk(child, around)

    def _new(self, table: Any) -> Source:
        self._ids += 1
        source = (self._ids, str(table.name))
        named = table.element if isinstance(table, Alias) else table
        if isinstance(named, Table) and TEAM in named.c and named.name in TABLES:
            self._names[source] = named.name
        elif isinstance(named, CTE | Subquery):
            self._join(source, TEAM)  # what it is made of is looked at for itself
        return source

    def _tie(self, condition: Any, around: tuple[dict[Any, Source], ...]) -> None:
        """Take a condition that always holds for what it says of workspaces."""
        if isinstance(condition, Grouping):
            self._tie(condition.element, around)
        elif isinstance(condition, BooleanClauseList):
            if condition.operator is operators.and_:
                for each in condition.clauses:
                    self._tie(each, around)
        elif isinstance(condition, BinaryExpression) and condition.operator in {
            operators.eq,
            operators.in_op,
        }:
            sides = [_teams(side, around) for side in (condition.left, condition.right)]
            for first in sides[0]:
                for second in sides[1]:
                    self._join(first, second)

    def _join(self, one: Source, other: Source) -> None:
        self._parents[self._root(one)] = self._root(other)

    def _root(self, source: Source) -> Source:
        while source in self._parents and self._parents[source] != source:
            source = self._parents[source]
        return source


def _teams(side: Any, around: tuple[dict[Any, Source], ...]) -> list[Source]:
    """Return whose workspace one side of a comparison is; `TEAM` for a value."""
    if isinstance(side, Grouping | ScalarSelect):
        return _teams(side.element, around)
    if isinstance(side, FunctionElement) and side.name == "coalesce":
        return _teams(next(iter(side.clauses)), around)  # so written to keep an index out of it
    if isinstance(side, Tuple):
        return [source for each in side.clauses for source in _teams(each, around)]
    if isinstance(side, ColumnClause) and side.name in {TEAM, ORGANIZATION}:
        return [scope[side.table] for scope in around if side.table in scope][:1]
    # What a subquery selects from is looked at for itself.
    is_value = isinstance(side, BindParameter)
    return (
        [TEAM] if is_value or (isinstance(side, Select) and TEAM in side.selected_columns) else []
    )


def _take_apart(source: Any, tables: list[Any], conditions: list[Any]) -> None:
    if isinstance(source, Join):
        _take_apart(source.left, tables, conditions)
        _take_apart(source.right, tables, conditions)
        conditions.append(source.onclause)
    else:
        tables.append(source)


def _others_of(element: Update | Delete) -> Iterator[Any]:
    """Return the further tables that an UPDATE or a DELETE looks at."""
    for condition in element._where_criteria:  # noqa: SLF001
        for source in condition._from_objects:  # noqa: SLF001
            if source is not element.table:
                yield source


def asker() -> str | None:
    """Return the function of the product that a statement comes from; None if a test asks."""
    # Only for the few statements that lack the workspace.
    frame: FrameType | None = sys._getframe()  # noqa: SLF001
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(OF_MIGRATIONS):
            return None  # they are of the whole database
        if path.startswith(OF_PRODUCT) and not path.endswith(_OF_STORE):
            module = path.removeprefix(f"{ROOT}/").removesuffix(".py").replace("/", ".")
            return f"{module}.{frame.f_code.co_name}"
        if path.startswith(f"{ROOT / 'tests'}/") and path not in _WATCHES:
            return None
        frame = frame.f_back
    return None


_WATCHES = (__file__, str(ROOT / "tests" / "walks.py"))
# They run what others ask.
_OF_STORE = (
    "storage/engine/store.py",
    "storage/engine/sqlite.py",
    "storage/engine/postgres.py",
    "storage/engine/statements.py",
    "storage/engine/migrate.py",
)
