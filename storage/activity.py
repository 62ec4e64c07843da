"""Who changed what, and when. The list only grows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.domain.admin import Activity
from storage.engine.statements import new_id
from storage.tables.schema import activity

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from storage.engine.store import Connection

_ADD = activity.insert()
_COLUMNS = [activity.c[name] for name in Activity.__dataclass_fields__]


def add(
    connection: Connection,
    team_id: str,
    actor_id: str,
    what: str,
    *,
    subject_id: str | None = None,
    before: Any = None,
    after: Any = None,
    now: datetime,
) -> None:
    """Store that somebody changed something; `before` and `after` are what JSON can hold.

    `what` is the name of a setting or of a kind of act, and `subject_id` whom or what it concerns.
    """
    connection.execute(
        _ADD,
        {
            "team_id": team_id,
            "activity_id": new_id(now),
            "actor_id": actor_id,
            "what": what,
            "subject_id": subject_id,
            "before": before,
            "after": after,
            "created_at": now,
        },
    )


def find_page(connection: Connection, team_id: str, *, skip: int, limit: int) -> list[Activity]:
    """Return what was changed, newest first, after so many that are newer."""
    page = select(*_COLUMNS).where(activity.c.team_id == team_id)
    in_order = page.order_by(activity.c.activity_id.desc())
    return [Activity(*row) for row in connection.execute(in_order.offset(skip).limit(limit))]


def find_last_actor(connection: Connection, team_id: str, whats: Collection[str]) -> str | None:
    """Return who last did one of these things; None where nobody has."""
    of = activity.c
    return connection.execute(
        select(of.actor_id)
        .where(of.team_id == team_id, of.what.in_(sorted(whats)))
        .order_by(of.activity_id.desc())
        .limit(1)
    ).scalar()
