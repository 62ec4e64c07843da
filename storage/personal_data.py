"""Everything that is stored about one person, as records."""

from __future__ import annotations

from datetime import date, datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from bot.domain.home import HomeList
from bot.domain.kudos import Kudos, Receipt
from storage.kudos import kudos_from
from storage.tables.kept import kept_lines
from storage.tables.schema import (
    activity,
    balances,
    boosts,
    kudos,
    ledger_entries,
    members,
    overrides,
    reactions,
    receipts,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table

    from storage.engine.store import Connection

Record = dict[str, Any]


def find_row(connection: Connection, team_id: str, user_id: str) -> Record | None:
    """Return what is stored of a person themselves."""
    found = _rows(connection, members, team_id, members.c.user_id == user_id)
    return found[0] if found else None


def find_records(connection: Connection, team_id: str, user_id: str) -> dict[str, list[Record]]:
    """Return every row about a person in the tables that are no kudos, by the table's name."""
    of_person: list[tuple[Table, ColumnElement[bool]]] = [
        (balances, balances.c.user_id == user_id),
        (ledger_entries, ledger_entries.c.user_id == user_id),
        (boosts, boosts.c.user_id == user_id),
        (overrides, overrides.c.subject_id == user_id),
        (kept_lines, kept_lines.c.user_id == user_id),
        (reactions, reactions.c.user_id == user_id),
        (activity, or_(activity.c.actor_id == user_id, activity.c.subject_id == user_id)),
    ]
    return {table.name: _rows(connection, table, team_id, where) for table, where in of_person}


def find_all_kudos(
    connection: Connection, team_id: str, user_id: str, which: HomeList
) -> list[Kudos]:
    """Return every kudos that a person gave or received, taken back or not, first given first."""
    part = receipts.alias()
    statement = (
        select(kudos, part.c.receiver_id, part.c.points)
        .join(part, and_(part.c.team_id == kudos.c.team_id, part.c.kudos_id == kudos.c.kudos_id))
        .where(kudos.c.team_id == team_id)
        .order_by(kudos.c.kudos_id, part.c.place)
    )
    if which is HomeList.GIVEN:
        statement = statement.where(kudos.c.giver_id == user_id)
    else:
        own = select(receipts.c.kudos_id).where(
            receipts.c.team_id == team_id, receipts.c.receiver_id == user_id
        )
        statement = statement.where(kudos.c.kudos_id.in_(own))
    by_kudos: dict[str, list[Any]] = {}
    for row in connection.execute(statement):
        by_kudos.setdefault(row.kudos_id, []).append(row)
    return [
        kudos_from(parts[0], [Receipt(row.receiver_id, row.points) for row in parts])
        for parts in by_kudos.values()
    ]


def _rows(
    connection: Connection, table: Table, team_id: str, where: ColumnElement[bool]
) -> list[Record]:
    rows = connection.execute(table.select().where(table.c.team_id == team_id, where)).mappings()
    # Not sorted by SQLite, which would walk the key of the whole workspace for that.
    by_key = itemgetter(*(column.name for column in table.primary_key.columns))
    return [
        {name: _plain(value) for name, value in row.items()} for row in sorted(rows, key=by_key)
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
