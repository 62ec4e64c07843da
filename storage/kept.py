"""Typed lines that wait to be corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from storage.engine.statements import Statement
from storage.tables.kept import kept_lines

if TYPE_CHECKING:
    from datetime import datetime

    from storage.engine.store import Connection


def _keep(insert: Any) -> Any:
    statement = insert(kept_lines)
    return statement.on_conflict_do_update(
        index_elements=["team_id", "line_id"],
        set_={name: statement.excluded[name] for name in ("user_id", "draft", "expires_at")},
    )


_KEEP = Statement(_keep)


def keep(
    connection: Connection,
    team_id: str,
    user_id: str,
    line_id: str,
    draft: dict[str, Any],
    expires_at: datetime,
) -> None:
    """Stores a line, in the place of what an earlier delivery of the same has left."""
    _KEEP.run(
        connection,
        {
            "team_id": team_id,
            "line_id": line_id,
            "user_id": user_id,
            "draft": draft,
            "expires_at": expires_at,
        },
    )


def find(
    connection: Connection, team_id: str, user_id: str, line_id: str, now: datetime
) -> dict[str, Any] | None:
    """Returns a person's own line; None once its time is over."""
    found: dict[str, Any] | None = connection.execute(
        select(kept_lines.c.draft).where(
            kept_lines.c.team_id == team_id,
            kept_lines.c.line_id == line_id,
            kept_lines.c.user_id == user_id,
            kept_lines.c.expires_at > now,
        )
    ).scalar()
    return found


def prune(connection: Connection, now: datetime) -> int:
    """Deletes the lines whose time is over, whosever they were; returns how many."""
    return connection.execute(kept_lines.delete().where(kept_lines.c.expires_at <= now)).rowcount


def erase(connection: Connection, team_id: str, user_id: str) -> None:
    """Deletes the lines of somebody whose data is erased."""
    connection.execute(
        kept_lines.delete().where(kept_lines.c.team_id == team_id, kept_lines.c.user_id == user_id)
    )
