"""Deletion of a whole workspace: the one way in which anything ever leaves the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage import deletion
from storage.installations import find_row

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from storage.engine.store import Connection


@dataclass(frozen=True, slots=True)
class BeginDeletion:
    """Everything of a workspace is to go; with `ended_for`, only if Kudos left it so long ago."""

    team_id: str
    ended_for: timedelta | None = None


def begin_deletion(connection: Connection, request: BeginDeletion, now: datetime) -> bool:
    """Have nobody serve a workspace any more, since it is being deleted.

    Returns False where there is nothing to delete, or Kudos was installed again meanwhile.
    """
    if request.ended_for is not None:
        row = find_row(connection, request.team_id)
        if row is None or row.ended_at is None or row.ended_at > now - request.ended_for:
            return False
    elif not deletion.is_there(connection, request.team_id):
        return False
    deletion.begin(connection, request.team_id, now)
    return True


def delete_step(connection: Connection, team_id: str, _now: datetime) -> int:
    """Delete some rows of a workspace that `begin_deletion` was called for.

    Returns how many; 0 once everything is gone. Interrupted, it goes on where it was.
    """
    return deletion.step(connection, team_id)


def count_stored(connection: Connection, team_id: str, _now: datetime) -> int | None:
    """Return how many rows of a workspace would be deleted; None where there is nothing of it."""
    if not deletion.is_there(connection, team_id):
        return None
    return deletion.count(connection, team_id)


def find_due_deletions(
    connection: Connection, ended_for: timedelta | None, now: datetime
) -> list[str]:
    """Return what Kudos left so long ago (None: whenever it was), and what was interrupted."""
    under_way = deletion.find_under_way(connection)
    if ended_for is None:
        return under_way
    return sorted({*under_way, *deletion.find_ended_before(connection, now - ended_for)})
