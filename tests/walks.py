"""Holds the rule that no query goes through all that a workspace ever gave, over the whole suite.

A database that was never analysed knows nothing of the sizes of things, and SQLite then walks the
key of a whole workspace where that spares it a sort. So each statement that runs on SQLite is
planned again on such a database, and must find its rows by more than the workspace.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, event

from tests.team_in_query import asker

if TYPE_CHECKING:
    from pathlib import Path

LONG_TABLES = ("kudos", "ledger_entries", "outbox", "receipts")
_STEP = re.compile(rf"(?:SCAN|SEARCH) (?:{'|'.join(LONG_TABLES)})(?:_\d+)?\b(.*)")
# By something within the workspace, or in the index that has only what waits to be sent.
_FINDS = re.compile(r"\(team_id=\? AND |\((?!team_id=)|USING INDEX ix_outbox_due")
_PLANNED = ("SELECT", "UPDATE", "DELETE", "WITH", "INSERT")

# Functions that are about all that a workspace has, with why they have to be.
ALLOWED = {
    "storage.admin.has_kudos": "ends at the first one",
    "storage.channels.move_channel": "a channel changes its id once, and all told there move",
    "storage.deletion._delete_some": "deletes a workspace, a part at a time",
    "storage.deletion.step": "deletes a workspace that has little left",
    "storage.erasure.revise_messages": "an erased person may be named in any message",
    "storage.kudos.count_kudos": "the operator's doctor",
    "storage.ledger.recount_balances": "the operator's doctor counts all again",
    "storage.ledger.recount_spent": "the operator's doctor counts all again",
    "storage.outbox.count_by_state": "the operator's doctor",
    "storage.outbox.find_failed": "the operator's doctor",
    "storage.sizes.count_table": "the operator's doctor and metrics, in pauses",
    "storage.standings.recount": "the operator's doctor counts all again",
    "storage.statistics._is_long": "ends at the row that tells",
    "storage.transfer.count_rows": "the operator moves the whole database",
    "storage.transfer.find_rows": "the operator moves the whole database",
}


class WalksWatched:
    """What was seen of the suite's statements on SQLite in this process."""

    def __init__(self) -> None:
        self.seen = 0  # statements that were looked at
        self.found: list[str] = []  # those that walk, since it was last emptied
        self._walks: dict[str, list[str]] = {}
        self._template: Path | None = None
        self._database: sqlite3.Connection | None = None

    def start(self) -> None:
        """Look at every statement from here on, of whatever engine."""
        event.listen(Engine, "before_cursor_execute", self._look)

    def plan_by(self, template: Path) -> None:
        """Plan statements by the tables of this database, which holds nothing."""
        self._template = template

    def walks_of(self, statement: str, given: Any) -> list[str]:
        """Return the steps of a statement's plan that go through all of a workspace, or more."""
        if self._database is None:
            self._database = _copied(self._template) if self._template else None
        if self._database is None:
            return []
        plan: list[Any] = []
        with suppress(sqlite3.Error):  # such as a table that only a migration knows
            plan = self._database.execute(f"EXPLAIN QUERY PLAN {statement}", given).fetchall()
        steps = [str(row[3]) for row in plan]
        return [step for step in steps if is_walk(step)]

    def _look(
        self, connection: Any, _cursor: Any, statement: str, given: Any, _context: Any, many: Any
    ) -> None:
        if connection.dialect.name != "sqlite":
            return
        self.seen += 1
        walks = self._walks.get(statement)
        if walks is None:
            if not statement.lstrip().upper().startswith(_PLANNED):
                return
            walks = self.walks_of(statement, given[0] if many else given)
            if self._database is not None:
                self._walks[statement] = walks
        if walks:
            by = asker()
            if by is not None and by not in ALLOWED:
                self.found.append(f"{by}: {'; '.join(walks)}: {statement}")


def is_walk(step: str) -> bool:
    """Return whether a step of a plan goes through all of a workspace in a table that grows."""
    found = _STEP.match(step)
    return found is not None and _FINDS.search(found[1]) is None


def _copied(template: Path) -> sqlite3.Connection:
    """Return a database in memory with the same tables, without a row and without statistics."""
    database = sqlite3.connect(":memory:", check_same_thread=False)
    with sqlite3.connect(template) as source:
        tables = [row[0] for row in source.execute("SELECT sql FROM sqlite_master WHERE sql > ''")]
    for sql in tables:
        with suppress(sqlite3.Error):
            database.execute(sql)
    return database
