"""Deleting everything of a workspace, in steps that keep nobody else waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, or_, select, tuple_

from storage.engine.columns import metadata
from storage.engine.statements import Statement
from storage.tables.installations import deletions, installations
from storage.tables.schema import workspaces

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Table

    from storage.engine.store import Connection

STEP_ROWS = 500
# Rows that refer to others go first; the workspace, and that it is being deleted, last of all.
_LAST = (workspaces, installations, deletions)
_TABLES = [table for table in reversed(metadata.sorted_tables) if table not in _LAST]


def _begin(insert: Any) -> Any:
    return insert(deletions).on_conflict_do_nothing(index_elements=["team_id"])


_BEGIN = Statement(_begin)


def begin(connection: Connection, team_id: str, now: datetime) -> None:
    """Put on record that a workspace is being deleted; from here on nobody serves it."""
    _BEGIN.run(connection, {"team_id": team_id, "begun_at": now})


def is_under_way(connection: Connection, team_id: str) -> bool:
    """Return whether a workspace is being deleted."""
    found = select(deletions.c.team_id).where(deletions.c.team_id == team_id)
    return connection.execute(found).scalar() is not None


def find_under_way(connection: Connection) -> list[str]:
    """Return the workspaces that are being deleted, also where the one who did it has stopped."""
    return list(
        connection.execute(select(deletions.c.team_id).order_by(deletions.c.team_id)).scalars()
    )


def find_ended_before(connection: Connection, moment: datetime) -> list[str]:
    """Return the workspaces and organizations that Kudos was taken from before that moment."""
    return list(
        connection.execute(
            select(installations.c.team_id)
            .where(installations.c.ended_at < moment)
            .order_by(installations.c.team_id)
        ).scalars()
    )


def is_there(connection: Connection, team_id: str) -> bool:
    """Return whether anything at all is stored of a workspace."""
    return bool(
        connection.execute(
            select(
                or_(
                    exists().where(workspaces.c.team_id == team_id),
                    exists().where(installations.c.team_id == team_id),
                    exists().where(deletions.c.team_id == team_id),
                )
            )
        ).scalar()
    )


def count(connection: Connection, team_id: str) -> int:
    """Return how many rows of a workspace there are."""
    return sum(
        connection.execute(
            select(func.count()).select_from(table).where(table.c.team_id == team_id)
        ).scalar_one()
        for table in (*_TABLES, *_LAST)
    )


def step(connection: Connection, team_id: str) -> int:
    """Delete some rows of a workspace; return how many, 0 once everything is gone.

    Of a workspace that is not on record as being deleted, nothing goes.
    """
    if not is_under_way(connection, team_id):
        return 0
    for table in _TABLES:
        if deleted := _delete_some(connection, table, team_id):
            return deleted
    # Nothing new can refer to the workspace from here on, and what came at the last moment goes.
    locked = select(workspaces.c.team_id).where(workspaces.c.team_id == team_id).with_for_update()
    connection.execute(locked)
    for table in (*_TABLES, *_LAST):
        connection.execute(table.delete().where(table.c.team_id == team_id))
    return 0


def _delete_some(connection: Connection, table: Table, team_id: str) -> int:
    key = list(table.primary_key.columns)
    some = select(*key).where(table.c.team_id == team_id).limit(STEP_ROWS)
    deleted = connection.execute(table.delete().where(tuple_(*key).in_(some)))
    return deleted.rowcount
