"""What admins look at: somebody's ledger, and whether there is anything yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import exists, select

from storage.schema import kudos, ledger_entries, members

if TYPE_CHECKING:
    from datetime import datetime

    from storage.store import Session


class Entry(NamedTuple):
    """One row of the ledger."""

    created_at: datetime
    account: str
    points: int
    reversal_of: str | None
    kudos_id: str | None
    reason: str | None  # of an adjustment
    actor_id: str | None


_ENTRY, _KUDOS = ledger_entries.c, kudos.c
_COLUMNS = [_ENTRY[name] for name in Entry._fields]


def find_entries(
    session: Session, team_id: str, user_id: str, *, skip: int, limit: int
) -> list[Entry]:
    """Return somebody's movements of points, newest first, after so many that are newer."""
    rows = session.execute(
        select(*_COLUMNS)
        .where(_ENTRY.team_id == team_id, _ENTRY.user_id == user_id)
        .order_by(_ENTRY.created_at.desc(), _ENTRY.entry_id.desc())
        .offset(skip)
        .limit(limit)
    )
    return [Entry(*row) for row in rows]


def has_kudos(session: Session, team_id: str) -> bool:
    """Return whether anybody has ever given kudos."""
    return bool(session.execute(select(exists().where(_KUDOS.team_id == team_id))).scalar())


def find_first_admin(session: Session, team_id: str) -> str | None:
    """Return the first of the workspace's own admins, by their id; None if none is known."""
    of = members.c
    return session.execute(
        select(of.user_id)
        .where(of.team_id == team_id, of.is_admin.is_(True))
        .where(of.is_bot.is_(False), of.is_deactivated.is_(False))
        .order_by(of.user_id)
        .limit(1)
    ).scalar()
